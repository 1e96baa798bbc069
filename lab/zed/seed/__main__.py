"""Fills a cloud of the lab with tenants. Names are deterministic, what exists is
kept, and what was written to disks is reported. Run it as `lab seed`."""
import argparse
import json
import os
import secrets
import time

from . import compute, identity, images, network, rich, volumes
from .session import Session, call, wait_for
from .tenant import Cloud, Tenant


def options():
    parser = argparse.ArgumentParser(prog="lab seed", description=__doc__)
    parser.add_argument("--cloud", default="source")
    parser.add_argument("--tenants", type=int, default=3)
    parser.add_argument("--rich", type=int, default=1, help="how many of them, the first ones, have everything")
    parser.add_argument("--users", type=int, default=2, help="per tenant")
    parser.add_argument("--servers", type=int, default=2, help="plain servers per tenant")
    parser.add_argument("--volumes", type=int, default=1, help="unattached volumes of 1 GiB per tenant")
    parser.add_argument("--prefix", default="acme")
    parser.add_argument("--image-kib", type=int, default=256, help="size of each tenant's images")
    parser.add_argument("--az", help="availability zone for the servers")
    parser.add_argument("--domain", action="store_true", help="a Keystone domain for each tenant")
    parsed = parser.parse_args()
    if parsed.tenants < 1 or parsed.users < 1 or parsed.image_kib < 256:
        parser.error("at least one tenant, one user and images of 256 KiB")
    return parsed


def read_report(path):
    try:
        with open(path) as f:
            return json.load(f)
    except FileNotFoundError:
        return {}


def save(path, content):
    with os.fdopen(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
        f.write(json.dumps(content, indent=1, sort_keys=True) + "\n")
    os.replace(path + ".new", path)


def open_cloud(opts, earlier):
    lab_dir = os.environ["LAB_DIR"]
    return Cloud(name=opts.cloud, prefix=opts.prefix, password=earlier.get("password") or "Seed-" + secrets.token_hex(8),
                 password_is_new="password" not in earlier, folder=os.path.join(lab_dir, opts.cloud),
                 admin=Session.named(opts.cloud), image_bytes=opts.image_kib * 1024, zone=opts.az,
                 known_disks={disk_id: disk for tenant in earlier.get("tenants", [])
                              for kind in ("disks", "volumes") for disk_id, disk in tenant.get(kind, {}).items()})


class Seeding:
    """One run: what all tenants share first, then every tenant's requests, then what needs running servers."""

    def __init__(self, opts, cloud, pool):
        self.opts, self.cloud, self.pool = opts, cloud, pool
        self.roles = identity.roles(cloud)
        self.external = network.external(cloud)
        self.public_image = images.public(cloud)
        self.flavors = compute.Flavors(cloud)
        self.public_flavors = compute.public_flavors(cloud, self.flavors)
        self.type_collection, self.types = volumes.types(cloud)
        self.tenants = []

    def begin(self, number):
        """A tenant up to its servers' requests; they build while the next tenant is made."""
        opts, cloud = self.opts, self.cloud
        name = f"{cloud.prefix}-t{number:03d}"
        domain = identity.domain(cloud, f"{name}-dom") if opts.domain else {"id": "default", "name": "Default"}
        tenant = Tenant(cloud, number, name, number < opts.rich, domain)
        identity.populate(tenant, self.roles, opts.users)
        tenant.net = network.populate(tenant, self.external)
        tenant.images = images.Images(tenant.session, tenant.ids["images"], owner=tenant.project_id)
        own = {"public": self.public_image, "private": images.private(tenant, tenant.images)}
        own_flavors = {**self.public_flavors, "private": self.flavors.ensure(
            f"{name}.private", 192, 1, 1, specs={"quota:cpu_shares": str(512 + number)}, project_id=tenant.project_id,
            ids=tenant.ids["flavors"])}
        tenant.servers = compute.Servers(tenant, self.pool)
        compute.populate(tenant, tenant.servers, tenant.net, own_flavors, own, opts.servers)
        tenant.block = volumes.Volumes(tenant)
        if tenant.rich:
            rich.begin(self, tenant, own, own_flavors)
        volumes.populate(tenant, tenant.block, own["private"], opts.volumes)
        cloud.say(f"{name}: requested")
        return tenant

    def finish(self, tenant):
        tenant.servers.wait()
        self.cloud.say(f"{tenant.name}: servers are built")
        tenant.servers.write_disks()
        first = tenant.ids["servers"].get(tenant.of("vm0"))
        if first:
            port = tenant.net.ports.ids[tenant.of("vm0-port")]
            network.floating_ip(tenant, self.external, f"fip of {tenant.name}", port_id=port)
            compute.server_snapshot(tenant, first, tenant.of("snap"), tenant.images)
        if tenant.rich:
            rich.finish(self, tenant)
        self.cloud.say(f"{tenant.name}: server states")
        tenant.servers.settle()
        if first:
            snapshot = tenant.ids["images"][tenant.of("snap")]
            wait_for(f"snapshot of {tenant.of('vm0')}", lambda: call(
                tenant.session.image, "GET", f"/images/{snapshot}")["status"] == "active")
        tenant.block.record()
        self.cloud.say(f"{tenant.name}: done")


def report(opts, cloud, tenants, made_at):
    """What tests need to know. member: a user without any administrator's right."""
    first = tenants[0]
    plain = first.users[min(1, len(first.users) - 1)]
    return {
        "cloud": cloud.name, "prefix": cloud.prefix, "made_at": made_at, "password": cloud.password,
        "member": {"user": plain["name"], "user_id": plain["id"], "domain": first.domain["name"],
                   "project": first.name, "project_id": first.project_id},
        "shared": cloud.ids,
        "tenants": [{
            "project": t.name, "project_id": t.project_id, "domain": t.domain["name"], "rich": t.rich,
            "users": [u["name"] for u in t.users], "servers": list(t.ids["servers"].values()),
            "ids": t.ids, "disks": t.disks, "volumes": t.volumes} for t in tenants],
    }


def main():
    opts = options()
    path = os.path.join(os.environ["LAB_DIR"], f"seed-{opts.cloud}-{opts.prefix}.json")
    earlier = read_report(path)
    cloud = open_cloud(opts, earlier)
    # the password at once: a seed that breaks off can then be repeated
    earlier = {"made_at": time.time(), **earlier, "password": cloud.password}
    save(path, earlier)
    with compute.worker_pool() as pool:
        seeding = Seeding(opts, cloud, pool)
        cloud.say("what tenants share")
        for number in range(opts.tenants):
            seeding.tenants.append(seeding.begin(number))
        for tenant in seeding.tenants:
            seeding.finish(tenant)
    save(path, report(opts, cloud, seeding.tenants, earlier["made_at"]))
    cloud.say(f"seeded; written {path}")


main()
