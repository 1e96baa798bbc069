"""Projects, users, groups, roles and quotas of every tenant."""
import time

from .session import Collection, call

ROLES = ("member", "reader")


def roles(cloud):
    """The roles that tenants' users have, by name."""
    collection = Collection(cloud.admin.identity, "/roles", cloud.ids["roles"])
    names = (*ROLES, f"{cloud.prefix}-operator")
    return {name.removeprefix(f"{cloud.prefix}-"): collection.ensure(name) for name in names}


def domain(cloud, name, **attributes):
    return Collection(cloud.admin.identity, "/domains", cloud.ids["domains"]).ensure(name, **attributes)


def grant(session, scope, scope_id, actor, actor_id, role, inherited=False):
    """scope: projects or domains; actor: users or groups. Granting twice is no error."""
    prefix, suffix = ("/OS-INHERIT", "/inherited_to_projects") if inherited else ("", "")
    call(session.identity, "PUT", f"{prefix}/{scope}/{scope_id}/{actor}/{actor_id}/roles/{role['id']}{suffix}")


def ensure_user(tenant, collection, name, **attributes):
    """A user with the seed's password, also when an earlier seed gave another."""
    cloud = tenant.cloud
    found = collection.find(name)
    if not found:
        return collection.create(name, password=cloud.password, email=f"{name}@{cloud.prefix}.example", **attributes)
    if cloud.password_is_new:
        call(cloud.admin.identity, "PATCH", f"/users/{found['id']}", {"user": {"password": cloud.password}})
        # which revokes the user's tokens up to this second, those of its rest included
        time.sleep(1.1)
    return found


def populate(tenant, role, users):
    """The project with its staff and sessions of its first two users."""
    admin, domain_id = tenant.admin, tenant.domain["id"]
    tenant.project = Collection(admin.identity, "/projects", tenant.ids["projects"], domain_id=domain_id).ensure(
        tenant.name, domain_id=domain_id, description=f"tenant {tenant.number} of {tenant.cloud.prefix}",
        tags=["seed", tenant.cloud.prefix])
    collection = Collection(admin.identity, "/users", tenant.ids["users"], domain_id=domain_id)
    for number in range(users):
        user = ensure_user(tenant, collection, tenant.of(f"u{number}"), domain_id=domain_id,
                           default_project_id=tenant.project_id)
        grant(admin, "projects", tenant.project_id, "users", user["id"], role["member"])
        tenant.users.append(user)
    first = tenant.users[0]
    grant(admin, "projects", tenant.project_id, "users", first["id"], role["operator"])
    staff = Collection(admin.identity, "/groups", tenant.ids["groups"], domain_id=domain_id).ensure(
        tenant.of("staff"), domain_id=domain_id)
    grant(admin, "projects", tenant.project_id, "groups", staff["id"], role["reader"])
    call(admin.identity, "PUT", f"/groups/{staff['id']}/users/{first['id']}")
    quotas(tenant)
    tenant.session = log_in(tenant, first)
    tenant.second_session = log_in(tenant, tenant.users[1]) if users > 1 else tenant.session


def log_in(tenant, user):
    return tenant.admin.other(user["name"], tenant.cloud.password, tenant.name, tenant.domain["name"])


def set_quotas(adapter, path, key, wanted):
    """Only where something differs: a PUT of the same values makes new records."""
    have = call(adapter, "GET", path)[key]
    if any(have.get(name) != limit for name, limit in wanted.items()):
        call(adapter, "PUT", path, {key: wanted})


def quotas(tenant):
    """Of compute, network and volumes; none of them a default, and a rich tenant needs more than the defaults."""
    admin, t, project = tenant.admin, tenant.number, tenant.project_id
    room = 4 if tenant.rich else 1
    set_quotas(admin.compute, f"/os-quota-sets/{project}", "quota_set", {
        "cores": room * 40 + t, "instances": room * 15 + t, "ram": room * 65536 + 1024 * t, "key_pairs": 50 + t,
        "server_groups": 11 + t, "server_group_members": 12 + t, "metadata_items": 129 + t})
    set_quotas(admin.network, f"/quotas/{project}", "quota", {
        "network": 20 + t, "subnet": 40 + t, "router": 11 + t, "port": 200 + t, "security_group": 30 + t,
        "security_group_rule": 150 + t, "floatingip": 12 + t, "rbac_policy": 13 + t, "subnetpool": 14 + t})
    set_quotas(admin.block_storage, f"/os-quota-sets/{project}", "quota_set", {
        "volumes": room * 12 + t, "gigabytes": room * 100 + t, "snapshots": 15 + t, "backups": 3 + t,
        "per_volume_gigabytes": 40 + t, f"gigabytes_{tenant.cloud.prefix}.fast": 50 + t})
