"""Networks, security groups and floating addresses of a cloud with nova-network:
all of them the compute API's."""


class NovaNetworks:
    def __init__(self, admin):
        self.admin = admin

    def ensure_public(self):
        if not self.admin.get("compute", "/os-floating-ips-bulk")["floating_ip_info"]:
            self.admin.post("compute", "/os-floating-ips-bulk", {"floating_ips_bulk_create": {
                "ip_range": "203.0.113.16/28", "pool": "nova", "interface": "lo"}})

    def ensure_quota(self, tenant, spec):
        quota = spec["network_quota"]
        own = {"floating_ips": quota.get("floatingip"), "security_groups": quota.get("security_group")}
        own = {k: v for k, v in own.items() if v}
        if own:
            self.admin.put("compute", "/os-quota-sets/" + tenant["id"], {"quota_set": own})

    def ensure_networks(self, me, tenant, spec):
        """-> name in the spec: network id. With VlanManager a network is its
        tenant's own; FlatDHCPManager ignores whose it is."""
        have = {n["label"]: n for n in self.admin.get("compute", "/os-networks")["networks"]}
        out = {}
        for short, cidr in spec["nets"].items():
            label = "%s-%s" % (spec["name"], short)
            if label not in have:
                number = 100 + int(cidr.split(".")[1])
                have[label] = self.admin.post("compute", "/os-networks", {"network": {
                    "label": label, "cidr": cidr, "vlan": number, "bridge": "br%d" % number, "bridge_interface": "lo",
                    "dns1": "192.0.2.53", "project_id": tenant["id"]}})["network"]
            out[short] = have[label]["id"]
        return out

    def ensure_groups(self, me, tenant, spec):
        have = {g["name"]: g for g in me.get("compute", "/os-security-groups")["security_groups"]}
        fresh = [n for n in spec["groups"] if n not in have]
        for name in fresh:
            have[name] = me.post("compute", "/os-security-groups", {"security_group": {
                "name": name, "description": "%s of %s" % (name, spec["name"])}})["security_group"]
        for name in fresh:
            for protocol, low, high, source in spec["groups"][name]:
                rule = {"ip_protocol": protocol, "from_port": low, "to_port": high, "parent_group_id": have[name]["id"]}
                if "/" in source:
                    rule["cidr"] = source
                else:
                    rule["group_id"] = have[source]["id"]
                me.post("compute", "/os-security-group-rules", {"security_group_rule": rule})

    def server_networks(self, me, tenant, server, nets, groups):
        """What the request to boot a server names"""
        return [dict({"uuid": nets[short]}, **({"fixed_ip": server["fixed_ip"]} if server["fixed_ip"] else {}))
                for short in server["nets"]]

    def ensure_floating(self, me, tenant, attached, spare):
        """attached: servers that shall have an address; spare: addresses without a server"""
        # not from /os-floating-ips: Pike's list shows no address as attached
        have = [f for f in self.admin.get("compute", "/os-floating-ips-bulk")["floating_ip_info"]
                if f["project_id"] == tenant["id"]]
        free = [f["address"] for f in have if not f["instance_uuid"]]
        for server_id in attached:
            if not any(f["instance_uuid"] == server_id for f in have):
                address = free.pop() if free else me.post(
                    "compute", "/os-floating-ips", {"pool": "nova"})["floating_ip"]["ip"]
                me.post("compute", "/servers/%s/action" % server_id, {"addFloatingIp": {"address": address}})
        for _ in range(len(free), spare):
            me.post("compute", "/os-floating-ips", {"pool": "nova"})

    def report(self, tenant):
        groups = self.admin.get("compute", "/os-security-groups?all_tenants=1")["security_groups"]
        floating = self.admin.get("compute", "/os-floating-ips-bulk")["floating_ip_info"]
        nets = self.admin.get("compute", "/os-networks")["networks"]
        return {"networks": [{"id": n["id"], "name": n["label"]} for n in nets if n["project_id"] == tenant["id"]],
                "security_groups": [{k: g[k] for k in ("id", "name")} for g in groups if g["tenant_id"] == tenant["id"]],
                "floating_ips": [{"address": f["address"], "fixed_address": f["fixed_ip"]}
                                 for f in floating if f["project_id"] == tenant["id"]]}
