"""Service project, users, roles and endpoints of one cloud; what exists is kept."""
import sys
import openstack

ip, admin_pw, service_pw, region = sys.argv[1:5]
conn = openstack.connect(auth_url=f"http://{ip}:5000/v3", username="admin", password=admin_pw,
                         project_name="admin", user_domain_name="Default",
                         project_domain_name="Default", region_name=region)
ident = conn.identity
default = "default"
services = {
    "glance": ("image", f"http://{ip}:9292"),
    "placement": ("placement", f"http://{ip}:8778"),
    "nova": ("compute", f"http://{ip}:8774/v2.1"),
    "neutron": ("network", f"http://{ip}:9696"),
    "cinder": ("volumev3", f"http://{ip}:8776/v3/%(project_id)s"),
}

project = ident.find_project("service", domain_id=default) or \
    ident.create_project(name="service", domain_id=default)
roles = {r.name: r for r in ident.roles()}
for name in ("admin", "service"):
    if name not in roles:
        roles[name] = ident.create_role(name=name)
for name, (service_type, url) in services.items():
    user = ident.find_user(name, domain_id=default) or ident.create_user(
        name=name, password=service_pw, domain_id=default, default_project_id=project.id)
    for r in ("admin", "service"):
        ident.assign_project_role_to_user(project, user, roles[r])
    svc = next((s for s in ident.services() if s.type == service_type), None) or \
        ident.create_service(name=name, type=service_type)
    have = {e.interface for e in ident.endpoints(service_id=svc.id)}
    for iface in ("public", "internal", "admin"):
        if iface not in have:
            ident.create_endpoint(service_id=svc.id, interface=iface, url=url, region_id=region)
