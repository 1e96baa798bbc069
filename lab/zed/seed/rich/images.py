"""Images of every visibility and status, other formats and one that takes a while to copy."""
import os
import subprocess
import tempfile

from ..content import MIB, disk_image, noise
from ..session import call

LARGE = 32 * MIB


def qcow2(raw):
    """The same disk in another format."""
    with tempfile.TemporaryDirectory() as folder:
        plain, converted = os.path.join(folder, "raw"), os.path.join(folder, "qcow2")
        with open(plain, "wb") as f:
            f.write(raw)
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", plain, converted], check=True)
        with open(converted, "rb") as f:
            return f.read()


def populate(tenant, size):
    """The images that servers boot from are returned by the names that compute uses."""
    images, of = tenant.images, tenant.of

    def ensure(suffix, **attributes):
        name = of(suffix)
        return images.ensure(name, None if images.find(name) else disk_image(name, size), **attributes)

    ensure("community", visibility="community", os_hash_note="everybody may use it who knows its id")
    ensure("shared", visibility="shared")
    ensure("protected", protected=True, tags=["do-not-delete", "größe"])
    ensure("hidden", os_hidden=True)
    images.ensure(of("queued"), tags=["never-uploaded"])
    deactivated = ensure("deactivated")
    if deactivated["status"] != "deactivated":
        call(tenant.admin.image, "POST", f"/images/{deactivated['id']}/actions/deactivate")
    kernel = images.ensure(of("kernel"), noise(of("kernel"), 4096), disk_format="aki", container_format="aki")
    ensure("rootfs", disk_format="ami", container_format="ami", kernel_id=kernel["id"])
    scsi = ensure("scsi", hw_disk_bus="scsi", hw_scsi_model="virtio-scsi", os_distro="ubuntu", os_version="22.04",
                  description="Größe und 日本語")
    found = images.find(of("qcow2"))
    image = found or images.ensure(of("qcow2"), qcow2(disk_image(of("qcow2"), size)), disk_format="qcow2")
    large = images.find(of("large")) or images.ensure(of("large"), disk_image(of("large"), LARGE), min_disk=1)
    # boots one server and is deleted then: a server that exists says that this is done
    server_exists = any(s["name"] == of("image-gone") for s in tenant.servers.collection.listed())
    fleeting = None if server_exists else ensure("fleeting")
    return {"scsi": scsi, "qcow2": image, "large": large, "fleeting": fleeting}


def finish(tenant, neighbour):
    """Members, of which one has accepted and one has not answered; and the image that is no more."""
    shared = tenant.ids["images"][tenant.of("shared")]
    members = [(tenant.ids["projects"][tenant.of("child")], None)]
    if neighbour:
        members.append((neighbour.project_id, neighbour.session))
    have = {m["member_id"]: m["status"] for m in call(tenant.session.image, "GET", f"/images/{shared}/members")["members"]}
    for project_id, session in members:
        if project_id not in have:
            call(tenant.session.image, "POST", f"/images/{shared}/members", {"member": project_id})
        if session and have.get(project_id) != "accepted":
            call(session.image, "PUT", f"/images/{shared}/members/{project_id}", {"status": "accepted"})
    tenant.images.find(tenant.of("fleeting"))
    fleeting = tenant.ids["images"].pop(tenant.of("fleeting"), None)
    if fleeting:
        call(tenant.session.image, "DELETE", f"/images/{fleeting}")
