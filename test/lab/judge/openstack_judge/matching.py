"""Which resource of one cloud stands for which of another, by marks, names, addresses and numbers."""
from .reading import TYPES, references

# What a resource is known by where it carries no mark; the least different one of several is taken.
KEYS = {
    "domain": ("name",), "role": ("name", "domain"), "project": ("name", "domain"), "user": ("name", "domain"),
    "group": ("name", "domain"), "flavor": ("name",), "keypair": ("name", "user"), "quota": ("project",),
    "image": ("name", "project"), "network": ("name", "project"), "subnet": ("network", "cidr"),
    "security-group": ("name", "project"), "router": ("name", "project"), "port": ("network", "mac"),
    "floating-ip": ("address",), "server-group": ("name", "project"), "volume": ("name", "project"),
    "server": ("name", "project"), "assignment": ("actor", "role", "scope", "inherited"),
}


class Matching:
    """Built in the order of TYPES, so that what a key names has been matched before."""

    def __init__(self, recorded, found, same_cloud):
        self.recorded, self.found, self.same_cloud = recorded, found, same_cloud
        self.target = {}        # (type, source id): target id
        self.doubled = []       # (type, source id, target ids) with the same mark
        for kind in TYPES:
            self._match(kind)

    def translate(self, value):
        """The value with references as they are in the target; `missing` where the target has nothing."""
        if isinstance(value, dict):
            if "ref" in value:
                there = self.target.get((value["ref"], value["id"])) or self._itself(value)
                return {"ref": value["ref"], "id": there} if there else {"missing": value["ref"], "of": self.name(value)}
            return {key: self.translate(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.translate(inner) for inner in value]
        return value

    def _itself(self, reference):
        """In the cloud that was recorded, what the record leaves out is still what it was, also what is gone."""
        return reference["id"] if self.same_cloud and reference["id"] not in self.recorded[reference["ref"]] else None

    def name(self, reference):
        known = self.recorded[reference["ref"]].get(reference["id"])
        return known["name"] or reference["id"] if known else reference["id"]

    def is_recorded(self, value):
        return self.same_cloud or all(resource_id in self.recorded[kind] for kind, resource_id in references(value))

    def project(self, source_id):
        """The tenant's project in the target; what operators own is anybody's there."""
        return self.target.get(("project", source_id)) if source_id in self.recorded["project"] else None

    def _match(self, kind):
        claimed, left = set(), []
        for source_id, resource in self.recorded[kind].items():
            marked = [i for i, e in self.found[kind].items()
                      if not self.same_cloud and e["origin"] and e["origin"]["from"] == source_id]
            if kind == "image":
                marked = [i for i in marked if self._base(i) not in marked]
            if len(marked) > 1:
                self.doubled.append((kind, source_id, sorted(marked)))
            there = marked or ([source_id] if source_id in self.found[kind] else [])
            if there:
                self._learn(kind, source_id, there[0], claimed)
            else:
                left.append((source_id, resource))
        for source_id, resource in left:
            alike = [i for i, e in self.found[kind].items()
                     if i not in claimed and not e["origin"] and self._same_key(kind, resource, e)]
            if alike:
                self._learn(kind, source_id, min(alike, key=lambda i: self._distance(resource, self.found[kind][i])), claimed)

    def _base(self, image_id):
        """Of a snapshot: Nova gives it the marks of the image that its server was booted from."""
        return self.found["image"][image_id]["attributes"].get("properties", {}).get("base_image_ref")

    def _learn(self, kind, source_id, target_id, claimed):
        self.target[kind, source_id] = target_id
        claimed.add(target_id)

    def _same_key(self, kind, resource, candidate):
        def of_source(field):
            if field == "project":
                return self.project(resource["project"])
            return resource["name"] if field == "name" else self.translate(resource["attributes"].get(field))

        def of_target(field):
            if field == "project":
                return candidate["project"] if resource["project"] in self.recorded["project"] else None
            return candidate["name"] if field == "name" else candidate["attributes"].get(field)
        return all(of_source(field) == of_target(field) for field in KEYS[kind])

    def _distance(self, resource, candidate):
        wanted = self.translate(resource["attributes"])
        return sum(candidate["attributes"].get(name) != value for name, value in wanted.items())
