"""Cinder driver of the acceptance lab: a volume is a sparse file.

There is no device-mapper, iSCSI or NFS where the lab runs; control plane,
snapshots, clones and the copies from and to Glance are real. An attachment
only works with nova's fake drivers, which plug nothing.
"""
import os
import subprocess

from oslo_config import cfg

from cinder import interface
from cinder.image import image_utils
from cinder.volume import driver
from cinder.volume import volume_utils

CONF = cfg.CONF
GIB = 1 << 30


@interface.volumedriver
class LabVolumeDriver(driver.VolumeDriver):
    VERSION = "1.0"
    CI_WIKI_NAME = "none"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.dir = os.path.join(CONF.state_path, "volumes")

    def do_setup(self, context):
        os.makedirs(self.dir, exist_ok=True)

    def check_for_setup_error(self):
        pass

    def _path(self, obj):
        return os.path.join(self.dir, obj.id)

    @staticmethod
    def _copy(src, dst, gib):
        subprocess.run(["cp", "--sparse=always", src, dst], check=True)
        os.truncate(dst, gib * GIB)

    @staticmethod
    def _rm(path):
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass

    def create_volume(self, volume):
        with open(self._path(volume), "wb") as f:
            f.truncate(volume.size * GIB)

    def delete_volume(self, volume):
        self._rm(self._path(volume))

    def create_snapshot(self, snapshot):
        self._copy(self._path(snapshot.volume), self._path(snapshot), snapshot.volume_size)

    def delete_snapshot(self, snapshot):
        self._rm(self._path(snapshot))

    def create_volume_from_snapshot(self, volume, snapshot):
        self._copy(self._path(snapshot), self._path(volume), volume.size)

    def create_cloned_volume(self, volume, src_vref):
        self._copy(self._path(src_vref), self._path(volume), volume.size)

    def extend_volume(self, volume, new_size):
        os.truncate(self._path(volume), new_size * GIB)

    def retype(self, context, volume, new_type, diff, host):
        # every type stands on the same files: only the record changes, and that
        # is the manager's to write once the driver has agreed
        return True, None

    def copy_image_to_volume(self, context, volume, image_service, image_id, disable_sparse=False):
        image_utils.fetch_to_raw(context, image_service, image_id, self._path(volume),
                                 "1M", size=volume.size, run_as_root=False)
        os.truncate(self._path(volume), volume.size * GIB)

    def copy_volume_to_image(self, context, volume, image_service, image_meta):
        volume_utils.upload_volume(context, image_service, image_meta, self._path(volume),
                                   volume, run_as_root=False)

    def ensure_export(self, context, volume):
        pass

    create_export = remove_export = lambda self, *args, **kwargs: None

    def initialize_connection(self, volume, connector):
        return {"driver_volume_type": "local", "data": {"device_path": self._path(volume)}}

    def terminate_connection(self, volume, connector, **kwargs):
        pass

    def _update_volume_stats(self):
        st = os.statvfs(self.dir)
        self._stats = {"volume_backend_name": self.configuration.safe_get("volume_backend_name"),
                       "vendor_name": "lab", "driver_version": self.VERSION,
                       "storage_protocol": "local", "QoS_support": False, "multiattach": True,
                       "total_capacity_gb": 1000, "free_capacity_gb": st.f_bavail * st.f_frsize // GIB,
                       "reserved_percentage": 0}
