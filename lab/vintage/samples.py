"""Records real answers of the vintage cloud as fixtures, one JSON file a request,
secrets replaced. samples.py DIR; the cloud, seeded, comes from the environment."""
import json
import os
import re
import sys

from session import Session, request

out, ip, net = sys.argv[1], os.environ["IP"], os.environ["VINTAGE_NET"]
KEEP = ("content-type", "vary", "www-authenticate", "location", "x-openstack-nova-api-version", "openstack-api-version")
os.makedirs(out, exist_ok=True)
admin = Session(ip, "admin", os.environ["PW_ADMIN"], "admin")
member = Session(ip, "acme-dev", os.environ["PW_SEED"], "acme")
secrets = {admin.token: "TOKEN", member.token: "MEMBER-TOKEN",
           os.environ["PW_ADMIN"]: "PASSWORD", os.environ["PW_SEED"]: "PASSWORD"}
ks, ks_admin = "http://%s:5000" % ip, "http://%s:35357" % ip
nova, glance, neutron = ("http://%s:%d" % (ip, port) for port in (8774, 9292, 9696))
v2, v21 = "%s/v2/%s" % (nova, admin.tenant_id), "%s/v2.1/%s" % (nova, admin.tenant_id)
member_v2 = "%s/v2/%s" % (nova, member.tenant_id)


def save(name, url, method="GET", body=None, token=admin.token, headers=None):
    code, hdrs, data = request(method, url, body, token, headers)
    if isinstance(data, dict) and "access" in data:
        secrets[data["access"]["token"]["id"]] = "TOKEN"
    text = json.dumps({
        "request": {"method": method, "url": url, "headers": headers or {}, "body": body, "auth": bool(token)},
        "status": code, "headers": {k: v for k, v in hdrs.items() if k.lower() in KEEP}, "body": data,
    }, indent=1, ensure_ascii=False)
    for secret, word in secrets.items():
        text = text.replace(secret, word)
    text = re.sub(r'"(private_key|adminPass)": "[^"]*"', r'"\1": "SECRET"', text)
    name = re.sub(r"[^\w.-]+", "-", name)
    with open(os.path.join(out, name + ".json"), "w") as f:
        f.write(text + "\n")
    print("%-44s %-4s %s" % (name, method, code))
    return data


def microversion(number):
    return {"X-OpenStack-Nova-API-Version": number}


me = {"passwordCredentials": {"username": "admin", "password": os.environ["PW_ADMIN"]}}
wrong = {"passwordCredentials": {"username": "admin", "password": "wrong"}, "tenantName": "admin"}
for port, base in (("", ks), ("admin-", ks_admin)):
    save("keystone-%sversions" % port, base + "/", token=None)
    save("keystone-%sv2" % port, base + "/v2.0/", token=None)
    save("keystone-%sextensions" % port, base + "/v2.0/extensions", token=None)
    save("keystone-%stenants" % port, base + "/v2.0/tenants")
save("keystone-token", ks + "/v2.0/tokens", "POST", {"auth": dict(me, tenantName="admin")}, None)
save("keystone-token-unscoped", ks + "/v2.0/tokens", "POST", {"auth": me}, None)
save("keystone-token-wrong-password", ks + "/v2.0/tokens", "POST", {"auth": wrong}, None)
save("keystone-v3", ks + "/v3/", token=None)
tenant, user = member.tenant_id, member.user_id
for path in ("tenants?limit=2", "tenants?name=acme", "tenants?name=nobody", "tenants/" + tenant, "users",
             "users?name=acme-dev", "users/" + user, "OS-KSADM/roles", "OS-KSADM/services", "endpoints",
             "tenants/%s/users" % tenant, "tenants/%s/users/%s/roles" % (tenant, user), "users/%s/roles" % user):
    save("keystone-" + path.replace(tenant, "TENANT").replace(user, "USER"), "%s/v2.0/%s" % (ks_admin, path))
save("keystone-users-no-token", ks_admin + "/v2.0/users", token=None)
save("keystone-users-member", ks_admin + "/v2.0/users", token=member.token)
save("keystone-users-public-port", ks + "/v2.0/users")

save("nova-versions", nova + "/", token=None)
servers = save("nova-servers-all", v2 + "/servers/detail?all_tenants=1")["servers"]
save("nova-servers-all-page", v2 + "/servers/detail?all_tenants=1&limit=1")
for number in ("2.1", "2.53", "2.99"):
    save("nova-servers-all-" + number, v21 + "/servers/detail?all_tenants=1", headers=microversion(number))
save("nova-servers-all-member", member_v2 + "/servers/detail?all_tenants=1", token=member.token)
one = next(s["id"] for s in servers if s["name"] == "gateway")
for path in ("", "/os-security-groups", "/os-interface", "/os-virtual-interfaces", "/os-volume_attachments"):
    save("nova-server" + path.replace("/", "-"), "%s/servers/%s%s" % (v2, one, path))
for path in ("os-networks", "os-tenant-networks", "os-floating-ips", "os-floating-ip-pools", "os-floating-ips-bulk",
             "os-security-groups?all_tenants=1", "os-hypervisors/detail", "os-services", "os-hosts", "os-keypairs",
             "os-availability-zone/detail", "os-aggregates", "limits", "os-quota-sets/" + tenant,
             "os-quota-sets/%s/defaults" % tenant, "os-simple-tenant-usage", "os-fixed-ips/10.20.0.50", "os-migrations",
             "os-server-groups", "os-cells", "extensions", "flavors/99"):
    save("nova-" + path.replace(tenant, "TENANT"), v2 + "/" + path)
    save("nova-%s-member" % path.replace(tenant, "TENANT"), member_v2 + "/" + path, token=member.token)
save("nova-os-networks-2.36", v21 + "/os-networks", headers=microversion("2.36"))
save("nova-keypairs-of-user-2.10", "%s/os-keypairs?user_id=%s" % (v21, user), headers=microversion("2.10"))
for flavor in save("nova-flavors", v2 + "/flavors/detail?is_public=None")["flavors"]:
    save("nova-flavor-%s-extra_specs" % flavor["name"], "%s/flavors/%s/os-extra_specs" % (v2, flavor["id"]))
    save("nova-flavor-%s-access" % flavor["name"], "%s/flavors/%s/os-flavor-access" % (v2, flavor["id"]))

save("glance-versions", glance + "/", token=None)
save("glance-v1-images", glance + "/v1/images/detail?is_public=None")
for image in save("glance-images", glance + "/v2/images?limit=100")["images"]:
    if image["name"] == "acme-shared":
        save("glance-members", "%s/v2/images/%s/members" % (glance, image["id"]))
save("glance-images-page", glance + "/v2/images?limit=1")

if net == "neutron":
    save("neutron-versions", neutron + "/", token=None)
    for path in ("networks", "subnets", "ports", "routers", "floatingips", "security-groups", "security-group-rules",
                 "quotas", "quotas/" + tenant, "extensions", "agents", "networks?limit=1"):
        save("neutron-" + path.replace(tenant, "TENANT"), "%s/v2.0/%s" % (neutron, path))
    save("neutron-quotas-member", neutron + "/v2.0/quotas", token=member.token)
