"""Cinder driver of the vintage cloud (Python 2.7, Pike): a volume is a sparse
file. Cinder's own fake driver needs its unit tests, which no package has.
Attachments work with the vintage virt driver only, which plugs nothing, and
images must be raw: nothing here converts."""
import os
import subprocess

from oslo_config import cfg

from cinder import interface
from cinder.volume import driver

CONF = cfg.CONF
GIB = 1 << 30


def _resize(path, gib):
    with open(path, "r+b") as f:
        f.truncate(gib * GIB)


@interface.volumedriver
class VintageVolumeDriver(driver.VolumeDriver):
    VERSION = "1.0"

    def __init__(self, *args, **kwargs):
        super(VintageVolumeDriver, self).__init__(*args, **kwargs)
        self.dir = os.path.join(CONF.state_path, "volumes")

    def do_setup(self, context):
        if not os.path.isdir(self.dir):
            os.makedirs(self.dir)

    def check_for_setup_error(self):
        pass

    def _path(self, obj):
        return os.path.join(self.dir, obj.id)

    @staticmethod
    def _copy(src, dst, gib):
        subprocess.check_call(["cp", "--sparse=always", src, dst])
        _resize(dst, gib)

    def _remove(self, obj):
        if os.path.exists(self._path(obj)):
            os.unlink(self._path(obj))

    def create_volume(self, volume):
        with open(self._path(volume), "wb") as f:
            f.truncate(volume.size * GIB)

    delete_volume = _remove
    delete_snapshot = _remove

    def create_snapshot(self, snapshot):
        self._copy(self._path(snapshot.volume), self._path(snapshot), snapshot.volume_size)

    def create_volume_from_snapshot(self, volume, snapshot):
        self._copy(self._path(snapshot), self._path(volume), volume.size)

    def create_cloned_volume(self, volume, src_vref):
        self._copy(self._path(src_vref), self._path(volume), volume.size)

    def extend_volume(self, volume, new_size):
        _resize(self._path(volume), new_size)

    def copy_image_to_volume(self, context, volume, image_service, image_id):
        with open(self._path(volume), "wb") as f:
            image_service.download(context, image_id, f)
        _resize(self._path(volume), volume.size)

    def copy_volume_to_image(self, context, volume, image_service, image_meta):
        with open(self._path(volume), "rb") as f:
            image_service.update(context, image_meta["id"], {}, f)

    def ensure_export(self, context, volume):
        pass

    def create_export(self, context, volume, connector):
        pass

    def remove_export(self, context, volume):
        pass

    def initialize_connection(self, volume, connector):
        return {"driver_volume_type": "local", "data": {"device_path": self._path(volume)}}

    def terminate_connection(self, volume, connector, **kwargs):
        pass

    def get_volume_stats(self, refresh=False):
        return {"volume_backend_name": self.configuration.safe_get("volume_backend_name"), "vendor_name": "lab",
                "driver_version": self.VERSION, "storage_protocol": "local", "QoS_support": False,
                "total_capacity_gb": 1000, "free_capacity_gb": 900, "reserved_percentage": 0}
