"""Nova virt driver of the acceptance lab: Nova's own fake driver, plus disks.

The root disk of an instance that boots from an image is a file holding the
image's bytes, so a snapshot uploads real bytes to Glance. What runs survives a
restart of nova-compute. Disks lie in CONF.instances_path, which the hosts of a
cloud share, so migrations and evacuations find them.
"""
import os

from nova.compute import power_state
from nova.compute import task_states
import nova.conf
from nova import context as nova_context
from nova import exception
from nova.image import glance
from nova import objects
from nova.virt import driver
from nova.virt import fake

CONF = nova.conf.CONF

DISK_PREFIXES = {"virtio": "vd", "scsi": "sd", "sata": "sd", "usb": "sd", "ide": "hd", "xen": "xvd"}


def _boots_from_volume(block_device_info):
    return any(volume.get("boot_index") == 0
               for volume in driver.block_device_info_get_mapping(block_device_info))


class LabDriver(fake.FakeDriver):
    vcpus = 64
    memory_mb = 131072
    local_gb = 4096

    def init_host(self, host):
        super().init_host(host)
        os.makedirs(CONF.instances_path, exist_ok=True)
        ctxt = nova_context.get_admin_context()
        for instance in objects.InstanceList.get_by_host(ctxt, host):
            if instance.vm_state in ("building", "error", "shelved_offloaded"):
                continue
            self.resources.claim(vcpus=instance.flavor.vcpus, mem=instance.flavor.memory_mb,
                                 disk=instance.flavor.root_gb)
            self.instances[instance.uuid] = fake.FakeInstance(
                instance.name, instance.power_state or power_state.SHUTDOWN, instance.uuid)

    # ------------------------------------------------------------------ disks
    def _disk(self, instance):
        return os.path.join(CONF.instances_path, instance.uuid + ".disk")

    def _remove_disk(self, instance):
        # moved away (migration, evacuation): the disk is its new host's too
        if instance.host not in (None, CONF.host):
            return
        try:
            os.unlink(self._disk(instance))
        except FileNotFoundError:
            pass

    def spawn(self, context, instance, image_meta, injected_files, admin_password,
              allocations, network_info=None, block_device_info=None, **kwargs):
        # a disk that is there already came with a migration, and nothing is to
        # be fetched; neither is it after a live migration, which has no image_meta
        disk = self._disk(instance)
        if image_meta is not None and not _boots_from_volume(block_device_info) and not os.path.exists(disk):
            partial = disk + ".part"
            glance.API().download(context, image_meta.id, dest_path=partial)
            os.rename(partial, disk)    # a download that broke off is no disk
        super().spawn(context, instance, image_meta, injected_files, admin_password,
                      allocations, network_info, block_device_info, **kwargs)

    def snapshot(self, context, instance, image_id, update_task_state):
        if instance.uuid not in self.instances:
            raise exception.InstanceNotRunning(instance_id=instance.uuid)
        api = glance.API()
        update_task_state(task_state=task_states.IMAGE_PENDING_UPLOAD)
        meta = api.get(context, image_id)
        new = {"status": "active", "disk_format": meta.get("disk_format") or "raw",
               "container_format": meta.get("container_format") or "bare",
               "name": meta["name"], "properties": dict(meta.get("properties") or {})}
        update_task_state(task_state=task_states.IMAGE_UPLOADING,
                          expected_state=task_states.IMAGE_PENDING_UPLOAD)
        with open(self._disk(instance), "rb") as disk:
            api.update(context, image_id, new, disk)

    def destroy(self, context, instance, network_info, block_device_info=None,
                destroy_disks=True, destroy_secrets=True):
        super().destroy(context, instance, network_info, block_device_info,
                        destroy_disks, destroy_secrets)
        if destroy_disks:
            self._remove_disk(instance)

    def cleanup(self, context, instance, network_info, block_device_info=None,
                destroy_disks=True, migrate_data=None, **kwargs):
        super().cleanup(context, instance, network_info, block_device_info,
                        destroy_disks, migrate_data, **kwargs)
        if destroy_disks and migrate_data is None:
            self._remove_disk(instance)

    def instance_on_disk(self, instance):
        return os.path.exists(self._disk(instance))

    def check_instance_shared_storage_local(self, context, instance):
        return {"filename": self._disk(instance)}

    def check_instance_shared_storage_remote(self, context, data):
        return os.path.exists(data["filename"])

    def check_instance_shared_storage_cleanup(self, context, data):
        pass

    # ---------------------------------------------------------------- devices
    def default_root_device_name(self, instance, image_meta, root_bdm):
        """As libvirt names it; Nova gives later devices the same prefix. Without
        this the root is /dev/sda, and a volume asked for as /dev/vdc gets /dev/sdc."""
        bus = root_bdm.disk_bus or image_meta.properties.get("hw_disk_bus") or "virtio"
        return f"/dev/{DISK_PREFIXES.get(bus, 'vd')}a"

    # The fake driver forgets at a restart which interfaces an instance has, and
    # would refuse to detach them from then on.
    def attach_interface(self, context, instance, image_meta, vif):
        self._interfaces[vif["id"]] = vif

    def detach_interface(self, context, instance, vif):
        self._interfaces.pop(vif["id"], None)

    # ----------------------------------------------------------- power states
    # The fake driver would report a paused or suspended guest as running.
    def _set_state(self, instance, state):
        if instance.uuid not in self.instances:
            raise exception.InstanceNotFound(instance_id=instance.uuid)
        self.instances[instance.uuid].state = state

    def pause(self, instance):
        self._set_state(instance, power_state.PAUSED)

    def unpause(self, instance):
        self._set_state(instance, power_state.RUNNING)

    def suspend(self, context, instance):
        self._set_state(instance, power_state.SHUTDOWN)     # its memory is on disk, as with libvirt

    def resume(self, context, instance, network_info, block_device_info=None):
        self._set_state(instance, power_state.RUNNING)
