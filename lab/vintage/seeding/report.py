"""What is in the cloud now, with what a test must know and the API never tells:
passwords, and what the disks hold. Read back, not remembered, so that a seed
that had nothing to do reports the same."""
import json
import os

from seeding.content import sha256_of
from seeding.tenants import TENANTS


def _servers(tenant, servers, disks):
    out = []
    for s in servers:
        if s["tenant_id"] != tenant["id"]:
            continue
        path = os.path.join(disks, s["id"] + ".disk")
        out.append({"id": s["id"], "name": s["name"], "status": s["status"], "user_id": s["user_id"],
                    "host": s["OS-EXT-SRV-ATTR:host"], "image": (s["image"] or {}).get("id"),
                    "flavor": s["flavor"]["id"], "key_name": s["key_name"], "addresses": s["addresses"],
                    "disk_sha256": sha256_of(path) if os.path.exists(path) else None})
    return out


def _images(tenant, images, store):
    out = []
    for i in images:
        if i["owner"] == tenant["id"]:
            path = os.path.join(store, i["id"])
            out.append({"id": i["id"], "name": i["name"], "status": i["status"], "visibility": i["visibility"],
                        "size": i.get("size"), "sha256": sha256_of(path) if os.path.exists(path) else None})
    return out


def write(path, admin, identity, images, servers, networks, state_dir, net, volumes):
    password = identity.password
    disks, store = os.path.join(state_dir, net, "disks"), os.path.join(state_dir, net, "glance", "images")
    image_sha = {i["id"]: sha256_of(os.path.join(store, i["id"])) for i in images
                 if os.path.exists(os.path.join(store, i["id"]))}
    tenants = []
    for spec in TENANTS:
        t = identity.tenants[spec["name"]]
        users = [{"name": u["name"], "id": identity.users[u["name"]]["id"], "roles": list(u["roles"]),
                  "enabled": u["state"] == "enabled"}
                 for u in spec["users"] if u["state"] != "deleted"]
        mine = _servers(t, servers, disks)
        for s in mine:
            # None: its image is deleted, and only the disk still has the bytes
            s["disk_equals_image"] = s["disk_sha256"] == image_sha[s["image"]] if s["image"] in image_sha else None
        tenants.append(dict({"name": t["name"], "id": t["id"], "enabled": not spec.get("disabled"), "users": users,
                             "servers": mine, "images": _images(t, images, store)}, **networks.report(t)))
    report = {"cloud": "vintage-" + net, "auth_url": "http://%s:5000/v2.0" % admin.ip,
              "admin_url": "http://%s:35357/v2.0" % admin.ip, "password_of_all_users": password, "tenants": tenants,
              "shared_images": [{"id": i["id"], "name": i["name"], "sha256": image_sha.get(i["id"])}
                                for i in images if i["visibility"] == "public"]}
    if volumes is not None:
        report["volumes_of_acme"] = volumes
    with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
        json.dump(report, f, indent=1, ensure_ascii=False)
        f.write("\n")
    os.rename(path + ".new", path)
    return report
