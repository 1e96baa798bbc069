"""Networks, security groups and floating addresses of a cloud with Neutron."""


class NeutronNetworks:
    def __init__(self, admin):
        self.admin = admin
        self.public = None

    def _list(self, what, **query):
        q = "&".join("%s=%s" % (k.replace("__", ":"), v) for k, v in query.items())
        return self.admin.get("network", "/v2.0/%s?%s" % (what.replace("_", "-"), q))[what]

    def _make(self, me, what, **body):
        path = {"security_group": "security-group", "security_group_rule": "security-group-rule"}.get(what, what)
        return me.post("network", "/v2.0/%ss" % path, {what: body})[what]

    def ensure_public(self):
        nets = {n["name"]: n for n in self._list("networks")}
        if "public" not in nets:
            nets["public"] = self._make(self.admin, "network", name="public", **{
                "router:external": True, "provider:network_type": "flat", "provider:physical_network": "extnet"})
        self.public = nets["public"]
        if not self.public["subnets"]:
            self._make(self.admin, "subnet", network_id=self.public["id"], name="public-v4", cidr="203.0.113.0/24",
                       ip_version=4, enable_dhcp=False, allocation_pools=[
                           {"start": "203.0.113.10", "end": "203.0.113.200"}])
        if "shared-vlan" not in nets:
            shared = self._make(self.admin, "network", name="shared-vlan", shared=True, **{
                "provider:network_type": "vlan", "provider:physical_network": "physnet1",
                "provider:segmentation_id": 1500})
            self._make(self.admin, "subnet", network_id=shared["id"], name="", cidr="10.99.0.0/24", ip_version=4)

    def ensure_quota(self, tenant, spec):
        if spec["network_quota"]:
            self.admin.put("network", "/v2.0/quotas/" + tenant["id"], {"quota": spec["network_quota"]})

    def ensure_networks(self, me, tenant, spec):
        """-> name in the spec: network id"""
        nets = {n["name"]: n for n in self._list("networks", tenant_id=tenant["id"])}
        subnets = self._list("subnets", tenant_id=tenant["id"])
        routers = self._list("routers", tenant_id=tenant["id"])
        out = {}
        for short, cidr in spec["nets"].items():
            name = "%s-%s" % (spec["name"], short)
            net = nets.get(name) or self._make(me, "network", name=name)
            out[short] = net["id"]
            mine = [s for s in subnets if s["network_id"] == net["id"]]
            if not mine:
                base = cidr.rsplit(".", 1)[0]
                mine.append(self._make(me, "subnet", network_id=net["id"], name=name + "-v4", cidr=cidr, ip_version=4,
                                       dns_nameservers=["192.0.2.53"], host_routes=[
                                           {"destination": "198.51.100.0/24", "nexthop": base + ".254"}],
                                       allocation_pools=[{"start": base + ".20", "end": base + ".199"}]))
            if short == "front":
                if not routers:
                    routers.append(self._make(me, "router", name=spec["name"] + "-router",
                                              external_gateway_info={"network_id": self.public["id"]}))
                if not self._list("ports", device_id=routers[0]["id"], device_owner="network:router_interface"):
                    me.put("network", "/v2.0/routers/%s/add_router_interface" % routers[0]["id"],
                           {"subnet_id": mine[0]["id"]})
        if "back" in out:       # two that only their ids tell apart, both unused, one without a subnet
            twins = [n for n in nets.values() if n["name"] == "twin"]
            count = len(self._list("networks", tenant_id=tenant["id"], name="twin")) if twins else 0
            for n in range(count, 2):
                net = self._make(me, "network", name="twin", admin_state_up=n == 0)
                if n == 0:
                    self._make(me, "subnet", network_id=net["id"], name="twin-v6", cidr="2001:db8:20::/64",
                               ip_version=6, ipv6_ra_mode="slaac", ipv6_address_mode="slaac")
        return out

    def ensure_groups(self, me, tenant, spec):
        have = {g["name"]: g for g in self._list("security_groups", tenant_id=tenant["id"])}
        fresh = [n for n in spec["groups"] if n not in have]
        for name in fresh:
            have[name] = self._make(me, "security_group", name=name, description="%s of %s" % (name, spec["name"]))
        if "default" not in have:    # the first group of a tenant brings it
            have.update({g["name"]: g for g in self._list("security_groups", tenant_id=tenant["id"])})
        for name in fresh:
            for protocol, low, high, source in spec["groups"][name]:
                rule = {"direction": "ingress", "ethertype": "IPv4", "protocol": protocol,
                        "security_group_id": have[name]["id"]}
                if low >= 0:
                    rule.update(port_range_min=low, port_range_max=high)
                if "/" in source:
                    rule["remote_ip_prefix"] = source
                else:
                    rule["remote_group_id"] = have[source]["id"]
                self._make(me, "security_group_rule", **rule)

    def server_networks(self, me, tenant, server, nets, groups):
        """What the request to boot a server names; a fixed address means a port made before."""
        out = []
        for short in server["nets"]:
            if not server["fixed_ip"]:
                out.append({"uuid": nets[short]})
                continue
            name = server["name"] + "-port"
            ports = self._list("ports", tenant_id=tenant["id"], name=name)
            have = {g["name"]: g["id"] for g in self._list("security_groups", tenant_id=tenant["id"])}
            port = ports[0] if ports else self._make(
                me, "port", network_id=nets[short], name=name, fixed_ips=[{"ip_address": server["fixed_ip"]}],
                security_groups=[have[g] for g in groups],
                allowed_address_pairs=[{"ip_address": "10.20.0.240"}])
            out.append({"port": port["id"]})
        return out

    def ensure_floating(self, me, tenant, attached, spare):
        """attached: servers that shall have an address; spare: addresses without a server"""
        have = self._list("floatingips", tenant_id=tenant["id"])
        for server_id in attached:
            port = self._list("ports", device_id=server_id)[0]
            if not any(f["port_id"] == port["id"] for f in have):
                self._make(me, "floatingip", floating_network_id=self.public["id"], port_id=port["id"])
        for _ in range(len([f for f in have if not f["port_id"]]), spare):
            self._make(me, "floatingip", floating_network_id=self.public["id"])

    def report(self, tenant):
        return {"networks": [{k: n[k] for k in ("id", "name")} for n in self._list("networks", tenant_id=tenant["id"])],
                "security_groups": [{k: g[k] for k in ("id", "name")}
                                    for g in self._list("security_groups", tenant_id=tenant["id"])],
                "floating_ips": [{"id": f["id"], "address": f["floating_ip_address"], "fixed_address": f["fixed_ip_address"]}
                                 for f in self._list("floatingips", tenant_id=tenant["id"])]}
