"""Tenants, users and roles through Identity v2.0, and sessions as those users."""
from seeding.tenants import ROLES, TENANTS
from session import Session


class Identity:
    def __init__(self, admin, password):
        self.admin, self.password = admin, password
        self.tenants = self._by_name("tenants", "/tenants")
        self.users = self._by_name("users", "/users")
        self.roles = self._by_name("roles", "/OS-KSADM/roles")
        self._sessions = {}

    def _by_name(self, key, path):
        return {x["name"]: x for x in self.admin.get("identity", path)[key]}

    def ensure_roles(self):
        for name in ROLES:
            if name not in self.roles:
                self.roles[name] = self.admin.post("identity", "/OS-KSADM/roles", {"role": {"name": name}})["role"]

    def ensure_tenant(self, spec):
        if spec["name"] not in self.tenants:
            self.tenants[spec["name"]] = self.admin.post("identity", "/tenants", {"tenant": {
                "name": spec["name"], "description": spec["description"], "enabled": True}})["tenant"]
        return self.tenants[spec["name"]]

    def ensure_user(self, tenant, spec):
        if spec["name"] not in self.users:
            self.users[spec["name"]] = self.admin.post("identity", "/users", {"user": {
                "name": spec["name"], "email": "%s@example.org" % spec["name"], "password": self.password,
                "enabled": True, "tenantId": tenant["id"]}})["user"]
        for role in spec["roles"]:
            # 409: has it already
            self.admin.put("identity", "/tenants/%s/users/%s/roles/OS-KSADM/%s" % (
                tenant["id"], self.users[spec["name"]]["id"], self.roles[role]["id"]), ok=(409,))

    def session(self, user, tenant_name):
        key = (user, tenant_name)
        if key not in self._sessions:
            self._sessions[key] = Session(self.admin.ip, user, self.password, tenant_name)
        return self._sessions[key]

    def settle(self):
        """Last of all: who shall be disabled or deleted by now. A disabled user's
        tokens end, so nothing may be left to do in their names."""
        for tenant in TENANTS:
            for u in tenant["users"]:
                have = self.users.get(u["name"])
                if have and u["state"] == "disabled" and have["enabled"]:
                    self.admin.put("identity", "/users/" + have["id"], {"user": {"id": have["id"], "enabled": False}})
                elif have and u["state"] == "deleted":
                    self.admin.delete("identity", "/users/" + have["id"])
            have = self.tenants[tenant["name"]]
            if tenant.get("disabled") and have["enabled"]:
                self.admin.post("identity", "/tenants/" + have["id"], {"tenant": {"id": have["id"], "enabled": False}})
