"""SHA-256 of disks: of images by downloading them, of servers and volumes in the files that the lab's drivers keep."""
import hashlib
import os

CHUNK = 4 << 20
ZEROS = bytes(CHUNK)


class LabFiles:
    """Where the lab keeps the disks of one cloud: lab/README.md."""

    def __init__(self, cloud):
        state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
        folder = os.environ.get("LAB_DIR") or os.path.join(state, "pumphouse-lab")
        self.folder = os.path.join(folder, cloud)

    def server(self, server_id):
        return os.path.join(self.folder, "disks", f"{server_id}.disk")

    def volume(self, volume_id):
        return os.path.join(self.folder, "cinder", "volumes", volume_id)


def of_file(path):
    """None where there is no such disk. Holes are not read: they would fill the page cache with zeros."""
    sha256 = hashlib.sha256()
    try:
        disk = open(path, "rb")
    except FileNotFoundError:
        return None
    with disk:
        size, position = os.fstat(disk.fileno()).st_size, 0
        while position < size:
            try:
                data = os.lseek(disk.fileno(), position, os.SEEK_DATA)
            except OSError:         # ENXIO: only a hole is left
                data = size
            for start in range(position, data, CHUNK):
                sha256.update(memoryview(ZEROS)[:min(CHUNK, data - start)])
            position = data
            if position < size:
                end = os.lseek(disk.fileno(), position, os.SEEK_HOLE)
                chunk = os.pread(disk.fileno(), min(CHUNK, end - position), position)
                sha256.update(chunk)
                position += len(chunk)
    return sha256.hexdigest()


def of_image(api, image):
    """Also of a deactivated image: an administrator may download it. A queued one has no bytes."""
    if image["status"] not in ("active", "deactivated"):
        return None
    sha256 = hashlib.sha256()
    with api.request("image", f"/images/{image['id']}/file", stream=True) as answer:
        for chunk in answer.iter_content(1 << 20):
            sha256.update(chunk)
    return sha256.hexdigest()
