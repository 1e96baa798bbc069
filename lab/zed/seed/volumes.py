"""Volume types, and the volumes of every tenant with what guests have written to them."""
import os

from .content import BLOCK, GIB, MIB, digest, write
from .session import Collection, call, wait_for

# near the start, in the middle and at the very end
OFFSETS = (MIB, GIB // 2, GIB - BLOCK)


def types(cloud):
    """Public types; the extra specs of a type in use cannot be changed, so they come with it."""
    admin, prefix = cloud.admin, cloud.prefix
    collection = Collection(admin.block_storage, "/types", cloud.ids["volume_types"],
                            plural="volume_types", is_public="None")
    # the one API whose singular is its plural
    qos = Collection(admin.block_storage, "/qos-specs", cloud.ids["qos_specs"])
    qos.singular = qos.plural
    limited = qos.ensure(f"{prefix}-iops", consumer="front-end", total_iops_sec="500")
    found = {}
    # a spec without a scope is a demand on the backend, which the scheduler checks
    for name, specs in (("fast", {"volume_backend_name": "lab", "lab:tier": "ssd"}),
                        ("shared", {"multiattach": "<is> True"})):
        full = f"{prefix}.{name}"
        found[name] = collection.find(full)
        if not found[name]:
            found[name] = collection.create(full, extra_specs=specs, description=f"{name} volumes")
            if name == "fast":
                call(admin.block_storage, "GET", f"/qos-specs/{limited['id']}/associate",
                     params={"vol_type_id": found[name]["id"]})
    return collection, found


class Volumes:
    """A tenant's volumes and snapshots."""

    def __init__(self, tenant):
        self.tenant, self.session = tenant, tenant.session
        self.collection = Collection(self.session.block_storage, "/volumes", tenant.ids["volumes"], "/volumes/detail",
                                     limit=1000)
        self.snapshots = Collection(self.session.block_storage, "/snapshots", tenant.ids["snapshots"],
                                    "/snapshots/detail", limit=1000)

    def ensure(self, name, label=None, size=1, **attributes):
        return self.collection.ensure(name, label, size=size, **attributes)

    def get(self, volume_id):
        return call(self.session.block_storage, "GET", f"/volumes/{volume_id}")["volume"]

    def ready(self, volume, *statuses):
        """The volume once it has one of these statuses; available or in-use if none is given."""
        def arrived():
            now = self.get(volume["id"])
            if now["status"].startswith("error") and "error" not in statuses:
                raise RuntimeError(f"volume {now['name'] or now['id']} is in status {now['status']}")
            return now if now["status"] in (statuses or ("available", "in-use")) else None
        return wait_for(f"volume {volume['name'] or volume['id']}", arrived)

    def snapshot(self, volume, name, **attributes):
        """A snapshot that is complete; force, because the volume may be attached."""
        made = self.snapshots.ensure(name, volume_id=volume["id"], force=True, **attributes)
        if made["status"] != "available":
            wait_for(f"snapshot {name}", lambda: call(
                self.session.block_storage, "GET", f"/snapshots/{made['id']}")["snapshot"]["status"] == "available")
        return made

    def write(self, volume_id, label, offsets=OFFSETS):
        """What a guest writes to a volume. A volume that an earlier report knows has it already."""
        path = self.tenant.cloud.volume_disk(volume_id)
        if volume_id not in self.tenant.cloud.known_disks and os.path.exists(path):
            write(path, label, offsets)

    def record(self):
        """Digests of all volumes, as the last word on them."""
        labels = {volume_id: label for label, volume_id in self.tenant.ids["volumes"].items()}
        for volume_id, label in labels.items():
            path = self.tenant.cloud.volume_disk(volume_id)
            known = self.tenant.cloud.known_disks.get(volume_id)
            if known or os.path.exists(path):
                self.tenant.volumes[volume_id] = known or {"name": label, **digest(path)}


def populate(tenant, volumes, image, count):
    """Volumes that no server has: from the tenant's image and blank by turns."""
    made = [volumes.ensure(tenant.of(f"vol{number}"), metadata={"purpose": "data"},
                           **({"imageRef": image["id"]} if number % 2 == 0 else {}))
            for number in range(count)]
    for volume in made:
        volumes.write(volumes.ready(volume)["id"], f"{volume['name']} written")
    return made
