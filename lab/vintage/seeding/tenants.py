"""The tenants of the seed, as data: what an old cloud that many people used for
years looks like. Everything here is named; ids are in the report."""

ROLES = ("project_admin", "auditor")

# id, name, ram, disk, vcpus, extra attributes, extra specs, tenants (None: public).
# Old clouds have the numbered flavors of their first day.
FLAVORS = (
    ("1", "m1.tiny", 512, 1, 1, {}, {}, None),
    ("2", "m1.small", 2048, 10, 1, {}, {"quota:cpu_shares": "512", "hw:cpu_policy": "shared"}, None),
    ("42", "m1.scratch", 1024, 5, 1, {"OS-FLV-EXT-DATA:ephemeral": 2, "swap": 128, "rxtx_factor": 2.0}, {}, None),
    (None, "m1.special", 1024, 5, 2, {}, {"aggregate_instance_extra_specs:ssd": "true"}, ("acme",)),
    ("99", "m1.retired", 256, 1, 1, {}, {}, ("acme",)),
)
# Deleted once servers run from them, which keep them for ever.
RETIRED_FLAVORS = {"m1.retired": "legacy"}      # flavor: the server that uses it
RETIRED_IMAGES = {"acme-retired": "legacy"}

USER_DATA = "#!/bin/sh\necho 'first boot' >/etc/motd\n"


def user(name, *roles, state="enabled"):
    """state: enabled, disabled, or deleted (its servers stay behind)"""
    return {"name": name, "roles": roles, "state": state}


def server(name, **kw):
    """state: as the API says it, or LOCKED; written: its disk differs from its image;
    group: the server group that keeps the copies on different hosts"""
    return dict({"user": None, "image": "cirros-public", "flavor": "m1.tiny", "nets": ["front"], "groups": ["default"],
                 "key": None, "meta": {}, "user_data": None, "config_drive": False, "fixed_ip": None,
                 "group": None, "count": 1, "state": "ACTIVE", "written": False, "floating": False, "snapshot": None}, **kw, name=name)


def image(name, **kw):
    return dict({"kib": 128, "visibility": "private", "props": {}, "tags": [], "members": {}, "copies": 1,
                 "protected": False, "data": True, "deactivated": False, "min_disk": 0}, **kw, name=name)


# Rules: protocol, from, to, where from (a CIDR or the name of a group).
GROUPS = {
    "web": (("tcp", 80, 80, "0.0.0.0/0"), ("tcp", 443, 443, "0.0.0.0/0"), ("icmp", -1, -1, "0.0.0.0/0"),
            ("tcp", 22, 22, "default")),
    "db": (("tcp", 5432, 5432, "web"), ("udp", 1000, 2000, "198.51.100.0/24"), ("tcp", 5432, 5433, "db")),
    "unused": (),
}

TENANTS = (
    {"name": "acme", "description": "Tenant acme", "users": (
        user("acme-admin", "_member_", "project_admin"), user("acme-dev", "_member_"),
        user("contractor", "_member_"),
        user("acme-gone", "_member_", "auditor", state="disabled"), user("acme-left", "_member_", state="deleted")),
     "quota": {"instances": 20, "cores": 40, "ram": 102400, "key_pairs": 33, "metadata_items": 64},
     "network_quota": {"network": 21, "port": 77, "floatingip": 12, "security_group": 17},
     "nets": {"front": "10.20.0.0/24", "back": "10.21.0.0/24"}, "groups": GROUPS, "spare_floating": 1,
     "keys": {"acme-admin": ("acme-key", "laptop"), "acme-dev": ("laptop",), "acme-gone": ("gone-key",)},
     "images": (
         image("acme-image", kib=512, min_disk=1, protected=True, tags=["golden", "acme"],
               props={"os_distro": "debian", "hw_disk_bus": "virtio", "owner_note": "built by hand, größte Sorgfalt"}),
         image("acme-shared", visibility="shared", members={"globex": "accepted", "Büro Köln": "pending"}),
         image("acme-big", kib=16384, min_disk=2),
         image("backup", copies=2), image("acme-retired"), image("acme-queued", data=False),
         image("acme-blocked", deactivated=True)),
     "servers": (
         server("web1", image="acme-image", groups=["web"], key="acme-key", meta={"role": "web", "tier": "1"},
                user_data=USER_DATA, fixed_ip="10.20.0.50", written=True, floating=True, snapshot="web1-snap"),
         server("db1", flavor="m1.small", nets=["back"], groups=["db"], key="acme-key", meta={"role": "db"},
                config_drive=True, written=True, state="SHUTOFF"),
         server("gateway", nets=["front", "back"], groups=["default", "web"], meta={"nics": "2"}, written=True),
         server("app", user="acme-dev", image="acme-shared", flavor="m1.special", key="laptop", group="app-apart", count=2),
         server("scratch", flavor="m1.scratch", image="acme-image", written=True),
         server("legacy", image="acme-retired", flavor="m1.retired", written=True),
         server("forgotten", user="acme-gone", key="gone-key", state="SHUTOFF"),
         server("orphan", user="acme-left"))},
    {"name": "globex", "description": "", "users": (
        user("globex-admin", "_member_", "project_admin"), user("contractor", "auditor")),
     "quota": {"instances": 21, "cores": 30, "ram": 65536}, "network_quota": {"network": 30},
     "nets": {"front": "10.22.0.0/24"}, "groups": GROUPS, "spare_floating": 2,
     "keys": {"globex-admin": ("globex-key",)},
     "images": (image("globex-image", props={"os_type": "linux"}), image("backup")),
     "servers": (
         server("web1", image="globex-image", groups=["web"], key="globex-key", floating=True, written=True,
                snapshot="web1-snap"),
         server("shared-image", image="acme-shared"),
         server("paused", state="PAUSED"), server("suspended", state="SUSPENDED"),
         server("locked", state="LOCKED"), server("broken", state="ERROR"))},
    {"name": "Büro Köln", "description": "Nicht-ASCII, mit Leerzeichen", "users": (user("jürgen", "_member_"),),
     "quota": {"instances": 5}, "network_quota": {}, "nets": {"front": "10.24.0.0/24"},
     "groups": {"büro": (("tcp", 22, 22, "10.0.0.0/8"),)}, "spare_floating": 0, "keys": {"jürgen": ("key 1",)},
     "images": (image("снимок", props={"standort": "Köln"}),),
     "servers": (server("büro-сервер", image="снимок", groups=["büro"], key="key 1",
                        meta={"stadt": "Köln", "rolle": "сервер"}, written=True),)},
    # Disabled when all is in it.
    {"name": "initech", "description": "did not pay", "users": (user("initech-admin", "_member_"),), "disabled": True,
     "quota": {}, "network_quota": {}, "nets": {"front": "10.25.0.0/24"}, "groups": {}, "spare_floating": 0,
     "keys": {"initech-admin": ("initech-key",)}, "images": (image("initech-image"),),
     "servers": (server("mail", image="initech-image", key="initech-key", written=True, state="SHUTOFF"),)},
    {"name": "hollow", "description": "nobody ever used it", "users": (), "quota": {}, "network_quota": {}, "nets": {},
     "groups": {}, "spare_floating": 0, "keys": {}, "images": (), "servers": ()},
)
