"""Domains, projects, users, groups, roles and assignments."""
from . import marks
from .api import each, entry, ref, text


def read(api):
    domains = {d["id"]: d for d in api.list("identity", "/domains", "domains")}
    return {
        "domain": {d["id"]: _domain(d) for d in domains.values()},
        "project": {p["id"]: _project(p, domains) for p in api.list("identity", "/projects", "projects")},
        "role": _roles(api, domains),
        "user": {u["id"]: _user(u) for u in api.list("identity", "/users", "users")},
        "group": each(api.list("identity", "/groups", "groups"), lambda g: _group(api, g)),
        "assignment": _assignments(api),
    }


def _origin(body, tags):
    return tags or marks.of_properties(body)[1] or marks.of_description(body.get("description"))


def _domain(body):
    own, origin = marks.of_tags(body.get("tags"))
    return entry(body["name"], {"description": text(body.get("description")), "enabled": body["enabled"],
                                "tags": sorted(own)}, origin=_origin(body, origin))


def _project(body, domains):
    own, origin = marks.of_tags(body.get("tags"))
    parent = body.get("parent_id")
    return entry(body["name"], {
        "description": text(body.get("description")), "enabled": body["enabled"], "tags": sorted(own),
        "domain": ref("domain", body["domain_id"]),
        "parent": None if parent in domains else ref("project", parent)}, origin=_origin(body, origin))


def _user(body):
    return entry(body["name"], {
        "description": text(body.get("description")), "enabled": body["enabled"], "email": text(body.get("email")),
        "domain": ref("domain", body["domain_id"]),
        "default_project": ref("project", body.get("default_project_id"))}, origin=_origin(body, None))


def _group(api, body):
    members = api.list("identity", f"/groups/{body['id']}/users", "users")
    return entry(body["name"], {
        "description": text(body.get("description")), "domain": ref("domain", body["domain_id"]),
        "members": [ref("user", user["id"]) for user in members]}, origin=_origin(body, None))


def _roles(api, domains):
    found = api.list("identity", "/roles", "roles")
    for domain in domains:
        found += api.list("identity", "/roles", "roles", domain_id=domain)
    rules = api.get("identity", "/role_inferences")["role_inferences"]
    implied = {rule["prior_role"]["id"]: [role["id"] for role in rule["implies"]] for rule in rules}
    return {body["id"]: entry(body["name"], {
        "description": text(body.get("description")), "domain": ref("domain", body.get("domain_id")),
        "implied": [ref("role", role) for role in implied.get(body["id"], [])]}, origin=_origin(body, None))
        for body in found}


def _assignments(api):
    found = {}
    for body in api.list("identity", "/role_assignments", "role_assignments"):
        if "system" in body["scope"]:
            continue
        actor = next(ref(kind, body[kind]["id"]) for kind in ("user", "group") if kind in body)
        scope = next(ref(kind, body["scope"][kind]["id"]) for kind in ("project", "domain") if kind in body["scope"])
        inherited = "OS-INHERIT:inherited_to" in body["scope"]
        role = ref("role", body["role"]["id"])
        label = "/".join([actor["id"], role["id"], scope["id"], *(["inherited"] if inherited else [])])
        found[label] = entry("", {"actor": actor, "role": role, "scope": scope, "inherited": inherited},
                             project=scope["id"] if scope["ref"] == "project" else None)
    return found
