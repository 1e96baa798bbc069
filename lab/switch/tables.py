#!/usr/bin/env python3
"""The tables of a switch behind net-snmp's snmpd (pass_persist): IF-MIB, BRIDGE-MIB and Q-BRIDGE-MIB.

tables.py STATE.json: the state is read at every question and written at every order, so that a test may look at it and change it.
  {"ports": [{"name", "ifIndex", "bridgePort", "alias", "pvid", "untagged", "tagged"}], "interfaces": [{"name", "ifIndex"}],
   "vlans": [1, 10], "bitmapBytes": 8, "writes": 0}
"""
import json
import os
import shlex
import sys

IF, IFX = (1, 3, 6, 1, 2, 1, 2, 2, 1), (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
BASE = (1, 3, 6, 1, 2, 1, 17, 1, 4, 1)
VLAN, PVID = (1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1), (1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def save(path, state):
    state["writes"] = state.get("writes", 0) + 1
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(state, file)
    os.replace(path + ".new", path)


def bitmap(state, vlan, columns):
    octets = bytearray(state.get("bitmapBytes", 8))
    for port in state["ports"]:
        if any(vlan in port[column] for column in columns):
            octets[(port["bridgePort"] - 1) // 8] |= 0x80 >> (port["bridgePort"] - 1) % 8
    return " ".join(f"{octet:02x}" for octet in octets)


def values(state):
    found = {}
    for one in state["ports"] + state.get("interfaces", []):
        index = one["ifIndex"]
        found[IF + (1, index)] = ("integer", index)
        found[IF + (2, index)] = ("string", one["name"])
        found[IFX + (1, index)] = ("string", one["name"])
        found[IFX + (18, index)] = ("string", one.get("alias", ""))
    for port in state["ports"]:
        found[BASE + (1, port["bridgePort"])] = ("integer", port["bridgePort"])
        found[BASE + (2, port["bridgePort"])] = ("integer", port["ifIndex"])
        found[PVID + (1, port["bridgePort"])] = ("gauge", port["pvid"])
    for vlan in state["vlans"]:
        found[VLAN + (1, vlan)] = ("string", f"VLAN{vlan}")
        found[VLAN + (2, vlan)] = ("octet", bitmap(state, vlan, ("untagged", "tagged")))
        found[VLAN + (4, vlan)] = ("octet", bitmap(state, vlan, ("untagged",)))
        found[VLAN + (5, vlan)] = ("integer", 1)
    return found


def octets_of(kind, text):
    """snmpd hands over octets that are printable as text in quotes, others as hexadecimal digits."""
    text = text.strip()
    if kind == "octet":
        return bytes.fromhex(text.strip('"'))
    return "".join(shlex.split(text)).encode("latin-1")


def members(state, octets):
    return {
        port["bridgePort"]
        for port in state["ports"]
        if octets[(port["bridgePort"] - 1) // 8] & (0x80 >> (port["bridgePort"] - 1) % 8)
    }


def put(state, oid, kind, text):
    """The refusal in snmpd's words, or None."""
    column, index = oid[-2:]
    if oid[:-2] == PVID and column == 1:
        if kind not in ("unsigned", "gauge"):
            return "wrong-type"
        port = next((port for port in state["ports"] if port["bridgePort"] == index), None)
        vlan = int(text.strip().strip('"'))
        if port is None or vlan not in port["untagged"] + port["tagged"]:
            return "inconsistent-value"
        port["pvid"] = vlan
        return None
    if oid[:-2] != VLAN or column not in (2, 4):
        return "not-writable"
    octets = octets_of(kind, text)
    if len(octets) != state.get("bitmapBytes", 8):
        return "wrong-length"
    wanted = members(state, octets)
    for port in state["ports"]:
        is_in = port["bridgePort"] in wanted
        if column == 2 and not is_in:
            if port["pvid"] == index:
                return "inconsistent-value"
            port["untagged"] = [vlan for vlan in port["untagged"] if vlan != index]
            port["tagged"] = [vlan for vlan in port["tagged"] if vlan != index]
        elif column == 2 and index not in port["untagged"] + port["tagged"]:
            port["tagged"].append(index)
        elif column == 4 and is_in != (index in port["untagged"]):
            source, target = ("tagged", "untagged") if is_in else ("untagged", "tagged")
            if index in port[source]:
                port[source].remove(index)
                port[target].append(index)
            elif is_in:
                return "inconsistent-value"
        port["untagged"].sort()
        port["tagged"].sort()
    return None


def parse(text):
    return tuple(int(arc) for arc in text.strip().strip(".").split("."))


def say(*lines):
    print("\n".join(str(line) for line in lines), flush=True)


def answer(found, oid):
    kind, value = found[oid]
    say("." + ".".join(map(str, oid)), kind, value)


def main(path):
    for line in iter(sys.stdin.readline, ""):
        command = line.strip()
        if command == "PING":
            say("PONG")
            continue
        if command not in ("get", "getnext", "set"):
            continue
        oid = parse(sys.stdin.readline())
        state = load(path)
        if command == "set":
            kind, _, text = sys.stdin.readline().strip().partition(" ")
            refusal = put(state, oid, kind, text)
            if refusal is None:
                save(path, state)
            say(refusal or "DONE")
            continue
        found = values(state)
        if command == "getnext":
            oid = min((known for known in found if known > oid), default=None)
        if oid in found:
            answer(found, oid)
        else:
            say("NONE")


main(sys.argv[1])
