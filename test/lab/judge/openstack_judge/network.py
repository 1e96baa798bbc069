"""Networks, subnets, ports, routers, floating addresses and security groups."""
from . import marks
from .api import entry, ref, text

# what belongs to routers, DHCP and floating addresses is made by Neutron itself
NEUTRONS_OWN = "network:"


def read(api):
    def listed(path, key=None):
        return {body["id"]: body for body in api.list("network", f"/{path}", key or path.replace("-", "_"))}
    names = {kind: {key: body["name"] for key, body in listed(path, key_in_answer).items()}
             for kind, path, key_in_answer in (("qos", "qos/policies", "policies"), ("pool", "subnetpools", None),
                                               ("addresses", "address-groups", None))}
    ports, rbac = listed("ports"), listed("rbac-policies")
    return {
        "network": {i: _network(b, names, rbac.values()) for i, b in listed("networks").items()},
        "subnet": {i: _subnet(b, names) for i, b in listed("subnets").items()},
        "security-group": {i: _group(b, names, rbac.values()) for i, b in listed("security-groups").items()},
        "router": {i: _router(b, ports.values()) for i, b in listed("routers").items()},
        "port": {i: _port(b, names) for i, b in ports.items() if not b["device_owner"].startswith(NEUTRONS_OWN)},
        "floating-ip": {i: _address(b, names) for i, b in listed("floatingips").items()},
    }


def _made(body, attributes, name=None):
    own, origin = marks.of_tags(body.get("tags"))
    attributes.update(description=text(body.get("description")), tags=sorted(own))
    return entry(body.get("name") if name is None else name, attributes, body["project_id"],
                 origin or marks.of_description(body.get("description")))


def _lent(rbac, body):
    """Projects, or everybody (`*`), and what they may do."""
    return [{"action": policy["action"], "to": ref("project", policy["target_tenant"])
             if policy["target_tenant"] != "*" else "*"} for policy in rbac if policy["object_id"] == body["id"]]


def _network(body, names, rbac):
    return _made(body, {
        "admin_state_up": body["admin_state_up"], "shared": body["shared"], "external": body["router:external"],
        "mtu": body.get("mtu"), "port_security": body.get("port_security_enabled"),
        "dns_domain": text(body.get("dns_domain")), "qos": names["qos"].get(body.get("qos_policy_id")),
        "zones": sorted(body.get("availability_zone_hints") or []), "lent": _lent(rbac, body),
        "provider_type": body.get("provider:network_type"),
        "provider_physical": body.get("provider:physical_network"),
        "provider_segment": body.get("provider:segmentation_id")})


def _subnet(body, names):
    return _made(body, {
        "network": ref("network", body["network_id"]), "ip_version": body["ip_version"], "cidr": body["cidr"],
        "gateway": body["gateway_ip"], "dhcp": body["enable_dhcp"], "dns": body["dns_nameservers"],
        "routes": body["host_routes"], "pools": body["allocation_pools"], "ra_mode": body.get("ipv6_ra_mode"),
        "address_mode": body.get("ipv6_address_mode"), "service_types": body.get("service_types") or [],
        "subnet_pool": names["pool"].get(body.get("subnetpool_id"))})


RULE = ("direction", "ethertype", "protocol", "port_range_min", "port_range_max", "remote_ip_prefix")


def _group(body, names, rbac):
    rules = [{**{field: rule[field] for field in RULE}, "description": text(rule.get("description")),
              "remote_group": ref("security-group", rule["remote_group_id"]),
              "remote_addresses": names["addresses"].get(rule.get("remote_address_group_id"))}
             for rule in body["security_group_rules"]]
    return _made(body, {"stateful": body.get("stateful", True), "rules": rules, "lent": _lent(rbac, body)})


def _router(body, ports):
    gateway = body.get("external_gateway_info") or {}
    interfaces = [_ip(ip) for port in ports for ip in port["fixed_ips"]
                  if port["device_id"] == body["id"] and port["device_owner"] != "network:router_gateway"]
    return _made(body, {
        "admin_state_up": body["admin_state_up"], "routes": body["routes"], "interfaces": interfaces,
        "gateway": ref("network", gateway.get("network_id")), "snat": gateway.get("enable_snat"),
        "gateway_addresses": [_ip(ip) for ip in gateway.get("external_fixed_ips", [])],
        "ha": body.get("ha"), "distributed": body.get("distributed"),
        "zones": sorted(body.get("availability_zone_hints") or [])})


def _ip(fixed):
    return {"subnet": ref("subnet", fixed["subnet_id"]), "address": fixed["ip_address"]}


def _port(body, names):
    of_server = body["device_owner"].startswith("compute:")
    return _made(body, {
        "network": ref("network", body["network_id"]), "mac": body["mac_address"],
        "fixed_ips": [_ip(ip) for ip in body["fixed_ips"]], "admin_state_up": body["admin_state_up"],
        "groups": [ref("security-group", group) for group in body["security_groups"]],
        "port_security": body.get("port_security_enabled"), "pairs": body.get("allowed_address_pairs") or [],
        "dhcp_options": body.get("extra_dhcp_opts") or [], "dns_name": text(body.get("dns_name")),
        "dns_domain": text(body.get("dns_domain")), "qos": names["qos"].get(body.get("qos_policy_id")),
        "device_owner": body["device_owner"], "vnic_type": body.get("binding:vnic_type"),
        "profile": body.get("binding:profile") or {},
        "device": ref("server", body["device_id"]) if of_server else text(body["device_id"])})


def _address(body, names):
    return _made(body, {
        "address": body["floating_ip_address"], "network": ref("network", body["floating_network_id"]),
        "port": ref("port", body["port_id"]), "fixed_ip": body["fixed_ip_address"],
        "qos": names["qos"].get(body.get("qos_policy_id")), "dns_name": text(body.get("dns_name")),
        "dns_domain": text(body.get("dns_domain"))}, name=body["floating_ip_address"])
