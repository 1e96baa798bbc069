"""Brings a server that runs into another state, as its owner or an operator would."""
from .session import call, wait_for

# state: what is asked of Nova, and the status that says that it is done
ACTIONS = {
    "SHUTOFF": {"os-stop": None},
    "PAUSED": {"pause": None},
    "SUSPENDED": {"suspend": None},
    "SHELVED_OFFLOADED": {"shelve": None},
}


def act(session, server, action):
    call(session.compute, "POST", f"/servers/{server['id']}/action", action)


def settled(session, server, *statuses):
    def ready():
        now = call(session.compute, "GET", f"/servers/{server['id']}")["server"]
        if now["status"] == "ERROR" and "ERROR" not in statuses:
            raise RuntimeError(f"server {server['name']} went to ERROR: {now.get('fault', {}).get('message')}")
        return now if now["status"] in statuses and now["OS-EXT-STS:task_state"] is None else None
    return wait_for(f"server {server['name']} {'/'.join(statuses)}", ready)


def reach(tenant, server, state):
    """state: a status; or a function of (tenant, server). What is not ACTIVE is left as it is: an
    earlier seed has brought it there, or somebody else has."""
    if callable(state):
        state(tenant, server)
    elif state in ACTIONS and server["status"] == "ACTIVE":
        act(tenant.session, server, ACTIONS[state])
        settled(tenant.session, server, state)


def locked(reason):
    def lock(tenant, server):
        if not server["locked"]:
            act(tenant.session, server, {"lock": {"locked_reason": reason}})
    return lock


def resized(flavor, confirm):
    """To another flavor; unconfirmed, it stays in VERIFY_RESIZE until somebody decides."""
    def resize(tenant, server):
        if server["flavor"]["original_name"] != flavor["name"]:
            act(tenant.session, server, {"resize": {"flavorRef": flavor["id"]}})
            server = settled(tenant.session, server, "VERIFY_RESIZE", "ACTIVE")
        if confirm and server["status"] == "VERIFY_RESIZE":
            act(tenant.session, server, {"confirmResize": None})
            settled(tenant.session, server, "ACTIVE")
    return resize


def broken(tenant, server):
    """ERROR with a disk that is whole, as after a host's failure."""
    if server["status"] == "ACTIVE":
        act(tenant.admin, server, {"os-resetState": {"state": "error"}})
