"""Every difference between what was recorded and what a cloud has now."""
import json

from .allowed import DISK_RULE, OUTWARD_RULE, RESERVED_RULE, SHELVED_RULE, rule_for
from .matching import Matching
from .reading import OUTWARD, TYPES

# Lists whose order says something: everything else is compared as a set.
ORDERED = {("subnet", "dns"), ("server", "macs"), ("server", "access_ips")}
# Of a cloud's own kinds: that the target has more of them says nothing.
NOT_OF_TENANTS = {"domain", "role", "user", "group", "flavor", "keypair", "quota", "project"}


def compare(record, cloud_now, cloud, exact=False, except_names=frozenset(), volume_types=None):
    """exact: nothing is allowed, and resources are known by their ids only where they were recorded in this cloud."""
    recorded = _without(record["resources"], except_names)
    matching = Matching(recorded, cloud_now, same_cloud=record["cloud"] == cloud)
    verdict = _Verdict(matching, exact, volume_types or {})
    for kind in TYPES:
        for source_id, resource in recorded[kind].items():
            verdict.judge(kind, source_id, resource)
    for kind, source_id, ids in matching.doubled:
        verdict.add(kind, source_id, recorded[kind][source_id], "doubled", found=ids)
    verdict.extra(record["resources"], everything=exact and not record["tenants"])
    return {"differences": verdict.differences, "allowed": verdict.allowed,
            "counts": {kind: len(recorded[kind]) for kind in TYPES if recorded[kind]}}


def _without(resources, names):
    """Also without what was only theirs: ports, volumes and addresses of servers that stay."""
    gone = {(kind, i) for kind in TYPES for i, e in resources[kind].items() if e["name"] and e["name"] in names}
    servers = {i for kind, i in gone if kind == "server"}
    for i, port in resources["port"].items():
        if isinstance(port["attributes"]["device"], dict) and port["attributes"]["device"]["id"] in servers:
            gone.add(("port", i))
    for i, address in resources["floating-ip"].items():
        if address["attributes"]["port"] and ("port", address["attributes"]["port"]["id"]) in gone:
            gone.add(("floating-ip", i))
    for i, volume in resources["volume"].items():
        holders = {a["server"]["id"] for a in volume["attributes"]["attached"]}
        if holders and holders <= servers:
            gone.add(("volume", i))
    return {kind: {i: _forgetting(e, gone) for i, e in resources[kind].items() if (kind, i) not in gone}
            for kind in TYPES}


def _forgetting(resource, gone):
    """Lists that name what stays name it no longer: the members of a server group, who has a volume."""
    def stays(item):
        reference = item.get("server", item) if isinstance(item, dict) else item
        return isinstance(reference, dict) and (reference.get("ref"), reference.get("id")) in gone
    attributes = {name: [item for item in value if not stays(item)] if isinstance(value, list) else value
                  for name, value in resource["attributes"].items()}
    return {**resource, "attributes": attributes}


class _Verdict:
    def __init__(self, matching, exact, volume_types):
        self.matching, self.exact, self.volume_types = matching, exact, volume_types
        self.differences, self.allowed = [], []

    def add(self, kind, source_id, resource, attribute, wanted=None, found=None, rule=None):
        line = {"type": kind, "id": source_id, "name": resource["name"], "attribute": attribute,
                "wanted": wanted, "found": found}
        if rule:
            self.allowed.append({**line, "rule": rule})
        else:
            self.differences.append(line)

    def judge(self, kind, source_id, resource):
        target_id = self.matching.target.get((kind, source_id))
        if target_id is None:
            self.add(kind, source_id, resource, "missing", wanted=self._readable(resource["attributes"])
                     if kind == "assignment" else resource["name"])
            return
        there = self.matching.found[kind][target_id]
        if there["name"] != resource["name"]:
            self.add(kind, source_id, resource, "name", resource["name"], there["name"])
        if resource["project"] in self.matching.recorded["project"]:
            project = self.matching.project(resource["project"])
            if there["project"] != project:
                self.add(kind, source_id, resource, "project", project, there["project"])
        for attribute in resource["attributes"].keys() | (set() if kind == "quota" else there["attributes"].keys()):
            self._attribute(kind, source_id, resource, attribute, there["attributes"])

    def _quota_of_type(self, name):
        """Cinder's limits of a volume type, `volumes_fast`, have the type's name in the other cloud."""
        service, _, limit = name.partition(":")
        what, _, type_name = limit.partition("_")
        return f"{service}:{what}_{self.volume_types[type_name]}" if type_name in self.volume_types else name

    def _attribute(self, kind, source_id, resource, attribute, there):
        value, found = resource["attributes"].get(attribute), there.get(attribute)
        if (kind, attribute) in OUTWARD:
            value = self._only_moved(kind, source_id, resource, attribute, value)
        wanted = self.matching.translate(value)
        if (kind, attribute) == ("volume", "type"):
            wanted = self.volume_types.get(wanted, wanted)
        if kind == "quota" and attribute not in there:
            found = there.get(self._quota_of_type(attribute))
        if _canonical(kind, attribute, wanted) == _canonical(kind, attribute, found):
            return
        rule = None if self.exact else rule_for(kind, attribute, resource, wanted, found)
        self.add(kind, source_id, resource, attribute, wanted, found, rule)

    def _only_moved(self, kind, source_id, resource, attribute, value):
        kept = [item for item in value if self.matching.is_recorded(item)]
        if len(kept) < len(value):
            left = [item for item in value if item not in kept]
            self.add(kind, source_id, resource, attribute, left, None, OUTWARD_RULE)
        return kept

    def _readable(self, attributes):
        return {key: f"{v['ref']} {self.matching.name(v)}" if isinstance(v, dict) else v for key, v in attributes.items()}

    def extra(self, all_recorded, everything):
        """What stands in the tenants' projects of the target and stands for nothing of the source."""
        matching = self.matching
        of_tenants = {there for (kind, _), there in matching.target.items() if kind == "project"}
        taken = {(kind, there) for (kind, _), there in matching.target.items()}
        for kind in TYPES:
            if kind in NOT_OF_TENANTS and not everything:
                continue
            for target_id, there in matching.found[kind].items():
                if (kind, target_id) not in taken and (everything or there["project"] in of_tenants):
                    known = target_id in all_recorded[kind] or (there["origin"] or {}).get("from") in all_recorded[kind]
                    rule = None if self.exact else self._why_extra(kind, target_id, there, known)
                    self.add(kind, target_id, there, "left over" if known else "extra", found=there["attributes"],
                             rule=rule)

    def _why_extra(self, kind, target_id, there, known):
        if known and kind == "port" and not there["attributes"]["device"]:
            return RESERVED_RULE
        booted = {server["attributes"]["image"]["id"] for server in self.matching.found["server"].values()
                  if server["attributes"]["image"]}
        if kind != "image" or not there["origin"]:
            return None
        if target_id in booted:
            return DISK_RULE
        base = there["attributes"]["properties"].get("base_image_ref")
        return SHELVED_RULE if there["name"].endswith("-shelved") and base in booted else None


def _canonical(kind, attribute, value):
    return json.dumps(_plain(value, (kind, attribute) in ORDERED), sort_keys=True)


def _plain(value, ordered):
    """Nothing is said as null, as empty text, or as an empty list or table."""
    if value in ("", [], {}):
        return None
    if isinstance(value, dict):
        return {key: _plain(inner, ordered) for key, inner in value.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        items = [_plain(item, ordered) for item in value]
        return items if ordered else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    # a record that went through JavaScript has no floating-point ones
    return int(value) if isinstance(value, float) and value.is_integer() else value
