"""Removes from a cloud everything that carries Pumphouse's marks, and all that stands in a project that does or is gone: `lab sweep`.

    lab sweep [CLOUD] [--run RUN] [--dry-run]

For a target after a run that was given up, and for a source (only images that carried bytes have marks there). What was
there before Pumphouse came stays. A flavor cannot be marked by every release: one of an id that the other cloud has is
taken for a copy.
"""
import argparse
import time

import openstack

from seed.session import Session, call

FROM, RUN = "pumphouse_from", "pumphouse_run"

# Ports that go with what has them; other owners beginning with network: are somebody's own words.
NEUTRON_KEEPS = ("network:router_", "network:ha_router", "network:dhcp", "network:floatingip", "network:distributed")


def marks(body):
    """Mark by key: from tags, metadata or properties, attributes of Keystone's, or the description of what is half made."""
    words = [*(body.get("tags") or []), *(body.get("description") or "").split(" ")]
    found = dict(word.split("=", 1) for word in words if isinstance(word, str) and word.startswith("pumphouse_") and "=" in word)
    for place in (body, body.get("metadata"), body.get("properties"), body.get("extra_specs")):
        found.update({key: place[key] for key in (FROM, RUN) if place and place.get(key)})
    return found


class Sweep:
    def __init__(self, session, dry_run, run):
        self.session, self.dry_run, self.run = session, dry_run, run
        projects = self.listed("identity", "/projects", "projects")
        self.projects = {p["id"] for p in projects if self.is_marked(p)}
        self.living = {p["id"] for p in projects}
        self.users = {u["id"] for u in self.listed("identity", "/users", "users") if self.is_marked(u)}
        self.removed = 0

    def is_marked(self, body):
        found = marks(body)
        return FROM in found and self.run in (None, found.get(RUN))

    def listed(self, service, path, key, **params):
        return call(getattr(self.session, service), "GET", path, params=params)[key]

    def is_ours(self, body):
        owner = body.get("project_id") or body.get("tenant_id") or body.get("owner") or \
            body.get("os-vol-tenant-attr:tenant_id")
        # what an earlier sweep was refused has outlived its project
        is_orphan = self.run is None and bool(owner) and owner not in self.living
        return self.is_marked(body) or owner in self.projects or is_orphan

    def ours(self, service, path, key, **params):
        return [body for body in self.listed(service, path, key, **params) if self.is_ours(body)]

    def do(self, what, service, method, path, body=None):
        """One change; what is gone already is no error, what is refused is said and left."""
        print(what, flush=True)
        self.removed += method == "DELETE"
        if self.dry_run:
            return
        try:
            call(getattr(self.session, service), method, path, body)
        except openstack.exceptions.NotFoundException:
            pass
        except openstack.exceptions.HttpException as error:
            print(f"  refused: {error}", flush=True)

    def remove(self, kind, service, path, bodies):
        for body in bodies:
            self.do(f"{kind} {body.get('name') or body['id']}", service, "DELETE", f"{path}/{body['id']}")

    def until_gone(self, service, path, key, **params):
        end = time.monotonic() + 120
        while not self.dry_run and self.ours(service, path, key, **params) and time.monotonic() < end:
            time.sleep(1)

    def compute(self):
        servers = ("compute", "/servers/detail", "servers")
        for body in self.ours(*servers, all_tenants=1, limit=1000):
            if body.get("locked"):
                self.do(f"lock of {body['name']}", "compute", "POST", f"/servers/{body['id']}/action", {"unlock": None})
            self.remove("server", "compute", "/servers", [body])
        self.until_gone(*servers, all_tenants=1, limit=1000)
        self.remove("server group", "compute", "/os-server-groups",
                    self.ours("compute", "/os-server-groups", "server_groups", all_projects="true"))
        for user in self.users:
            for item in self.listed("compute", "/os-keypairs", "keypairs", user_id=user):
                name = item["keypair"]["name"]
                self.do(f"keypair {name}", "compute", "DELETE", f"/os-keypairs/{name}?user_id={user}")

    def flavors(self, copies_of):
        for body in self.listed("compute", "/flavors/detail", "flavors", is_public="None", limit=1000):
            if self.is_marked(body) or body["id"] in copies_of:
                self.remove("flavor", "compute", "/flavors", [body])

    def storage(self):
        volumes = ("block_storage", "/volumes/detail", "volumes")
        for body in self.ours("block_storage", "/snapshots/detail", "snapshots", all_tenants=1):
            self.remove("snapshot", "block_storage", "/snapshots", [body])
        found = self.ours(*volumes, all_tenants=1)
        for body in found:
            if body["status"] not in ("available", "error"):
                self.do(f"state of volume {body['name'] or body['id']}", "block_storage", "POST",
                        f"/volumes/{body['id']}/action", {"os-reset_status": {"status": "available", "attach_status": "detached"}})
        self.remove("volume", "block_storage", "/volumes", found)
        self.until_gone(*volumes, all_tenants=1)
        for look in ({}, {"visibility": "community"}, {"os_hidden": "true"}):
            for body in self.ours("image", "/images", "images", limit=1000, **look):
                if body["protected"]:
                    self.unprotect(body)
                self.remove("image", "image", "/images", [body])

    def unprotect(self, image):
        print(f"protection of {image['name']}", flush=True)
        if not self.dry_run:
            call(self.session.image, "PATCH", f"/images/{image['id']}",
                 [{"op": "replace", "path": "/protected", "value": False}],
                 headers={"Content-Type": "application/openstack-images-v2.1-json-patch"})

    def network(self):
        self.remove("floating address", "network", "/floatingips", self.ours("network", "/floatingips", "floatingips"))
        ports = self.listed("network", "/ports", "ports")
        for router in self.ours("network", "/routers", "routers"):
            self.do(f"routes of {router['name']}", "network", "PUT", f"/routers/{router['id']}",
                    {"router": {"routes": [], "external_gateway_info": {}}})
            for port in ports:
                if port["device_id"] == router["id"] and port["device_owner"].startswith("network:router_interface"):
                    self.do(f"interface of {router['name']}", "network", "PUT",
                            f"/routers/{router['id']}/remove_router_interface", {"port_id": port["id"]})
            self.remove("router", "network", "/routers", [router])
        self.remove("port", "network", "/ports", [
            port for port in self.ours("network", "/ports", "ports") if not port["device_owner"].startswith(NEUTRON_KEEPS)])
        for kind, path, key in (("subnet", "/subnets", "subnets"), ("network", "/networks", "networks")):
            self.remove(kind, "network", path, self.ours("network", path, key))
        groups = self.ours("network", "/security-groups", "security_groups")
        # those that name each other go only after their rules
        for group in groups:
            for rule in group["security_group_rules"]:
                if rule["remote_group_id"]:
                    self.remove("rule", "network", "/security-group-rules", [rule])
        self.remove("security group", "network", "/security-groups", [g for g in groups if g["name"] != "default"])

    def identity(self):
        self.remove("user", "identity", "/users", [{"id": user} for user in self.users])
        for kind in ("groups", "roles", "projects", "domains"):
            found = self.listed("identity", f"/{kind}", kind)
            if kind == "roles":
                for domain in self.listed("identity", "/domains", "domains"):
                    found += self.listed("identity", "/roles", "roles", domain_id=domain["id"])
            for body in (b for b in found if self.is_marked(b)):
                if kind == "domains":
                    self.do(f"use of {body['name']}", "identity", "PATCH", f"/domains/{body['id']}", {"domain": {"enabled": False}})
                if kind == "projects":
                    self.quotas(body["id"])
                self.remove(kind[:-1], "identity", f"/{kind}", [body])

    def quotas(self, project):
        """They would outlive their project, and a later one cannot have its id: they only are in the way of a look."""
        for service, path in (("compute", "/os-quota-sets"), ("network", "/quotas"), ("block_storage", "/os-quota-sets")):
            self.do(f"{service} quota of {project}", service, "DELETE", f"{path}/{project}")
        default = self.listed("network", "/security-groups", "security_groups", project_id=project)
        self.remove("security group", "network", "/security-groups", default)


def main():
    parser = argparse.ArgumentParser(prog="lab sweep", description=__doc__.split("\n")[0])
    parser.add_argument("cloud", nargs="?", default="target")
    parser.add_argument("--other", default="source", help="the cloud whose flavors may have been copied")
    parser.add_argument("--run", help="only what carries the mark of this run (16 digits); flavors stay then")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    opts = parser.parse_args()
    sweep = Sweep(Session.named(opts.cloud), opts.dry_run, opts.run)
    copies = set()
    if opts.cloud != opts.other and opts.run is None:
        flavors = call(Session.named(opts.other).compute, "GET", "/flavors/detail", params={"is_public": "None", "limit": 1000})
        copies = {flavor["id"] for flavor in flavors["flavors"]}
    sweep.compute()
    sweep.flavors(copies)
    sweep.network()
    sweep.storage()
    sweep.identity()
    print(f"{opts.cloud}: {sweep.removed} {'would be ' if opts.dry_run else ''}removed")


main()
