"""Networks, ports, rules and routes of the less usual kinds."""
from ..network import common as shared_by_all, floating_ip
from ..session import Collection, call


def populate(tenant):
    net = tenant.net
    policies = qos(tenant)
    wires(tenant, net, policies)
    pools(tenant, net)
    routers(tenant, net)
    groups(tenant, net)


def qos(tenant):
    """Only an administrator may make policies by default; one has rules of every kind and is not used."""
    admin = tenant.admin.network
    collection = tenant.network_collection("/qos/policies", tenant.admin)
    policies = {}
    for suffix, rules in (("gold", [("bandwidth_limit_rules", {"max_kbps": 50000, "max_burst_kbps": 5000}),
                                    ("bandwidth_limit_rules", {"max_kbps": 40000, "direction": "ingress"}),
                                    ("dscp_marking_rules", {"dscp_mark": 26})]),
                          ("floating", [("bandwidth_limit_rules", {"max_kbps": 3000})]),
                          ("guaranteed", [("minimum_bandwidth_rules", {"min_kbps": 1000, "direction": "egress"})])):
        policy = collection.ensure(tenant.of(suffix), project_id=tenant.project_id, description=f"{suffix} quality")
        if not policy["rules"]:
            for kind, rule in rules:
                call(admin, "POST", f"/qos/policies/{policy['id']}/{kind}", {kind[:-1]: rule})
        policies[suffix] = policy
    return policies


def wires(tenant, net, policies):
    """Networks with two subnets, IPv6 of both kinds, quality, no security, no gateway; twins and other alphabets."""
    of, basis = tenant.of, net.basis
    n = net.networks.ensure
    second = n(of("net-b"), description="interleaved with the first", mtu=1400, qos_policy_id=policies["gold"]["id"])
    dual = n(of("dual"), description="IPv4 and SLAAC", dns_domain="dual.example.")
    stateful = n(of("v6only"), description="stateful DHCPv6")
    open_wire = n(of("open"), description="no port security", port_security_enabled=False)
    down = n(of("down"), description="administratively down", admin_state_up=False)
    foreign = n("сеть-" + of("網路"), label=of("foreign"), description="another alphabet")
    twins = [n(of("twin"), label=of(f"twin-{i}"), description=f"twin {i}") for i in (0, 1)]
    common, common_subnet = shared_by_all(tenant.cloud)
    s = net.subnets.ensure
    subnets = {
        "second": s(of("subnet-b"), network_id=second["id"], ip_version=4, cidr="10.90.0.0/24"),
        "second2": s(of("subnet-b2"), network_id=second["id"], ip_version=4, cidr="10.91.0.0/24", gateway_ip=None,
                     enable_dhcp=False),
        "dual4": s(of("dual4"), network_id=dual["id"], ip_version=4, cidr="10.92.0.0/24"),
        "dual6": s(of("dual6"), network_id=dual["id"], ip_version=6, cidr="2001:db8:1::/64",
                   ipv6_ra_mode="slaac", ipv6_address_mode="slaac"),
        "v6": s(of("v6"), network_id=stateful["id"], ip_version=6, cidr="2001:db8:2::/64",
                ipv6_ra_mode="dhcpv6-stateful", ipv6_address_mode="dhcpv6-stateful", dns_nameservers=["2001:db8::53"]),
        "open": s(of("open"), network_id=open_wire["id"], ip_version=4, cidr="10.93.0.0/24"),
        "down": s(of("down"), network_id=down["id"], ip_version=4, cidr="10.94.0.0/24"),
        "foreign": s("", label=of("foreign"), network_id=foreign["id"], ip_version=4, cidr="10.95.0.0/24",
                     description="a subnet without a name"),
    }
    for i, twin in enumerate(twins):    # the same range twice, in networks of the same name
        s(of("twin"), label=of(f"twin-{i}"), network_id=twin["id"], ip_version=4, cidr="10.96.0.0/24",
          description=f"subnet of twin {i}")
    tag(tenant, "networks", second, ["backend", "größe"])
    net.wires = {"first": basis["network"], "second": second, "dual": dual, "v6": stateful, "open": open_wire,
                 "foreign": foreign, "common": common, "twins": twins, "subnets": subnets, "common_subnet": common_subnet}
    net.policies = policies


def pools(tenant, net):
    """A subnet that comes from the tenant's own pool in an address scope."""
    scope = tenant.network_collection("/address-scopes").ensure(tenant.of("scope"), ip_version=4)
    pool = tenant.network_collection("/subnetpools").ensure(
        tenant.of("pool"), prefixes=["10.200.0.0/16"], default_prefixlen=26, address_scope_id=scope["id"])
    network = net.networks.ensure(tenant.of("pooled"), description="its addresses come from a pool")
    net.wires["pooled"] = network
    net.wires["subnets"]["pooled"] = net.subnets.ensure(
        tenant.of("pooled"), network_id=network["id"], ip_version=4, subnetpool_id=pool["id"])


def routers(tenant, net):
    """One of several networks with extra routes and no way out, and one without address translation."""
    of, subnets = tenant.of, net.wires["subnets"]
    inner = net.routers.ensure(of("inner"), description="several networks, no gateway")
    for name in ("second", "dual4", "dual6"):
        net.attach(inner, subnets[name])
    if not inner["routes"]:
        call(tenant.session.network, "PUT", f"/routers/{inner['id']}", {"router": {"routes": [
            {"destination": "203.0.113.0/24", "nexthop": "10.90.0.254"},
            {"destination": "198.18.0.0/15", "nexthop": "10.92.0.253"}]}})
    tenant.network_collection("/routers", tenant.admin).ensure(
        of("routed"), project_id=tenant.project_id, description="no address translation",
        external_gateway_info={"network_id": net.basis["external"]["id"], "enable_snat": False})
    tag(tenant, "routers", inner, ["inner"])


def groups(tenant, net):
    """Security groups that name each other, a stateless one, one of an address group, and twins."""
    of, rule, ensure = tenant.of, net.rule, net.groups.ensure
    left, right = ensure(of("left"), description="names right"), ensure(of("right"), description="names left")
    rule(left, protocol="tcp", port_range_min=1024, port_range_max=65535, remote_group_id=right["id"])
    rule(right, protocol="udp", port_range_min=53, port_range_max=53, remote_group_id=left["id"])
    rule(right, direction="egress", ethertype="IPv6", protocol="ipv6-icmp", port_range_min=128, port_range_max=0)
    stateless = ensure(of("stateless"), stateful=False, description="no connection tracking")
    rule(stateless, protocol="112")
    rule(stateless)
    addresses = tenant.network_collection("/address-groups").ensure(
        of("offices"), addresses=["192.0.2.0/25", "2001:db8:3::/48"])
    for i in (0, 1):
        twin = ensure(of("twin"), label=of(f"twin-{i}"), description=f"twin {i}")
        rule(twin, protocol="tcp", port_range_min=22, port_range_max=22 + i, remote_address_group_id=addresses["id"])
    default = net.groups.find("default")
    rule(default, protocol="tcp", port_range_min=22, port_range_max=22, remote_ip_prefix="192.0.2.0/24")
    tag(tenant, "security-groups", left, ["cyclic"])
    net.special = {"left": left, "right": right, "stateless": stateless, "default": default}


def tag(tenant, kind, resource, tags):
    if sorted(resource["tags"]) != sorted(tags):
        call(tenant.session.network, "PUT", f"/{kind}/{resource['id']}/tags", {"tags": tags})


def finish(tenant, neighbour):
    """Floating addresses, and what is lent to another project."""
    net, external = tenant.net, tenant.net.basis["external"]
    floating_ip(tenant, external, f"unattached of {tenant.name}")
    floating_ip(tenant, external, f"limited of {tenant.name}", qos_policy_id=net.policies["floating"]["id"])
    borrower = neighbour.project_id if neighbour else tenant.ids["projects"][tenant.of("child")]
    for session, kind, resource in ((tenant.session, "network", net.wires["foreign"]),
                                    (tenant.session, "security_group", net.special["left"]),
                                    (tenant.admin, "qos_policy", net.policies["gold"])):
        lend(tenant, session, kind, resource, borrower)


def lend(tenant, session, kind, resource, borrower):
    """Role-based access: the other project may use it, and only that one."""
    same = {"object_id": resource["id"], "object_type": kind, "target_tenant": borrower}
    found = call(session.network, "GET", "/rbac-policies", params=same)["rbac_policies"]
    policy = found[0] if found else call(session.network, "POST", "/rbac-policies", {
        "rbac_policy": {**same, "action": "access_as_shared"}})["rbac_policy"]
    tenant.ids["rbac_policies"][f"{kind} {resource['name']}"] = policy["id"]
