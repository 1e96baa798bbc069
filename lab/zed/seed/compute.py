"""Flavors, keypairs and servers, and what guests write to their disks after boot."""
import base64
from concurrent.futures import ThreadPoolExecutor
import os

from . import states
from .content import BLOCK, KIB, digest, ssh_key, write
from .session import Collection, call, wait_for


class Flavors:
    """All flavors of the cloud; only an administrator sees the private ones."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.collection = Collection(cloud.admin.compute, "/flavors", cloud.ids["flavors"], "/flavors/detail",
                                     is_public="None", limit=1000)

    def ensure(self, name, ram, vcpus, disk, specs=None, project_id=None, ids=None, **attributes):
        """specs: extra specs; project_id: the one project that may use it, else everybody."""
        compute = self.cloud.admin.compute
        flavor = self.collection.find(name)
        if not flavor:
            flavor = self.collection.create(name, ram=ram, vcpus=vcpus, disk=disk, **attributes,
                                            **{"os-flavor-access:is_public": project_id is None})
            if specs:
                call(compute, "POST", f"/flavors/{flavor['id']}/os-extra_specs", {"extra_specs": specs})
            if project_id:
                call(compute, "POST", f"/flavors/{flavor['id']}/action", {"addTenantAccess": {"tenant": project_id}})
        if ids is not None:
            ids[name] = flavor["id"]
        return flavor


def public_flavors(cloud, flavors):
    prefix = cloud.prefix
    return {
        "small": flavors.ensure(f"{prefix}.small", 128, 1, 1),
        "pinned": flavors.ensure(f"{prefix}.pinned", 256, 2, 1,
                                 specs={"hw:cpu_policy": "shared", "hw:mem_page_size": "any"}),
        "eph": flavors.ensure(f"{prefix}.eph", 256, 1, 2, swap=64, **{"OS-FLV-EXT-DATA:ephemeral": 1}),
    }


def keypair(session, name, **attributes):
    """A keypair belongs to a user, not to a project."""
    answer = call(session.compute, "GET", "/os-keypairs")
    if name not in [k["keypair"]["name"] for k in answer["keypairs"]]:
        call(session.compute, "POST", "/os-keypairs",
             {"keypair": {"name": name, **(attributes or {"type": "ssh", "public_key": ssh_key(name)})}})


def user_data(text):
    return base64.b64encode(text).decode()


class Servers:
    """A tenant's servers: those wanted are asked for at once, so that they build together."""

    def __init__(self, tenant, pool):
        self.tenant, self.pool = tenant, pool
        self.collection = Collection(tenant.session.compute, "/servers", tenant.ids["servers"], "/servers/detail",
                                     limit=1000)
        self.states = {}        # by label
        self.pending = []
        self.current = {}       # by id, after wait()

    def want(self, name, label=None, state="ACTIVE", session=None, hints=None, **server):
        """state: see states.reach; session: of another user than the first; hints: for the scheduler."""
        label = label or name
        self.states[label] = state
        same = {k: v for k, v in server.items() if k == "description"}
        if not self.collection.find(name, label, **same):
            self.pending.append((label, self.pool.submit(self._create, session, hints, name=name, **server)))

    def _create(self, session, hints, **server):
        if self.tenant.cloud.zone:
            server.setdefault("availability_zone", self.tenant.cloud.zone)
        body = {"server": server, **({"os:scheduler_hints": hints} if hints else {})}
        return call((session or self.tenant.session).compute, "POST", "/servers", body)["server"]["id"]

    def id(self, label):
        return self.tenant.ids["servers"][label]

    def wait(self):
        """Until nothing builds any more; a server that was not to fail and did is an error."""
        for label, future in self.pending:
            self.tenant.ids["servers"][label] = future.result()
        self.pending.clear()
        ours = set(self.tenant.ids["servers"].values())

        def built():
            answer = call(self.tenant.session.compute, "GET", "/servers/detail", params={"limit": 1000})
            self.current = {s["id"]: s for s in answer["servers"] if s["id"] in ours}
            return all(s["status"] != "BUILD" for s in self.current.values())
        wait_for(f"servers of {self.tenant.name}", built, seconds=300, interval=1)
        for label, state in self.states.items():
            server = self.current[self.id(label)]
            if server["status"] == "ERROR" and state not in ("ERROR", states.broken):
                raise RuntimeError(f"server {server['name']} is in ERROR: {server.get('fault', {}).get('message')}")

    def write_disks(self):
        """What makes a disk differ from its image, in its bytes and in its length."""
        for label, server_id in self.tenant.ids["servers"].items():
            known = self.tenant.cloud.known_disks.get(server_id)
            path = self.tenant.cloud.server_disk(server_id)
            if not known and self.current[server_id]["image"] and os.path.exists(path):
                write(path, f"{label} after boot", (BLOCK, 3 * BLOCK - 4 * KIB, os.path.getsize(path)))
                known = {"name": label, **digest(path)}
            if known:
                self.tenant.disks[server_id] = known

    def settle(self):
        """Brings every server to its state, several at a time."""
        moves = [self.pool.submit(states.reach, self.tenant, self.current[self.id(label)], state)
                 for label, state in self.states.items()]
        for move in moves:
            move.result()


def populate(tenant, servers, net, flavors, images, count):
    """The plain servers, of every tenant: web and db by turns, the last one stopped."""
    for user, session in zip(tenant.users, (tenant.session, tenant.second_session)):
        keypair(session, f"{user['name']}-key")
    basis = net.basis
    for number in range(count):
        name, web = tenant.of(f"vm{number}"), number % 2 == 0
        port = net.ports.ensure(
            f"{name}-port", network_id=basis["network"]["id"],
            fixed_ips=[{"subnet_id": basis["subnet"]["id"], "ip_address": f"{basis['prefix']}.{10 + number}"}],
            security_groups=[basis["web" if web else "db"]["id"]])
        servers.want(
            name, state="SHUTOFF" if 0 < number == count - 1 else "ACTIVE",
            flavorRef=flavors["small" if web else "private"]["id"],
            imageRef=images["private" if web else "public"]["id"],
            networks=[{"port": port["id"]}], key_name=f"{tenant.users[0]['name']}-key",
            metadata={"role": "web" if web else "db", "tier": str(number), "owner": tenant.name},
            user_data=user_data(f"#cloud-config\nhostname: {name}\n".encode()))


def server_snapshot(tenant, server_id, name, images):
    """An image of a server, made after its guest has written to the disk."""
    if not images.find(name):
        answer = call(tenant.session.compute, "POST", f"/servers/{server_id}/action",
                      {"createImage": {"name": name, "metadata": {"made_by": "seed"}}})
        tenant.ids["images"][name] = answer["image_id"]


def worker_pool():
    # more only queue up at the one worker that each API has
    return ThreadPoolExecutor(max_workers=4)
