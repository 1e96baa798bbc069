"""Users, projects, domains, roles and credentials of the less usual kinds."""
from ..identity import domain, ensure_user, grant
from ..session import Collection, call


def populate(tenant, roles):
    users = Collection(tenant.admin.identity, "/users", tenant.ids["users"], domain_id=tenant.domain["id"])
    people(tenant, roles, users)
    projects(tenant, roles, tenant.users[0])
    own_domain(tenant, roles)
    credentials(tenant)


def people(tenant, roles, users):
    """Rights by group, by domain, by inheritance and by implication."""
    admin, domain_id = tenant.admin, tenant.domain["id"]
    staff = tenant.ids["groups"][tenant.of("staff")]
    auditor = ensure_user(tenant, users, tenant.of("auditor"), domain_id=domain_id,
                          description="has no role but by the group and the domain")
    call(admin.identity, "PUT", f"/groups/{staff}/users/{auditor['id']}")
    grant(admin, "domains", domain_id, "users", auditor["id"], roles["reader"])
    grant(admin, "projects", tenant.project_id, "groups", staff, roles["reader"], inherited=True)
    gone = ensure_user(tenant, users, tenant.of("gone"), domain_id=domain_id, enabled=False,
                       description="hat gekündigt – 退職")
    grant(admin, "projects", tenant.project_id, "users", gone["id"], roles["member"])
    imply(admin, roles["operator"], roles["reader"])
    Collection(admin.identity, "/groups", tenant.ids["groups"], domain_id=domain_id).ensure(
        tenant.of("nobody"), domain_id=domain_id, description="a group without members")


def imply(session, prior, implied):
    """Who has the prior role has the implied one too. Keystone refuses to be told twice."""
    path = f"/roles/{prior['id']}/implies"
    have = call(session.identity, "GET", path)["role_inference"]["implies"]
    if implied["id"] not in [role["id"] for role in have]:
        call(session.identity, "PUT", f"{path}/{implied['id']}")


def projects(tenant, roles, user):
    """A project in a project in the tenant's, and a disabled one; the user is in all of them."""
    parent = tenant.project_id
    collection = Collection(tenant.admin.identity, "/projects", tenant.ids["projects"], domain_id=tenant.domain["id"])
    for suffix in ("child", "grandchild"):
        project = collection.ensure(tenant.of(suffix), domain_id=tenant.domain["id"], parent_id=parent, tags=["nested"])
        grant(tenant.admin, "projects", project["id"], "users", user["id"], roles["member"])
        parent = project["id"]
    closed = collection.find(tenant.of("closed"))
    if not closed:
        # Keystone assigns roles in a disabled project too, as when it is closed later
        closed = collection.create(tenant.of("closed"), domain_id=tenant.domain["id"], enabled=False)
    grant(tenant.admin, "projects", closed["id"], "users", user["id"], roles["member"])


def own_domain(tenant, roles):
    """A domain with a user of the same name as one of the tenant's, a role of its own, and an inherited one."""
    admin, cloud = tenant.admin, tenant.cloud
    own = domain(cloud, tenant.of("domain"), description="a domain of its own")
    domain(cloud, tenant.of("closed-domain"), enabled=False)
    project = Collection(admin.identity, "/projects", tenant.ids["projects"], domain_id=own["id"]).ensure(
        tenant.of("inner"), domain_id=own["id"])
    namesake = ensure_user(tenant, Collection(admin.identity, "/users", tenant.ids["domain_users"], domain_id=own["id"]),
                           tenant.users[0]["name"], domain_id=own["id"], default_project_id=project["id"])
    steward = Collection(admin.identity, "/roles", tenant.ids["roles"], domain_id=own["id"]).ensure(
        tenant.of("steward"), domain_id=own["id"])
    # a role of a domain gives nothing by itself, only what it implies
    imply(admin, steward, roles["member"])
    grant(admin, "projects", project["id"], "users", namesake["id"], steward)
    grant(admin, "domains", own["id"], "users", namesake["id"], roles["reader"], inherited=True)


def credentials(tenant):
    """Application credentials are made by the user; their secrets cannot be read again."""
    user, session = tenant.users[0], tenant.session
    path = f"/users/{user['id']}/application_credentials"
    collection = Collection(session.identity, path, tenant.ids["application_credentials"])
    collection.ensure(tenant.of("ci"), roles=[{"name": "member"}], description="one role, no end")
    collection.ensure(tenant.of("admin-tool"), unrestricted=True, expires_at="2037-01-01T00:00:00")
    collection.ensure(tenant.of("reader"), access_rules=[
        {"service": "compute", "method": "GET", "path": "/v2.1/servers"}])
    ec2 = call(session.identity, "GET", f"/users/{user['id']}/credentials/OS-EC2")["credentials"]
    if not [c for c in ec2 if c["tenant_id"] == tenant.project_id]:
        call(session.identity, "POST", f"/users/{user['id']}/credentials/OS-EC2", {"tenant_id": tenant.project_id})
