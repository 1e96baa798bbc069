"""Volumes, types and snapshots of the less usual kinds, and what servers' volumes hold."""
from ..content import MIB
from ..identity import set_quotas
from ..session import Collection, call
from ..volumes import OFFSETS


def populate(tenant, type_collection, types, image):
    """The volumes that servers get are wanted first; the others may take their time."""
    own_type(tenant, type_collection)
    of, ensure = tenant.of, tenant.block.ensure
    fast, private = f"{tenant.cloud.prefix}.fast", of("type")
    tenant.block.made = {
        "root": ensure(of("root"), imageRef=image["id"], description="a server boots from it"),
        "data": ensure(of("data"), volume_type=fast, metadata={"mount": "/größe"}),
        "log": ensure(of("log"), volume_type=private),
        "both": ensure(of("both"), volume_type=f"{tenant.cloud.prefix}.shared", description="two servers have it"),
        "history": ensure(of("history"), description="changed after its snapshot"),
        "frozen": ensure(of("frozen"), description="read-only"),
        "leaving": ensure(of("leaving"), description="offered to another project"),
        "failed": ensure(of("failed"), description="in error"),
        "unnamed": ensure("", label=of("unnamed"), description="a volume without a name"),
        "foreign": ensure(of("Größe-容量"), description="another alphabet"),
        **{f"twin-{i}": ensure(of("twin"), label=of(f"twin-{i}"), description=f"twin {i}") for i in (0, 1)},
    }


def own_type(tenant, collection):
    """A type that only this project may use, with a quota of its own."""
    name, admin = tenant.of("type"), tenant.admin.block_storage
    if not collection.find(name):
        made = collection.create(name, extra_specs={"volume_backend_name": "lab"},
                                 **{"os-volume-type-access:is_public": False})
        call(admin, "POST", f"/types/{made['id']}/action", {"addProjectAccess": {"project": tenant.project_id}})
    tenant.ids["volume_types"][name] = collection.ids[name]
    set_quotas(admin, f"/os-quota-sets/{tenant.project_id}", "quota_set", {f"volumes_{name}": 7})


def finish(tenant):
    """Once nothing builds: states, snapshots, volumes from them, and the bytes of all."""
    block, made, of = tenant.block, tenant.block.made, tenant.of
    now = {label: block.ready(volume, "available", "in-use", "awaiting-transfer", "error") for label, volume in made.items()}
    states(tenant, now)
    # a volume of zeros would look copied in a target that made it anew
    for label in sorted(set(made) - {"history"}):
        block.write(now[label]["id"], f"{of(label)} written")
    history = now["history"]
    block.write(history["id"], f"{of('history')} written", OFFSETS[:1])
    taken = block.snapshot(history, of("history-snap"), description="before the second write",
                           metadata={"note": "früher"})
    block.write(history["id"], f"{of('history')} written later", (64 * MIB,))
    restored = block.ensure(of("restored"), size=2, snapshot_id=taken["id"])
    clone = block.ensure(of("clone"), source_volid=now["twin-0"]["id"])
    block.snapshot(now["data"], of("data-snap"), description="while a server has it")
    for volume in (restored, clone):
        block.ready(volume)
    boot_volumes(tenant)


def states(tenant, now):
    session = tenant.session.block_storage
    frozen, leaving, failed = now["frozen"], now["leaving"], now["failed"]
    if frozen["metadata"].get("readonly") != "True":
        call(session, "POST", f"/volumes/{frozen['id']}/action", {"os-update_readonly_flag": {"readonly": True}})
    if leaving["status"] == "available":
        call(session, "POST", "/volume-transfers", {"transfer": {"volume_id": leaving["id"], "name": tenant.of("offer")}})
    if failed["status"] == "available":
        call(tenant.admin.block_storage, "POST", f"/volumes/{failed['id']}/action",
             {"os-reset_status": {"status": "error"}})


def boot_volumes(tenant):
    """The volumes that Nova made have no name or its own; their label is the server's and the device."""
    known = set(tenant.ids["volumes"].values())
    for label, server_id in tenant.ids["servers"].items():
        for volume in tenant.servers.current[server_id]["os-extended-volumes:volumes_attached"]:
            if volume["id"] in known:
                continue
            now = tenant.block.get(volume["id"])
            device = next(a["device"] for a in now["attachments"] if a["server_id"] == server_id)
            name = f"{label}:{device}"
            tenant.ids["volumes"][name] = volume["id"]
            tenant.block.write(volume["id"], f"{name} after boot")
