"""A login to a cloud, and what the seed does with any API: list once, make what is missing."""
import time

import openstack
from openstack import exceptions

# The newest of Zed: server descriptions, tags, lock reasons, groups with rules
# and device tags are all younger than the first microversion.
MICROVERSIONS = {"compute": "2.90", "block_storage": "3.70"}

SINGULAR = {"policies": "policy", "rbac_policies": "rbac_policy"}


def call(adapter, method, path, body=None, **options):
    """One request; returns the decoded answer, and raises openstacksdk's exception for an error."""
    if body is not None:
        options["json"] = body
    response = adapter.request(path, method, **options)
    exceptions.raise_from_response(response)
    return response.json() if response.content and "json" in response.headers.get("Content-Type", "") else None


def wait_for(what, ready, seconds=180, interval=0.5):
    """Asks ready() until it returns something true, and returns that."""
    end = time.monotonic() + seconds
    while True:
        answer = ready()
        if answer:
            return answer
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not so after {seconds} s")
        time.sleep(interval)


class Session:
    """One user in one project: an openstacksdk connection with each service's adapter under its name."""

    def __init__(self, connection):
        self.connection = connection
        for service in ("identity", "image", "network", "compute", "block_storage"):
            adapter = getattr(connection, service)
            adapter.default_microversion = MICROVERSIONS.get(service)
            setattr(self, service, adapter)

    @classmethod
    def named(cls, cloud):
        return cls(openstack.connect(cloud=cloud))

    def other(self, user, password, project, domain="Default"):
        """A session of another user in the same cloud."""
        # without the file: its only entry would stand in for a cloud that is not named
        return Session(openstack.connect(
            load_yaml_config=False, load_envvars=False,
            auth_url=self.connection.config.config["auth"]["auth_url"], region_name="RegionOne",
            username=user, password=password, user_domain_name=domain,
            project_name=project, project_domain_name=domain))


class Collection:
    """Everything of one kind in one scope, listed at the first use.

    ids, a dict, gets the id of what was found or made under its label: its
    name, unless several have that name or it has none.
    """

    def __init__(self, adapter, path, ids=None, list_path=None, plural=None, **query):
        self.adapter, self.path, self.ids = adapter, path, {} if ids is None else ids
        self.list_path, self.query = list_path or path, query
        # the key in the answers, which is mostly the path's last part
        self.plural = plural or path.rsplit("/", 1)[-1].replace("-", "_")
        self.singular = SINGULAR.get(self.plural, self.plural[:-1])
        self._unclaimed = None

    def listed(self):
        """What is there and has not been asked for by name yet."""
        if self._unclaimed is None:
            self._unclaimed = call(self.adapter, "GET", self.list_path, params=self.query)[self.plural]
        return self._unclaimed

    def find(self, name, label=None, **same):
        """The first of that name that no other label has; same: other fields that must be equal."""
        for candidate in self.listed():
            if candidate["name"] == name and all(candidate.get(k) == v for k, v in same.items()):
                self.listed().remove(candidate)
                self.ids[label or name] = candidate["id"]
                return candidate
        return None

    def create(self, name, label=None, **attributes):
        made = call(self.adapter, "POST", self.path, {self.singular: {"name": name, **attributes}})[self.singular]
        self.ids[label or name] = made["id"]
        return made

    def ensure(self, name, label=None, **attributes):
        """Found by its name, and by its description where the seed gives one; else made."""
        same = {k: v for k, v in attributes.items() if k == "description"}
        return self.find(name, label, **same) or self.create(name, label, **attributes)
