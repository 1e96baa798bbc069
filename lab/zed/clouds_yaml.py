"""Writes clouds.yaml: an administrator's entry for each cloud, and CLOUD-member
for the plain user that the cloud's seed reports. The admin password comes in
PW_ADMIN, not in an argument, which every process could read."""
import glob
import json
import os
import sys

lab_dir, region, *clouds = sys.argv[1:]


def entry(url, username, password, project, user_domain="Default", project_domain="Default"):
    # JSON strings are YAML strings, whatever a name contains
    return f"""\
    auth:
      auth_url: {url}
      username: {json.dumps(username)}
      password: {json.dumps(password)}
      project_name: {json.dumps(project)}
      user_domain_name: {json.dumps(user_domain)}
      project_domain_name: {json.dumps(project_domain)}
    region_name: {region}
    identity_api_version: 3
    volume_api_version: 3
"""


def oldest_report(cloud):
    """The member of the first seeding stays the member when a cloud is seeded again with another prefix."""
    reports = glob.glob(os.path.join(lab_dir, f"seed-{glob.escape(cloud)}-*.json"))
    found = [json.load(open(path)) for path in reports]
    return min((r for r in found if r.get("member")), key=lambda r: r["made_at"], default=None)


text = "clouds:\n"
for cloud, ip in (c.split("=") for c in clouds):
    url = f"http://{ip}:5000/v3"
    text += f"  {cloud}:\n" + entry(url, "admin", os.environ["PW_ADMIN"], "admin")
    report = oldest_report(cloud)
    if report:
        m = report["member"]
        text += f"  {cloud}-member:\n" + entry(url, m["user"], report["password"], m["project"], m["domain"], m["domain"])

path = os.path.join(lab_dir, "clouds.yaml")
temporary = f"{path}.{os.getpid()}"
with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
    f.write(text)
os.replace(temporary, path)     # a client that reads meanwhile sees the old or the new one
