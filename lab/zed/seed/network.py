"""The external network, and the network, router and security groups that every tenant has."""
from .session import Collection, call

RULE_FIELDS = ("direction", "ethertype", "protocol", "port_range_min", "port_range_max",
               "remote_ip_prefix", "remote_group_id", "remote_address_group_id")


def external(cloud):
    """The network of routers' gateways and floating addresses, the same range in every cloud."""
    admin = cloud.admin
    network = Collection(admin.network, "/networks", cloud.ids["networks"], **{"router:external": True}).ensure(
        "public", **{"router:external": True, "provider:network_type": "flat", "provider:physical_network": "public"})
    Collection(admin.network, "/subnets", cloud.ids["subnets"], network_id=network["id"]).ensure(
        "public-subnet", network_id=network["id"], ip_version=4, cidr="198.51.100.0/24",
        gateway_ip="198.51.100.1", enable_dhcp=False,
        allocation_pools=[{"start": "198.51.100.10", "end": "198.51.100.250"}])
    return network


def common(cloud):
    """A network of the operator's that every tenant may use, on the same wire in every cloud."""
    name, admin = f"{cloud.prefix}-common", cloud.admin.network
    network = Collection(admin, "/networks", cloud.ids["networks"], shared=True).ensure(
        name, description="shared with everybody", shared=True,
        **{"provider:network_type": "vlan", "provider:physical_network": "physnet1", "provider:segmentation_id": 1100})
    subnet = Collection(admin, "/subnets", cloud.ids["subnets"], network_id=network["id"]).ensure(
        name, network_id=network["id"], ip_version=4, cidr="172.31.0.0/24")
    return network, subnet


class Networking:
    """A tenant's own collections, each listed once, and what the seed adds to them."""

    def __init__(self, tenant):
        self.tenant = tenant
        self.networks = tenant.network_collection("/networks")
        self.subnets = tenant.network_collection("/subnets")
        self.routers = tenant.network_collection("/routers")
        self.groups = tenant.network_collection("/security-groups")
        self.ports = tenant.network_collection("/ports")
        self._rules = None
        self._attached = None

    def rule(self, group, **fields):
        """A security group's rule; Neutron would refuse the same one a second time."""
        if self._rules is None:
            self._rules = call(self.tenant.session.network, "GET", "/security-group-rules",
                               params={"project_id": self.tenant.project_id})["security_group_rules"]
        wanted = {"direction": "ingress", "ethertype": "IPv4", **fields}
        for rule in self._rules:
            if rule["security_group_id"] == group["id"] and all(
                    str(rule.get(k)) == str(wanted.get(k)) for k in RULE_FIELDS):
                return
        call(self.tenant.session.network, "POST", "/security-group-rules",
             {"security_group_rule": {"security_group_id": group["id"], **wanted}})

    def attach(self, router, subnet):
        """A router's interface in a subnet."""
        if self._attached is None:
            ports = call(self.tenant.session.network, "GET", "/ports", params={"project_id": self.tenant.project_id})
            self._attached = {(port["device_id"], ip["subnet_id"]) for port in ports["ports"] for ip in port["fixed_ips"]}
        if (router["id"], subnet["id"]) not in self._attached:
            call(self.tenant.session.network, "PUT", f"/routers/{router['id']}/add_router_interface",
                 {"subnet_id": subnet["id"]})


def populate(tenant, external_network):
    """What the tenant's servers stand on; returns it by the names the other modules use."""
    net = Networking(tenant)
    # every second tenant has the addresses of the one before it
    prefix = f"10.{(tenant.number // 2) % 200}.0"
    network = net.networks.ensure(tenant.of("net"), description="private")
    subnet = net.subnets.ensure(
        tenant.of("subnet"), network_id=network["id"], ip_version=4, cidr=f"{prefix}.0/24",
        gateway_ip=f"{prefix}.1", dns_nameservers=["192.0.2.53"],
        host_routes=[{"destination": "192.0.2.0/24", "nexthop": f"{prefix}.254"}],
        allocation_pools=[{"start": f"{prefix}.100", "end": f"{prefix}.199"}])
    router = net.routers.ensure(tenant.of("router"), external_gateway_info={"network_id": external_network["id"]})
    net.attach(router, subnet)
    web, db = (net.groups.ensure(tenant.of(role), description=f"{tenant.of(role)} of {tenant.name}")
               for role in ("web", "db"))
    low = 8000 + tenant.number
    net.rule(web, protocol="tcp", port_range_min=80, port_range_max=80, remote_ip_prefix="0.0.0.0/0", description="http")
    net.rule(web, protocol="tcp", port_range_min=low, port_range_max=low + 10, remote_ip_prefix="203.0.113.0/24")
    net.rule(web, protocol="icmp", remote_group_id=web["id"])
    net.rule(db, protocol="tcp", port_range_min=5432, port_range_max=5432, remote_group_id=web["id"])
    net.rule(db, ethertype="IPv6", protocol="tcp", port_range_min=443, port_range_max=443,
             remote_ip_prefix="2001:db8::/32")
    net.basis = {"network": network, "subnet": subnet, "router": router, "web": web, "db": db,
                 "prefix": prefix, "external": external_network}
    return net


def floating_ip(tenant, external_network, description, **attributes):
    """A floating address, found again by its description: it has no name."""
    session, ids = tenant.session, tenant.ids["floatingips"]
    found = next(iter(call(session.network, "GET", "/floatingips", params={
        "project_id": tenant.project_id, "description": description})["floatingips"]), None)
    found = found or call(session.network, "POST", "/floatingips", {"floatingip": {
        "floating_network_id": external_network["id"], "description": description, **attributes}})["floatingip"]
    ids[description] = found["id"]
    return found
