"""Flavors, keypairs, server groups and servers, with their disks."""
from . import digests, marks
from .api import each, entry, ref, text


def read(api, files, with_bytes, users, image_digests):
    """image_digests: of shelved servers' images by name, which are their disks."""
    return {
        "flavor": each(api.list("compute", "/flavors/detail", "flavors", is_public="None"), lambda b: _flavor(api, b)),
        "keypair": {f"{user}/{b['name']}": _keypair(user, b) for user in users for b in _keypairs_of(api, user)},
        "server-group": {b["id"]: _group(b) for b in api.list(
            "compute", "/os-server-groups", "server_groups", all_projects=True)},
        "server": each(api.list("compute", "/servers/detail", "servers", all_tenants=1),
                       lambda b: _server(api, b, files, with_bytes, image_digests)),
    }


def _keypairs_of(api, user):
    return [item["keypair"] for item in api.list("compute", "/os-keypairs", "keypairs", user_id=user)]


def _flavor(api, body):
    public = body["os-flavor-access:is_public"]
    access = [] if public else api.get("compute", f"/flavors/{body['id']}/os-flavor-access")["flavor_access"]
    specs, origin = marks.of_properties(body["extra_specs"])
    return entry(body["name"], {
        "ram": body["ram"], "vcpus": body["vcpus"], "disk": body["disk"], "swap": body["swap"] or 0,
        "ephemeral": body["OS-FLV-EXT-DATA:ephemeral"], "rxtx": body["rxtx_factor"], "public": public,
        "disabled": body["OS-FLV-DISABLED:disabled"], "description": text(body.get("description")),
        "specs": specs, "access": [ref("project", item["tenant_id"]) for item in access]},
        origin=origin or marks.of_description(body.get("description")))


def _keypair(user, body):
    return entry(body["name"], {"user": ref("user", user), "type": body["type"], "public_key": body["public_key"],
                                "fingerprint": body["fingerprint"]})


def _group(body):
    return entry(body["name"], {"policy": body["policy"], "rules": body["rules"],
                                "members": [ref("server", member) for member in body["members"]]}, body["project_id"])


def _macs(body):
    """In the order of the interfaces, as far as Nova tells it: a network that comes twice is told once."""
    macs = [a["OS-EXT-IPS-MAC:mac_addr"] for addresses in body["addresses"].values() for a in addresses]
    return list(dict.fromkeys(macs))


def _disk(body, files, image_digests):
    """A shelved server's disk is an image."""
    return digests.of_file(files.server(body["id"])) or image_digests.get(f"{body['name']}-shelved")


def _server(api, body, files, with_bytes, image_digests):
    metadata, origin = marks.of_properties(body["metadata"])
    own_tags, _ = marks.of_tags(body["tags"])
    volumes = api.get("compute", f"/servers/{body['id']}/os-volume_attachments")["volumeAttachments"]
    # Nova tells a port that somebody else made only by Neutron; the order of MACs is what both tell
    return entry(body["name"], {
        "user": ref("user", body["user_id"]), "description": text(body["description"]), "key": text(body["key_name"]),
        "flavor": body["flavor"], "image": ref("image", (body["image"] or {}).get("id")), "metadata": metadata,
        "tags": sorted(own_tags), "locked": body["locked"], "locked_reason": text(body["locked_reason"]),
        "vm_state": body["OS-EXT-STS:vm_state"], "task_state": body["OS-EXT-STS:task_state"],
        "power_state": body["OS-EXT-STS:power_state"], "zone": body["OS-EXT-AZ:availability_zone"],
        "macs": _macs(body), "hostname": body["OS-EXT-SRV-ATTR:hostname"],
        "user_data": text(body["OS-EXT-SRV-ATTR:user_data"]), "config_drive": body["config_drive"] == "True",
        "root_device": body["OS-EXT-SRV-ATTR:root_device_name"], "disk_config": body["OS-DCF:diskConfig"],
        "access_ips": [body["accessIPv4"], body["accessIPv6"]],
        "certificates": body.get("trusted_image_certificates") or [],
        "groups": [ref("server-group", group) for group in body.get("server_groups", [])],
        "volumes": [{"volume": ref("volume", v["volumeId"]), "device": v["device"], "tag": v["tag"],
                     "delete_on_termination": v["delete_on_termination"]} for v in volumes],
        "sha256": _disk(body, files, image_digests) if with_bytes else None,
    }, body["tenant_id"], origin)
