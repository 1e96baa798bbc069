"""Waits until a cloud's nova-compute hosts are up and in placement (and Cinder
reports its pool); in a cloud of both kinds of compute host, puts the libvirt
ones into an availability zone of their own, `libvirt`."""
import sys
import time
import openstack

ip, admin_pw, region, *pairs = sys.argv[1:]
hosts = dict(p.split(":") for p in pairs)
conn = openstack.connect(auth_url=f"http://{ip}:5000/v3", username="admin", password=admin_pw,
                         project_name="admin", user_domain_name="Default",
                         project_domain_name="Default", region_name=region)
end = time.time() + 240
why = ""
while time.time() < end:
    try:
        up = {s.host for s in conn.compute.services(binary="nova-compute") if s.state == "up"}
        n = len(list(conn.placement.resource_providers()))
        if not list(conn.block_storage.backend_pools()):
            why = "cinder has no pool"
        elif set(hosts) <= up and n >= len(hosts):
            break
        else:
            why = f"up: {sorted(up)}, resource providers: {n}"
    except Exception as e:  # services still starting
        why = repr(e)
    time.sleep(1)
else:
    sys.exit(f"compute hosts not up: {why}")
kinds = {"libvirt": [h for h, d in hosts.items() if d == "libvirt"],
         "lab": [h for h, d in hosts.items() if d != "libvirt"]}
if all(kinds.values()):
    # both in a zone: the scheduler keeps a server of a zone out of the others
    # only by placement aggregates, which a host without an aggregate has none of
    for zone, members in kinds.items():
        agg = next((x for x in conn.compute.aggregates() if x.name == zone), None) or \
            conn.compute.create_aggregate(name=zone, availability_zone=zone)
        for h in members:
            if h not in (agg.hosts or []):
                for _ in range(60):     # until the host is discovered in its cell
                    try:
                        conn.compute.add_host_to_aggregate(agg, h)
                        break
                    except openstack.exceptions.NotFoundException:
                        time.sleep(1)
