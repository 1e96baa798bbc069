"""Service project, users, roles and endpoints of one cloud; what exists is kept.
Passwords come in PW_ADMIN and PW_SERVICE, not in arguments, which every process could read."""
import os
import sys

import openstack

ip, region = sys.argv[1:]
SERVICES = {
    "glance": ("image", f"http://{ip}:9292"),
    "placement": ("placement", f"http://{ip}:8778"),
    "nova": ("compute", f"http://{ip}:8774/v2.1"),
    "neutron": ("network", f"http://{ip}:9696"),
    "cinder": ("volumev3", f"http://{ip}:8776/v3/%(project_id)s"),
}

identity = openstack.connect(
    load_yaml_config=False, load_envvars=False,
    auth_url=f"http://{ip}:5000/v3", username="admin", password=os.environ["PW_ADMIN"], project_name="admin",
    user_domain_name="Default", project_domain_name="Default", region_name=region).identity

project = identity.find_project("service", domain_id="default") or \
    identity.create_project(name="service", domain_id="default")
roles = {role.name: role for role in identity.roles()}
for name in ("admin", "service"):
    if name not in roles:
        roles[name] = identity.create_role(name=name)
known = {service.type: service for service in identity.services()}
for name, (kind, url) in SERVICES.items():
    user = identity.find_user(name, domain_id="default") or identity.create_user(
        name=name, password=os.environ["PW_SERVICE"], domain_id="default", default_project_id=project.id)
    for role in ("admin", "service"):
        identity.assign_project_role_to_user(project, user, roles[role])
    service = known.get(kind) or identity.create_service(name=name, type=kind)
    have = {endpoint.interface for endpoint in identity.endpoints(service_id=service.id)}
    for interface in {"public", "internal", "admin"} - have:
        identity.create_endpoint(service_id=service.id, interface=interface, url=url, region_id=region)
