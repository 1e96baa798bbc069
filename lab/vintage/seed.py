"""Fills a vintage cloud with tenants through the old APIs and reports what is in
it. Safe to repeat: what exists is kept. Python 3, standard library only; IP,
VINTAGE_NET, VINTAGE_DIR and the passwords come from the environment."""
import os
import sys
import time

from seeding import report
from seeding.identity import Identity
from seeding.images import Images
from seeding.network_neutron import NeutronNetworks
from seeding.network_nova import NovaNetworks
from seeding.servers import Servers
from seeding.tenants import RETIRED_IMAGES, TENANTS
from seeding.volumes import Volumes
from session import Session

net, state_dir = os.environ["VINTAGE_NET"], os.environ["VINTAGE_DIR"]
t0 = time.time()


def say(*words):
    print("%6.1fs" % (time.time() - t0), *words, file=sys.stderr)


def owner_of(spec, server):
    return next(u for u in spec["users"] if u["name"] == (server["user"] or spec["users"][0]["name"]))


def missing(spec, server):
    return server["count"] - len(servers.named(server["name"], identity.tenants[spec["name"]]["id"]))


admin = Session(os.environ["IP"], "admin", os.environ["PW_ADMIN"], "admin")
identity = Identity(admin, os.environ["PW_SEED"])
images = Images(admin)
servers = Servers(admin, os.path.join(state_dir, net, "disks"))
networks = NeutronNetworks(admin) if net == "neutron" else NovaNetworks(admin)

identity.ensure_roles()
for spec in TENANTS:
    identity.ensure_tenant(spec)
images.ensure_public()
servers.ensure_flavors(identity.tenants)
servers.ensure_aggregate()
networks.ensure_public()
say("cloud-wide things")

for spec in TENANTS:
    tenant = identity.tenants[spec["name"]]
    if not tenant["enabled"]:
        continue                # disabled as the last step of an earlier seed
    for user in spec["users"]:
        # a user who shall be gone exists only while something is to be made in that name
        if user["state"] != "deleted" or any(
                missing(spec, s) > 0 for s in spec["servers"] if owner_of(spec, s) is user):
            identity.ensure_user(tenant, user)
    if spec["quota"]:
        admin.put("compute", "/os-quota-sets/" + tenant["id"], {"quota_set": dict(spec["quota"], force=True)})
    networks.ensure_quota(tenant, spec)
    if not spec["users"]:
        continue
    me = identity.session(spec["users"][0]["name"], spec["name"])
    for image in spec["images"]:
        user_of_it = RETIRED_IMAGES.get(image["name"])
        if not user_of_it or not servers.named(user_of_it, tenant["id"]):
            images.ensure(me, tenant, image, identity.tenants)
    nets = networks.ensure_networks(me, tenant, spec)
    networks.ensure_groups(me, tenant, spec)
    for user, keys in spec["keys"].items():
        for key in keys:
            if identity.users[user]["enabled"]:
                servers.ensure_key(identity.session(user, spec["name"]), user, key)
    for server in spec["servers"]:
        for _ in range(missing(spec, server)):
            owner = identity.session(owner_of(spec, server)["name"], spec["name"])
            servers.request(owner, server, images.id_of(server["image"], tenant["id"]),
                            networks.server_networks(owner, tenant, server, nets, server["groups"]))
    say(spec["name"], "has its things; its servers are requested")

servers.refresh()
for spec in TENANTS:
    tenant = identity.tenants[spec["name"]]
    if not tenant["enabled"] or not spec["servers"]:
        continue
    floating = []
    for server in spec["servers"]:
        owner = owner_of(spec, server)
        alive = owner["name"] in identity.users and identity.users[owner["name"]]["enabled"]
        for one in servers.named(server["name"], tenant["id"]):
            servers.finish(identity.session(owner["name"], spec["name"]) if alive else None, server, one["id"],
                           bool(images.named(server["snapshot"], tenant["id"])))
            floating += [one["id"]] if server["floating"] else []
    networks.ensure_floating(identity.session(spec["users"][0]["name"], spec["name"]), tenant, floating,
                             spec["spare_floating"])
    say(spec["name"], "has its servers in their states")

volumes = None
if any(s["type"] == "volumev2" for s in admin.access["serviceCatalog"]):
    acme = identity.tenants["acme"]["id"]
    me = identity.session("acme-admin", "acme")
    nets = networks.ensure_networks(me, identity.tenants["acme"], TENANTS[0])
    made = Volumes(admin, os.path.join(state_dir, net, "cinder", "volumes"))
    made.ensure(me, {"acme-image": images.id_of("acme-image", acme)},
                {s["name"]: s["id"] for s in servers.all if s["tenant_id"] == acme}, [{"uuid": nets["front"]}])
    volumes = made.report(me)
    say("volumes")

for name in RETIRED_IMAGES:
    for image in images.named(name):
        admin.delete("image", "/v2/images/" + image["id"])
servers.delete_retired_flavors()
identity.settle()
servers.refresh()
path = os.path.join(state_dir, "seed-vintage-%s.json" % net)
made = report.write(path, admin, identity, Images(admin).all, servers.all, networks, state_dir, net, volumes)
say("%d tenants, %d servers; the report: %s" % (
    len(made["tenants"]), sum(len(t["servers"]) for t in made["tenants"]), path))
