"""What disks hold: of images by downloading them, of servers and volumes in the files that the lab's drivers keep.

A digest is the SHA-256 of the length and of every block that is not all zeros, with its place: equal bytes have equal
digests, wherever the files have holes, and the gigabyte of zeros that most volumes are costs nothing.
"""
import hashlib
import os
import struct

BLOCK = 64 << 10
CHUNK = 64 * BLOCK
ZEROS = bytes(BLOCK)


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


class _Digest:
    def __init__(self):
        self.sha256 = hashlib.sha256()

    def update(self, position, data):
        """data begins at a block's start, and ends at one unless it is the last."""
        for start in range(0, len(data), BLOCK):
            block = data[start:start + BLOCK]
            if block != ZEROS[:len(block)]:
                self.sha256.update(struct.pack(">Q", position + start) + block)

    def end(self, size):
        self.sha256.update(struct.pack(">Q", size))
        return self.sha256.hexdigest()


def of_file(path):
    """None where there is no such disk."""
    digest = _Digest()
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
                break
            position = data - data % BLOCK
            chunk = os.pread(disk.fileno(), CHUNK, position)
            digest.update(position, chunk)
            position += len(chunk)
    return digest.end(size)


def of_image(api, image):
    """Also of a deactivated image: an administrator may download it. A queued one has no bytes."""
    if image["status"] not in ("active", "deactivated"):
        return None
    digest, position, rest = _Digest(), 0, b""
    with api.request("image", f"/images/{image['id']}/file", stream=True) as answer:
        for data in answer.iter_content(1 << 20):
            rest += data
            whole = len(rest) - len(rest) % BLOCK
            digest.update(position, rest[:whole])
            position, rest = position + whole, rest[whole:]
    digest.update(position, rest)
    return digest.end(position + len(rest))
