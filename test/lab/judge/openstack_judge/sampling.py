"""Looks at both clouds again and again for a server that runs in both."""
import signal
import time
from datetime import datetime, timezone

from . import marks
from .api import Api

RUNNING = 1     # Nova's power state


def sample(source, target, tenants, interval):
    """Servers of these tenants, or of all. Until SIGTERM or SIGINT: {samples, missed, moments, changes}; changes: every status that was seen."""
    ended = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.append(True))
    sampling = _Sampling(Api(source), Api(target), set(tenants))
    while not ended:
        begun = time.monotonic()
        sampling.look()
        time.sleep(max(0.05, interval - (time.monotonic() - begun)) if not ended else 0)
    return {"samples": sampling.samples, "missed": sampling.missed, "moments": sampling.moments,
            "changes": sampling.changes}


class _Sampling:
    def __init__(self, source, target, tenants):
        self.source, self.target, self.tenants = source, target, tenants
        self.samples, self.missed, self.moments, self.changes = 0, [], [], []
        self.names = {}             # of projects, by cloud and id
        self.seen = {}
        self.before = {}

    def look(self):
        """The target before and after the source: a server that ran there both times ran while the source's was seen."""
        try:
            source, after = self._servers(self.source), self._servers(self.target)
        except Exception as error:      # a service that is busy says nothing about the move
            self.missed.append({"at": _now(), "error": str(error)[:200]})
            self.before = {}
            return
        self.samples += 1
        running = {label for key, label in _running(after) if key in dict(_running(self.before))}
        for (key, server) in source.items():
            labels = {key, _label(server)}
            if server["runs"] and labels & running:
                self.moments.append({"at": _now(), "id": key, "name": server["name"], "project": server["project"]})
        self.before = after

    def _servers(self, api):
        if api.cloud not in self.names:
            self.names[api.cloud] = {}
        found = {}
        for body in api.list("compute", "/servers/detail", "servers", all_tenants=1):
            status = body["status"]
            found[body["id"]] = {
                "name": body["name"], "project": self._project(api, body["tenant_id"]), "status": status,
                "runs": status == "ACTIVE" or body["OS-EXT-STS:power_state"] == RUNNING,
                "from": (marks.of_properties(body["metadata"])[1] or {}).get("from")}
        found = {key: server for key, server in found.items() if not self.tenants or server["project"] in self.tenants}
        self._note(api.cloud, found)
        return found

    def _project(self, api, project_id):
        names = self.names[api.cloud]
        if project_id not in names:
            names.update({p["id"]: p["name"] for p in api.list("identity", "/projects", "projects")})
        return names.get(project_id, project_id)

    def _note(self, cloud, found):
        for server_id, server in found.items():
            if self.seen.get((cloud, server_id)) != server["status"]:
                self.seen[cloud, server_id] = server["status"]
                self.changes.append({"at": _now(), "cloud": cloud, "id": server_id, "name": server["name"],
                                     "from": server["from"], "status": server["status"]})
        for key in [k for k in self.seen if k[0] == cloud and k[1] not in found]:
            del self.seen[key]
            self.changes.append({"at": _now(), "cloud": cloud, "id": key[1], "status": "gone"})


def _label(server):
    return f"{server['project']}/{server['name']}"


def _running(servers):
    """Each running server by its id, and what it stands for: the marked source, else project and name."""
    return [(key, server["from"] or _label(server)) for key, server in servers.items() if server["runs"]]


def _now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
