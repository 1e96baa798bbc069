"""Images: a public one through Image v1, as old clouds have them, a bootable
kernel, ramdisk and machine image, and the tenants' own through v2."""
from seeding.content import blob
from session import HTTPError, request


class Images:
    def __init__(self, admin):
        self.admin = admin
        # v2 shows an admin everything but what is private to nobody it asks for
        self.all = []
        path = "/v2/images?limit=200"
        while path:
            page = admin.get("image", path)
            self.all += page["images"]
            path = page.get("next")

    def named(self, name, owner=None):
        return [i for i in self.all if i["name"] == name and owner in (None, i["owner"])]

    def id_of(self, name, owner):
        """The tenant's own image of that name, else any (public or shared with it)."""
        return (self.named(name, owner) or self.named(name))[0]["id"]

    def ensure_public(self):
        if not self.named("cirros-public"):
            data = blob("cirros-public", 256)
            code, _, out = request("POST", self.admin.endpoint("image") + "/v1/images", data, self.admin.token, {
                "x-image-meta-name": "cirros-public", "x-image-meta-disk_format": "raw",
                "x-image-meta-container_format": "bare", "x-image-meta-is_public": "True",
                "x-image-meta-size": str(len(data)), "x-image-meta-property-os_type": "linux"})
            if code != 201:
                raise HTTPError("POST", "/v1/images", code, str(out))
            self.all.append(self.admin.get("image", "/v2/images/" + out["image"]["id"]))
        parts = {}
        for kind in ("aki", "ari", "ami"):
            name = "old-" + kind
            if not self.named(name):
                body = {"name": name, "disk_format": kind, "container_format": kind, "visibility": "public"}
                if kind == "ami":
                    body.update(kernel_id=parts["aki"], ramdisk_id=parts["ari"])
                self._create(self.admin, body, blob(name, 64))
            parts[kind] = self.named(name)[0]["id"]

    def _create(self, me, body, data):
        made = me.post("image", "/v2/images", body)
        if data is not None:
            me.put("image", "/v2/images/%s/file" % made["id"], data)
        self.all.append(made)
        return made

    def ensure(self, me, tenant, spec, tenants):
        """spec as tenants.image(); tenants: name -> tenant, for the members"""
        have = self.named(spec["name"], tenant["id"])
        for copy in range(len(have), spec["copies"]):
            body = dict(spec["props"], name=spec["name"], disk_format="raw", container_format="bare",
                        visibility=spec["visibility"], tags=spec["tags"], min_disk=spec["min_disk"],
                        protected=spec["protected"])
            label = "%s/%s/%d" % (tenant["name"], spec["name"], copy)
            have.append(self._create(me, body, blob(label, spec["kib"]) if spec["data"] else None))
        path = "/v2/images/%s" % have[0]["id"]
        if spec["members"]:
            known = {m["member_id"] for m in me.get("image", path + "/members")["members"]}
            for name, status in spec["members"].items():
                member = tenants[name]["id"]
                if member not in known:
                    me.post("image", path + "/members", {"member": member})
                    if status != "pending":     # as the admin, who may answer for the member
                        self.admin.put("image", "%s/members/%s" % (path, member), {"status": status})
        if spec["deactivated"] and have[0]["status"] != "deactivated":
            self.admin.post("image", path + "/actions/deactivate")
