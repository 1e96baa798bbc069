"""The service tenant, its users and the endpoints, all through Identity v2.0.
Safe to repeat. Reads IP, REGION, VINTAGE_NET, VINTAGE_CINDER and the passwords
from the environment."""
import os

from session import Session

ip, net = os.environ["IP"], os.environ["VINTAGE_NET"]
s = Session(ip, "admin", os.environ["PW_ADMIN"], "admin")


def by_name(items):
    return {i["name"]: i for i in items}


# The catalogue of an old cloud: `compute` is v2, v2.1 came beside it later.
services = [
    ("glance", "image", "http://%s:9292" % ip),
    ("placement", "placement", "http://%s:8778" % ip),
    ("nova", "compute", "http://%s:8774/v2/%%(tenant_id)s" % ip),
    ("novav21", "computev21", "http://%s:8774/v2.1/%%(tenant_id)s" % ip),
]
if net == "neutron":
    services.append(("neutron", "network", "http://%s:9696" % ip))
if os.environ["VINTAGE_CINDER"] == "yes":
    services += [("cinder", "volume", "http://%s:8776/v1/%%(tenant_id)s" % ip),
                 ("cinderv2", "volumev2", "http://%s:8776/v2/%%(tenant_id)s" % ip)]

tenant = by_name(s.get("identity", "/tenants")["tenants"]).get("service") or s.post(
    "identity", "/tenants", {"tenant": {"name": "service", "enabled": True}})["tenant"]

roles = by_name(s.get("identity", "/OS-KSADM/roles")["roles"])
for name in ("_member_", "service"):
    if name not in roles:
        roles[name] = s.post("identity", "/OS-KSADM/roles", {"role": {"name": name}})["role"]

users = by_name(s.get("identity", "/users")["users"])
for name in ("glance", "nova", "placement", "neutron", "cinder"):
    user = users.get(name) or s.post("identity", "/users", {
        "user": {"name": name, "password": os.environ["PW_SERVICE"], "enabled": True}})["user"]
    for role in ("admin", "service"):
        s.put("identity", "/tenants/%s/users/%s/roles/OS-KSADM/%s" % (
            tenant["id"], user["id"], roles[role]["id"]), ok=(409,))

have = by_name(s.get("identity", "/OS-KSADM/services")["OS-KSADM:services"])
served = {e["service_id"] for e in s.get("identity", "/endpoints")["endpoints"]}
for name, kind, url in services:
    service = have.get(name) or s.post("identity", "/OS-KSADM/services", {
        "OS-KSADM:service": {"name": name, "type": kind}})["OS-KSADM:service"]
    if service["id"] not in served:
        s.post("identity", "/endpoints", {"endpoint": {
            "region": os.environ["REGION"], "service_id": service["id"],
            "publicurl": url, "adminurl": url, "internalurl": url}})
