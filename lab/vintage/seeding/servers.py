"""Flavors, keypairs and servers through Compute v2. All servers are requested
first and brought to their states afterwards: the hosts build them side by side."""
import base64
import os
import time

from seeding.content import ssh_key, write_to_disk
from seeding.tenants import FLAVORS, RETIRED_FLAVORS

# state: the action that leads there from ACTIVE, and the status then shown
ACTIONS = {"SHUTOFF": ({"os-stop": None}, "SHUTOFF"), "PAUSED": ({"pause": None}, "PAUSED"),
           "SUSPENDED": ({"suspend": None}, "SUSPENDED"), "LOCKED": ({"lock": None}, "ACTIVE"),
           "ERROR": ({"os-resetState": {"state": "error"}}, "ERROR")}


class Servers:
    def __init__(self, admin, disks):
        self.admin, self.disks = admin, disks
        self.flavors = {}
        self.refresh()

    def refresh(self):
        self.all = self.admin.get("compute", "/servers/detail?all_tenants=1&limit=1000")["servers"]

    def named(self, name, tenant_id):
        return [s for s in self.all if s["name"] == name and s["tenant_id"] == tenant_id]

    def ensure_flavors(self, tenants):
        """A retired flavor comes back only while the server that needs it is missing."""
        self.flavors = {f["name"]: f for f in self.admin.get("compute", "/flavors/detail?is_public=None")["flavors"]}
        for fid, name, ram, disk, vcpus, extra, specs, owners in FLAVORS:
            if name in RETIRED_FLAVORS and any(x["name"] == RETIRED_FLAVORS[name] for x in self.all):
                continue
            flavor = self.flavors.get(name)
            if not flavor:
                body = dict(extra, name=name, ram=ram, disk=disk, vcpus=vcpus)
                body["os-flavor-access:is_public"] = owners is None
                if fid:
                    body["id"] = fid
                flavor = self.flavors[name] = self.admin.post("compute", "/flavors", {"flavor": body})["flavor"]
            if specs:
                self.admin.post("compute", "/flavors/%s/os-extra_specs" % flavor["id"], {"extra_specs": specs})
            for owner in owners or ():      # 409: has it already
                self.admin.post("compute", "/flavors/%s/action" % flavor["id"],
                                {"addTenantAccess": {"tenant": tenants[owner]["id"]}}, ok=(409,))

    def ensure_aggregate(self):
        """A group of hosts with a property that a flavor's extra spec names."""
        have = {g["name"]: g for g in self.admin.get("compute", "/os-aggregates")["aggregates"]}
        if "ssd" not in have:
            have["ssd"] = self.admin.post("compute", "/os-aggregates", {"aggregate": {"name": "ssd"}})["aggregate"]
        path = "/os-aggregates/%s/action" % have["ssd"]["id"]
        self.admin.post("compute", path, {"set_metadata": {"metadata": {"ssd": "true"}}})
        if not have["ssd"].get("hosts"):
            host = self.admin.get("compute", "/os-services?binary=nova-compute")["services"][0]["host"]
            self.admin.post("compute", path, {"add_host": {"host": host}})

    def ensure_server_group(self, me, name):
        groups = {g["name"]: g["id"] for g in me.get("compute", "/os-server-groups")["server_groups"]}
        return groups.get(name) or me.post("compute", "/os-server-groups", {"server_group": {
            "name": name, "policies": ["anti-affinity"]}})["server_group"]["id"]

    def delete_retired_flavors(self):
        for name in RETIRED_FLAVORS:
            if name in self.flavors:
                self.admin.delete("compute", "/flavors/" + self.flavors[name]["id"])

    def ensure_key(self, me, user, name):
        if name not in [k["keypair"]["name"] for k in me.get("compute", "/os-keypairs")["keypairs"]]:
            me.post("compute", "/os-keypairs", {"keypair": {
                "name": name, "public_key": ssh_key("%s %s" % (user, name))}})

    def request(self, me, spec, image_id, networks):
        body = {"name": spec["name"], "imageRef": image_id, "flavorRef": self.flavors[spec["flavor"]]["id"],
                "metadata": spec["meta"], "networks": networks, "security_groups": [{"name": g} for g in spec["groups"]]}
        if spec["key"]:
            body["key_name"] = spec["key"]
        if spec["user_data"]:
            body["user_data"] = base64.b64encode(spec["user_data"].encode()).decode()
        if spec["config_drive"]:
            body["config_drive"] = True
        body = {"server": body}
        if spec["group"]:
            body["os:scheduler_hints"] = {"group": self.ensure_server_group(me, spec["group"])}
        me.post("compute", "/servers", body)

    def _settled(self, server_id):
        end = time.time() + 180
        while True:
            s = self.admin.get("compute", "/servers/" + server_id)["server"]
            if s["status"] != "BUILD" and not s["OS-EXT-STS:task_state"]:
                return s
            if time.time() > end:
                raise SystemExit("server %s (%s) still is %s" % (s["name"], server_id, s["status"]))
            time.sleep(0.5)

    def _act(self, session, server_id, body):
        session.post("compute", "/servers/%s/action" % server_id, body)

    def finish(self, me, spec, server_id, has_snapshot):
        """ACTIVE, then written to, photographed, and brought to its state. me is
        None where its owner is gone; then there is nothing left to do but wait."""
        s = self._settled(server_id)
        if s["status"] == "ERROR" and spec["state"] != "ERROR":
            raise SystemExit("server %s is in ERROR: %s" % (spec["name"], s.get("fault")))
        if s["status"] != "ACTIVE":
            return              # the state is the last step: all else is done
        if spec["written"]:
            write_to_disk(os.path.join(self.disks, server_id + ".disk"), server_id)
        if spec["snapshot"] and not has_snapshot:
            self._act(me, server_id, {"createImage": {"name": spec["snapshot"], "metadata": {"why": "seed"}}})
            self._settled(server_id)
        if spec["state"] != "ACTIVE":
            action, status = ACTIONS[spec["state"]]
            self._act(self.admin if spec["state"] == "ERROR" else me, server_id, action)
            if self._settled(server_id)["status"] != status:
                raise SystemExit("server %s did not become %s" % (spec["name"], status))
