"""Deterministic bytes: of images, of keys, and of what guests write to their disks after boot."""
import base64
import hashlib
import os
import struct

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
BLOCK = 64 * KIB


def noise(label, size):
    """size bytes that no compression shrinks, the same for the same label."""
    return hashlib.shake_256(label.encode()).digest(size)


def disk_image(label, size):
    """A raw disk whose boot sector halts the machine: an emulator that boots it idles."""
    # one stretch of noise repeated keeps large images quick to make
    data = bytearray((noise(label, min(size, MIB)) * (size // MIB + 1))[:size])
    data[0:4] = b"\xfa\xf4\xeb\xfc"     # cli; hlt; jmp back
    data[510:512] = b"\x55\xaa"
    return bytes(data)


def ssh_key(label):
    def field(data):
        return struct.pack(">I", len(data)) + data
    public = hashlib.sha256(label.encode()).digest()
    return "ssh-ed25519 " + base64.b64encode(field(b"ssh-ed25519") + field(public)).decode() + f" {label}"


def write(path, label, offsets):
    """A block of the label's own bytes at each offset, once. The first is written
    last: where it stands already, all of them do."""
    blocks = [(offset, noise(f"{label} block {number}", BLOCK)) for number, offset in enumerate(offsets)]
    with open(path, "r+b") as disk:
        if os.pread(disk.fileno(), BLOCK, blocks[0][0]) == blocks[0][1]:
            return
        for offset, block in reversed(blocks):
            os.pwrite(disk.fileno(), block, offset)


def digest(path):
    """Length and SHA-256 of a file. Its holes are not read: most of a volume is one,
    and would fill the page cache with zeros."""
    sha256 = hashlib.sha256()
    zeros = bytes(4 * MIB)
    with open(path, "rb") as disk:
        size, position = os.fstat(disk.fileno()).st_size, 0
        while position < size:
            try:
                data = os.lseek(disk.fileno(), position, os.SEEK_DATA)
            except OSError:         # ENXIO: only a hole is left
                data = size
            for start in range(position, data, len(zeros)):
                sha256.update(zeros[:min(len(zeros), data - start)])
            position = data
            if position < size:
                chunk = os.pread(disk.fileno(), min(len(zeros), os.lseek(disk.fileno(), position, os.SEEK_HOLE) - position), position)
                sha256.update(chunk)
                position += len(chunk)
        return {"bytes": size, "sha256": sha256.hexdigest()}
