"""Volumes through Volume v2, where the cloud has Cinder: attached, spare, from an
image, a snapshot, and a server that boots from one."""
import os
import time

from seeding.content import sha256_of, write_to_disk

# name, image, what attaches it; all of the tenant acme, 1 GiB each
VOLUMES = (("web-data", None, "web1"), ("spare", None, None), ("root", "acme-image", None))


class Volumes:
    def __init__(self, admin, directory):
        self.admin, self.directory = admin, directory

    def _all(self, me):
        return {v["name"]: v for v in me.get("volumev2", "/volumes/detail")["volumes"]}

    def _until(self, me, path, key, *wanted):
        end = time.time() + 120
        while True:
            thing = me.get("volumev2", path)[key]
            if thing["status"] in wanted:
                return thing
            if thing["status"].startswith("error") or time.time() > end:
                raise SystemExit("%s %s is %s" % (key, thing["name"], thing["status"]))
            time.sleep(0.5)

    def ensure(self, me, image_ids, servers, networks):
        """image_ids: name -> id; servers: name -> id; networks: of the server that boots from a volume"""
        have = self._all(me)
        for name, image, _ in VOLUMES:
            if name not in have:
                body = {"name": name, "size": 1, "metadata": {"purpose": name}}
                if image:
                    body["imageRef"] = image_ids[image]
                me.post("volumev2", "/volumes", {"volume": body})
        have = self._all(me)
        for name, _, server in VOLUMES:
            v = self._until(me, "/volumes/" + have[name]["id"], "volume", "available", "in-use")
            if server and v["status"] == "available":
                me.post("compute", "/servers/%s/os-volume_attachments" % servers[server],
                        {"volumeAttachment": {"volumeId": v["id"]}})
                self._until(me, "/volumes/" + v["id"], "volume", "in-use")
                write_to_disk(os.path.join(self.directory, v["id"]), v["id"])
        snapshots = {s["name"] for s in me.get("volumev2", "/snapshots")["snapshots"]}
        if "spare-snap" not in snapshots:
            made = me.post("volumev2", "/snapshots", {"snapshot": {
                "name": "spare-snap", "volume_id": have["spare"]["id"]}})["snapshot"]
            self._until(me, "/snapshots/" + made["id"], "snapshot", "available")
        if "from-volume" not in servers:
            me.post("compute", "/servers", {"server": {
                "name": "from-volume", "flavorRef": "1", "networks": networks, "block_device_mapping_v2": [{
                    "boot_index": 0, "uuid": have["root"]["id"], "source_type": "volume", "destination_type": "volume",
                    "delete_on_termination": False}]}})
            self._until(me, "/volumes/" + have["root"]["id"], "volume", "in-use")

    def report(self, me):
        out = []
        for v in self._all(me).values():
            path = os.path.join(self.directory, v["id"])
            out.append({"id": v["id"], "name": v["name"], "status": v["status"], "size": v["size"],
                        "servers": [a["server_id"] for a in v["attachments"]],
                        "sha256": sha256_of(path) if os.path.exists(path) else None})
        return out
