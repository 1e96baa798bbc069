"""Images and volumes, with the bytes that they hold."""
from . import digests, marks
from .api import each, entry, ref, text

IMAGE_FIELDS = ("status", "visibility", "protected", "os_hidden", "disk_format", "container_format", "min_disk",
                "min_ram", "size", "checksum", "os_hash_algo", "os_hash_value")
# of Glance itself, and where a store keeps it
NOT_PROPERTIES = {*IMAGE_FIELDS, "id", "name", "owner", "tags", "created_at", "updated_at", "virtual_size", "self",
                  "file", "schema", "stores", "locations", "direct_url"}


def images(api, with_bytes):
    looks = ({}, {"visibility": "community"}, {"os_hidden": "true"}, {"os_hidden": "true", "visibility": "community"})
    found = {body["id"]: body for look in looks for body in api.list("image", "/images", "images", limit=500, **look)}
    return each(found.values(), lambda body: _image(api, body, with_bytes))


def _image(api, body, with_bytes):
    properties, origin = marks.of_properties({k: v for k, v in body.items() if k not in NOT_PROPERTIES})
    # which name images themselves
    parts = {name: ref("image", properties.pop(name, None)) for name in ("kernel_id", "ramdisk_id")}
    members = api.get("image", f"/images/{body['id']}/members")["members"] if body["visibility"] == "shared" else []
    return entry(body["name"], {
        **{field: body.get(field) for field in IMAGE_FIELDS}, **parts, "tags": sorted(body["tags"]), "properties": properties,
        "members": [{"project": ref("project", m["member_id"]), "status": m["status"]} for m in members],
        "sha256": digests.of_image(api, body) if with_bytes else None}, body["owner"], origin)


def volumes(api, files, with_bytes):
    found = api.list("block_storage", "/volumes/detail", "volumes", all_tenants=1)
    return {body["id"]: _volume(body, files, with_bytes) for body in found}


# what says how it is at this moment; a volume in use and one that is free are told apart by their attachments
MOMENTS = {"available": "ready", "in-use": "ready"}


def _volume(body, files, with_bytes):
    metadata, origin = marks.of_properties(body["metadata"])
    project = body["os-vol-tenant-attr:tenant_id"]
    about_image, _ = marks.of_properties(body.get("volume_image_metadata"))
    return entry(body["name"], {
        "description": text(body["description"]), "size": body["size"], "status": MOMENTS.get(body["status"], body["status"]),
        "type": body["volume_type"], "bootable": body["bootable"], "multiattach": body["multiattach"],
        "encrypted": body["encrypted"], "zone": body["availability_zone"], "metadata": metadata,
        "image_metadata": about_image,
        "attached": [{"server": ref("server", a["server_id"]), "device": a["device"]} for a in body["attachments"]],
        "sha256": digests.of_file(files.volume(body["id"])) if with_bytes else None,
    }, project, origin)
