"""What the seed's modules share: the cloud that is filled and the tenant that is made."""
from collections import defaultdict
from dataclasses import dataclass, field
import os
import sys
import time
from typing import Any, Optional

from .session import Collection, Session


@dataclass
class Cloud:
    name: str
    prefix: str
    password: str               # of every user that the seed makes
    password_is_new: bool
    folder: str                 # where the lab keeps this cloud's disks
    admin: Session
    image_bytes: int
    zone: Optional[str]
    known_disks: dict           # of an earlier report: digests by server or volume id
    ids: dict = field(default_factory=lambda: defaultdict(dict))
    started: float = field(default_factory=time.monotonic)

    def say(self, text):
        print(f"{time.monotonic() - self.started:6.1f}s {text}", file=sys.stderr, flush=True)

    def server_disk(self, server_id):
        return os.path.join(self.folder, "disks", server_id + ".disk")

    def volume_disk(self, volume_id):
        return os.path.join(self.folder, "cinder", "volumes", volume_id)


@dataclass
class Tenant:
    cloud: Cloud
    number: int
    name: str
    rich: bool
    domain: dict                            # id and name
    project: dict = None
    users: list = field(default_factory=list)
    session: Session = None                 # of the first user
    second_session: Session = None          # of the second one
    net: Any = None                         # network.Networking
    images: Any = None                      # images.Images
    servers: Any = None                     # compute.Servers
    block: Any = None                       # volumes.Volumes
    ids: dict = field(default_factory=lambda: defaultdict(dict))     # by kind and label
    disks: dict = field(default_factory=dict)                        # by server id, as they are after boot
    volumes: dict = field(default_factory=dict)                      # the same by volume id

    @property
    def admin(self):
        return self.cloud.admin

    @property
    def project_id(self):
        return self.project["id"]

    def of(self, suffix):
        """A name in this tenant."""
        return f"{self.name}-{suffix}"

    def network_collection(self, path, session=None):
        session = session or self.session
        return Collection(session.network, path, self.ids[path.rsplit("/", 1)[-1].replace("-", "_").strip("/")],
                          project_id=self.project_id)
