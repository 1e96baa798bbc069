"""Waits until a cloud's compute hosts are up and in Placement, and Cinder
reports its pool: before that nothing can be scheduled. In a cloud of both kinds
of compute host, gives each kind an availability zone of its own name. The admin
password comes in PW_ADMIN."""
import os
import sys
import time

import openstack

ip, region, *pairs = sys.argv[1:]
driver_of = dict(pair.split(":") for pair in pairs)
cloud = openstack.connect(
    load_yaml_config=False, load_envvars=False,
    auth_url=f"http://{ip}:5000/v3", username="admin", password=os.environ["PW_ADMIN"], project_name="admin",
    user_domain_name="Default", project_domain_name="Default", region_name=region)


def missing():
    """What is not there yet, as a sentence; None when all is."""
    up = {s.host for s in cloud.compute.services(binary="nova-compute") if s.state == "up"}
    if not set(driver_of) <= up:
        return f"compute hosts down: {sorted(set(driver_of) - up)}"
    providers = {p.name for p in cloud.placement.resource_providers()}
    if len(providers) < len(driver_of):
        return f"Placement knows {sorted(providers)} only"
    return None if list(cloud.block_storage.backend_pools()) else "Cinder has no pool"


def join_zone(zone, hosts):
    """Both kinds are in a zone: the scheduler keeps a server of a zone out of other hosts
    only by their aggregates in Placement, and a host without an aggregate has none."""
    aggregate = next((a for a in cloud.compute.aggregates() if a.name == zone), None) or \
        cloud.compute.create_aggregate(name=zone, availability_zone=zone)
    for host in set(hosts) - set(aggregate.hosts or []):
        for _ in range(60):
            try:
                cloud.compute.add_host_to_aggregate(aggregate, host)
                break
            except openstack.exceptions.NotFoundException:
                time.sleep(1)       # not mapped to its cell yet


end = time.monotonic() + 240
while True:
    try:
        reason = missing()
    except openstack.exceptions.SDKException as error:      # services that still start
        reason = repr(error)
    if not reason:
        break
    if time.monotonic() > end:
        sys.exit(f"not ready: {reason}")
    time.sleep(1)
kinds = {kind: [h for h, d in driver_of.items() if d == kind] for kind in ("lab", "libvirt")}
if all(kinds.values()):
    for zone, hosts in kinds.items():
        join_zone(zone, hosts)
