"""A whole cloud as one table by type and id, and what of it belongs to a tenant."""
from . import compute, identity, network, storage
from .api import Api, each
from .digests import LabFiles

TYPES = ("domain", "role", "project", "user", "group", "flavor", "keypair", "quota", "image", "network", "subnet",
         "security-group", "router", "port", "floating-ip", "server-group", "volume", "server", "assignment")


def read_cloud(name, with_bytes=True):
    """{type: {id: {name, project, origin, attributes}}}. with_bytes: also the digests of disks."""
    api, files = Api(name), LabFiles(name)
    found = {**identity.read(api), **network.read(api)}
    found["image"] = storage.images(api, with_bytes)
    found["volume"] = storage.volumes(api, files, with_bytes)
    shelved = {e["name"]: e["attributes"]["sha256"] for e in found["image"].values() if e["name"].endswith("-shelved")}
    found.update(compute.read(api, files, with_bytes, found["user"], shelved))
    found["quota"] = each(found["project"], lambda project: _quota(api, project, found), of=str)
    return {kind: found[kind] for kind in TYPES}


def _quota(api, project, found):
    numbers = {}
    for service, path, key in (("compute", "/os-quota-sets/", "quota_set"), ("network", "/quotas/", "quota"),
                               ("block_storage", "/os-quota-sets/", "quota_set")):
        body = api.get(service, f"{path}{project}")[key]
        numbers.update({f"{service}:{name}": limit for name, limit in body.items() if isinstance(limit, int)})
    return {"name": found["project"][project]["name"], "project": project, "origin": None, "attributes": numbers}


def references(value):
    """All resources that a value names, as (type, id)."""
    if isinstance(value, dict):
        if "ref" in value:
            yield value["ref"], value["id"]
        else:
            for inner in value.values():
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


# They say who else may use something: those are not the tenant's.
OUTWARD = {("flavor", "access"), ("image", "members"), ("network", "lent"), ("security-group", "lent"),
           ("role", "implied")}


def tenants_of(cloud, names):
    """What belongs to these projects and all that it needs, as a table of the same shape."""
    wanted = {i for i, project in cloud["project"].items() if project["name"] in names}
    missing = set(names) - {cloud["project"][i]["name"] for i in wanted}
    if missing:
        raise SystemExit(f"there is no project {', '.join(sorted(missing))}")
    taken, queue = set(), [("project", i) for i in wanted]
    for kind in TYPES:
        queue += [(kind, i) for i, e in cloud[kind].items() if e["project"] in wanted]
    # who has a role in it comes by the assignment; a flavor that only it may use, by its access list
    queue += [("flavor", i) for i, e in cloud["flavor"].items()
              if {("project", project) for project in wanted} & set(references(e["attributes"]["access"]))]
    while queue:
        kind, resource_id = queue.pop()
        if (kind, resource_id) in taken or resource_id not in cloud[kind]:
            continue
        taken.add((kind, resource_id))
        attributes = cloud[kind][resource_id]["attributes"]
        queue += [r for name, value in attributes.items() if (kind, name) not in OUTWARD for r in references(value)]
        if kind == "server":    # Nova shows a copy of the flavor, without its id
            queue += [("flavor", i) for i, f in cloud["flavor"].items() if f["name"] == attributes["flavor"]["original_name"]]
        if kind == "user":
            queue += [("keypair", i) for i in cloud["keypair"] if i.startswith(f"{resource_id}/")]
        if kind == "network":
            queue += [("subnet", i) for i, s in cloud["subnet"].items()
                      if s["attributes"]["network"]["id"] == resource_id]
    return {kind: {i: e for i, e in cloud[kind].items() if (kind, i) in taken} for kind in TYPES}
