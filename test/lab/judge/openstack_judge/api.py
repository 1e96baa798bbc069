"""A cloud's APIs as openstacksdk reaches them, as its administrator."""
import openstack
from openstack import exceptions

# the newest that Debian's openstacksdk and the lab's services both know
MICROVERSIONS = {"compute": "2.93", "block_storage": "3.70"}


class Api:
    """A login to one cloud of the clouds.yaml that OS_CLIENT_CONFIG_FILE names."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.connection = openstack.connect(cloud=cloud)

    def request(self, service, path, method="GET", **options):
        response = getattr(self.connection, service).request(
            path, method, microversion=MICROVERSIONS.get(service), **options)
        exceptions.raise_from_response(response)
        return response

    def get(self, service, path, **params):
        return self.request(service, path, params=params).json()

    def list(self, service, path, key, **params):
        """All pages of a list."""
        found = []
        while path:
            answer = self.get(service, path, **params)
            found += answer[key]
            links = answer.get(f"{key}_links") or []
            following = next((link["href"] for link in links if link["rel"] == "next"), answer.get("next"))
            # what follows is a whole address, or a path that repeats the version; only its question is new
            path, params = (path.split("?")[0] + "?" + following.split("?", 1)[1], {}) if following else (None, {})
        return found


def ref(kind, resource_id):
    """Another resource of the same cloud, named so that it can be looked for in another cloud."""
    return {"ref": kind, "id": resource_id} if resource_id else None


def each(bodies, build, of=lambda body: body["id"]):
    """What is built of each, by id. What is gone since it was listed is left out: Nova says 400 of a project."""
    found = {}
    for body in bodies:
        try:
            found[of(body)] = build(body)
        except (exceptions.NotFoundException, exceptions.BadRequestException):
            continue
    return found


def text(value):
    """APIs say nothing as null or as empty text."""
    return value or ""


def entry(name, attributes, project=None, origin=None):
    return {"name": text(name), "project": project, "origin": origin, "attributes": attributes}
