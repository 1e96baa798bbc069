"""Bytes of the seed: the same for the same label, so that a report made later
still tells what an image must hold."""
import base64
import hashlib
import struct


def blob(label, kib):
    """A raw disk with a boot signature whose code (`cli; hlt; jmp`) idles an emulator."""
    out = bytearray().join(hashlib.sha256(("%s-%d" % (label, i)).encode()).digest() for i in range(kib * 32))
    out[0:4] = b"\xfa\xf4\xeb\xfc"
    out[510:512] = b"\x55\xaa"
    return bytes(out)


def ssh_key(label):
    """A well-formed public key; nobody has its private half."""
    def s(b):
        return struct.pack(">I", len(b)) + b
    h = b"".join(hashlib.sha512(("%s%d" % (label, i)).encode()).digest() for i in range(4))
    n = b"\x00" + bytes([h[0] | 0x80]) + h[1:255] + bytes([h[255] | 1])
    blob64 = base64.b64encode(s(b"ssh-rsa") + s(b"\x01\x00\x01") + s(n)).decode()
    return "ssh-rsa %s %s" % (blob64, label.encode("ascii", "replace").decode().replace(" ", "-"))


def write_to_disk(path, server_id):
    """What a guest does in its life: afterwards the disk is not its image any more."""
    mark = ("written after boot by %s\n" % server_id).encode()
    with open(path, "r+b") as f:
        f.seek(8192)
        if f.read(len(mark)) != mark:
            f.seek(8192)
            f.write(mark)


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        for part in iter(lambda: f.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()
