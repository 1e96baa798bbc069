"""The rival of image-copy.ts: the same image as openstacksdk's documentation copies it, through a file.

Reads {"source": {...}, "target": {...}, "image": ID, "directory": PATH} from stdin, where the clouds are arguments of
openstack.connect; writes {"seconds": S, "busySeconds": S, "peakMib": M, "id": ID} to stdout.
"""
import json
import os
import resource
import sys
import time

import openstack

asked = json.load(sys.stdin)
source, target = (openstack.connect(**asked[name]) for name in ("source", "target"))
source.image.get_image(asked["image"]), next(iter(target.image.images(limit=1)), None)
path = os.path.join(asked["directory"], "image")
before = time.monotonic()
with open(path, "wb") as file:
    for chunk in source.image.download_image(asked["image"], stream=True).iter_content(chunk_size=1024 * 1024):
        file.write(chunk)
made = target.image.create_image(
    "moving-test-rival", filename=path, disk_format="raw", container_format="bare", allow_duplicates=True
)
seconds = time.monotonic() - before
os.unlink(path)
used = resource.getrusage(resource.RUSAGE_SELF)
busy, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "busySeconds": busy, "peakMib": peak, "id": made.id}))
