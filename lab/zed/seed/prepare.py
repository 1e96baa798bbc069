"""What the operator of a new cloud makes before anybody moves in: `lab prepare`. A repeat keeps what is there.

The networks on wires that both clouds share have the names and numbers that they have in the source. Volume types have
names of the new cloud's own, and one flavor is like the source's under another id: lab/population.md has the mappings.
"""
import argparse
import os

from . import compute, network
from .session import Collection, Session
from .tenant import Cloud

# as the new cloud calls the source's types `acme.fast`, `acme.shared` and `acme-t000-type`
VOLUME_TYPES = {
    "ssd": {"volume_backend_name": "lab", "lab:tier": "ssd"},
    "multi": {"multiattach": "<is> True"},
    "standard": {"volume_backend_name": "lab"},
}


def main():
    parser = argparse.ArgumentParser(prog="lab prepare", description=__doc__.split("\n")[0])
    parser.add_argument("cloud", nargs="?", default="target")
    parser.add_argument("--prefix", default="acme", help="of the tenants that will move in")
    opts = parser.parse_args()
    cloud = Cloud(name=opts.cloud, prefix=opts.prefix, password="", password_is_new=False,
                  folder=os.path.join(os.environ["LAB_DIR"], opts.cloud), admin=Session.named(opts.cloud),
                  image_bytes=0, zone=None, known_disks={})
    network.external(cloud)
    network.common(cloud)
    types = Collection(cloud.admin.block_storage, "/types", plural="volume_types", is_public="None")
    for name, specs in VOLUME_TYPES.items():
        if not types.find(name):
            types.create(name, extra_specs=specs)
    qos(cloud)
    compute.Flavors(cloud).ensure(f"{opts.prefix}.pinned", 256, 2, 1,
                                  specs={"hw:cpu_policy": "shared", "hw:mem_page_size": "any"})
    # a server of the source was booted with one that is gone there: its operator says what it was
    compute.Flavors(cloud).ensure(f"{opts.prefix}.fleeting", 160, 1, 1, specs={"hw:boot_menu": "true"})
    cloud.say(f"{opts.cloud} is ready to be moved into")


def qos(cloud):
    """One of the two policies that the source's networks and ports have, for everybody: a mover takes it by its name."""
    collection = Collection(cloud.admin.network, "/qos/policies", cloud.ids["policies"])
    collection.ensure(f"{cloud.prefix}-t000-gold", shared=True, description="gold quality")


main()
