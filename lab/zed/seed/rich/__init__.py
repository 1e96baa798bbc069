"""What real clouds have beside the plain case: a rich tenant has all of it."""
from . import compute, identity, images, network, volumes


def begin(seeding, tenant, own_images, own_flavors):
    """Everything up to the requests for its servers."""
    identity.populate(tenant, seeding.roles)
    network.populate(tenant)
    extra_images = images.populate(tenant, seeding.cloud.image_bytes)
    volumes.populate(tenant, seeding.type_collection, seeding.types, own_images["private"])
    compute.populate(tenant, seeding.flavors, {**own_images, **extra_images}, own_flavors)


def finish(seeding, tenant):
    """What needs running servers, or the other tenants."""
    neighbour = next((t for t in seeding.tenants if t is not tenant), None)
    network.finish(tenant, neighbour)
    images.finish(tenant, neighbour)
    compute.finish(tenant)
    volumes.finish(tenant)
