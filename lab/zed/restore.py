"""Brings servers of a cloud back to what a record of the judge says, after a run that nobody can roll back: `lab restore`.

    lab restore RECORD      as `test/lab/judge/judge.py record` has written it

Locks, power states and floating addresses; disks are not touched. What is as it was stays.
"""
import json
import sys

from seed import states
from seed.session import Session, call

# vm_state of the record: what leads there from a server that is stopped
FROM_STOPPED = {"active": [], "paused": [{"pause": None}], "suspended": [{"suspend": None}],
                "shelved_offloaded": [{"shelve": None}]}
STATUS = {"active": "ACTIVE", "paused": "PAUSED", "suspended": "SUSPENDED", "shelved_offloaded": "SHELVED_OFFLOADED",
          "stopped": "SHUTOFF"}


def server(session, server_id, wanted):
    def now():
        return call(session.compute, "GET", f"/servers/{server_id}")["server"]
    body = now()
    state = wanted["vm_state"]
    if body["OS-EXT-STS:vm_state"] == state and body["locked"] == wanted["locked"]:
        return
    print(f"{body['name']}: {body['status']} {'locked' if body['locked'] else ''} -> {state}", flush=True)
    if body["locked"]:
        states.act(session, body, {"unlock": None})
    if body["OS-EXT-STS:vm_state"] == "stopped" and state in FROM_STOPPED:
        states.act(session, body, {"os-start": None})
        states.settled(session, body, "ACTIVE")
        for action in FROM_STOPPED[state]:
            states.act(session, body, action)
            states.settled(session, body, STATUS[state])
    if wanted["locked"]:
        states.act(session, body, {"lock": {"locked_reason": wanted["locked_reason"]}})


def address(session, address_id, wanted):
    body = call(session.network, "GET", f"/floatingips/{address_id}")["floatingip"]
    port = (wanted["port"] or {}).get("id")
    if body["port_id"] != port:
        print(f"{body['floating_ip_address']}: back to its port", flush=True)
        call(session.network, "PUT", f"/floatingips/{address_id}", {"floatingip": {
            "port_id": port, **({"fixed_ip_address": wanted["fixed_ip"]} if port else {})}})


def main():
    with open(sys.argv[1]) as file:
        record = json.load(file)
    session = Session.named(record["cloud"])
    for server_id, recorded in record["resources"]["server"].items():
        server(session, server_id, recorded["attributes"])
    for address_id, recorded in record["resources"]["floating-ip"].items():
        address(session, address_id, recorded["attributes"])


main()
