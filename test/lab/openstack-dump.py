#!/usr/bin/python3
"""All of a cloud as openstacksdk reads it, as JSON: what `openstack … list` leaves out.

    openstack-dump.py CLOUD     an entry of the clouds.yaml that OS_CLIENT_CONFIG_FILE names
"""
import json
import sys

import openstack

# The newest that openstacksdk's release and Nova 26 both know.
COMPUTE = '2.93'


def plain(resources):
    return [resource.to_dict() for resource in resources]


def servers(cloud):
    answer = cloud.compute.get('/servers/detail?all_tenants=1', microversion=COMPUTE)
    answer.raise_for_status()
    found = answer.json()['servers']
    for server in found:
        path = f"/servers/{server['id']}/os-volume_attachments"
        server['attachments'] = cloud.compute.get(path, microversion=COMPUTE).json()['volumeAttachments']
    return found


def flavors(cloud):
    found = plain(cloud.compute.flavors(details=True, is_public=None, get_extra_specs=True))
    for flavor in found:
        access = [] if flavor['is_public'] else cloud.compute.get_flavor_access(flavor['id'])
        flavor['access'] = sorted(entry['tenant_id'] for entry in access)
    return found


def volumes(cloud):
    # openstacksdk's volumes leave out what is not in its class.
    raw = cloud.block_storage.get('/volumes/detail?all_tenants=1')
    raw.raise_for_status()
    bodies = {body['id']: body for body in raw.json()['volumes']}
    found = plain(cloud.block_storage.volumes(details=True, all_projects=True))
    return [{**volume, 'is_multiattach': bodies[volume['id']]['multiattach']} for volume in found]


def keypairs(cloud):
    found = []
    for user in cloud.identity.users():
        for keypair in plain(cloud.compute.keypairs(user_id=user.id)):
            found.append({**keypair, 'owner': user.id})
    return found


def images(cloud):
    looks = [{}, {'visibility': 'community'}, {'is_hidden': True}, {'is_hidden': True, 'visibility': 'community'}]
    found = {image.id: image.to_dict() for look in looks for image in cloud.image.images(**look)}
    for image in found.values():
        shared = image['visibility'] == 'shared'
        members = cloud.image.members(image['id']) if shared else []
        image['members'] = sorted((member.member_id, member.status) for member in members)
    return list(found.values())


def quotas(cloud):
    found = []
    for project in cloud.identity.projects():
        sets = {
            'compute': cloud.compute.get(f'/os-quota-sets/{project.id}').json()['quota_set'],
            'network': cloud.network.get(f'/quotas/{project.id}').json()['quota'],
            'volume': cloud.block_storage.get(f'/os-quota-sets/{project.id}').json()['quota_set'],
        }
        numbers = {name: {k: v for k, v in limits.items() if isinstance(v, int)} for name, limits in sets.items()}
        found.append({'id': project.id, **numbers})
    return found


def routers(cloud):
    found = plain(cloud.network.routers())
    for router in found:
        ports = cloud.network.ports(device_id=router['id'], device_owner='network:router_interface')
        router['interfaces'] = sorted((port.id, port.network_id, port.fixed_ips) for port in ports)
    return found


def groups(cloud):
    found = plain(cloud.identity.groups())
    for group in found:
        answer = cloud.identity.get(f"/groups/{group['id']}/users").json()
        group['members'] = sorted(user['id'] for user in answer['users'])
    return found


def roles(cloud):
    found = plain(cloud.identity.roles())
    for domain in cloud.identity.domains():
        found += plain(cloud.identity.roles(domain_id=domain.id))
    rules = cloud.identity.get('/role_inferences').json()['role_inferences']
    implied = {rule['prior_role']['id']: sorted(role['id'] for role in rule['implies']) for rule in rules}
    return [{**role, 'implied': implied.get(role['id'], [])} for role in found]


def main():
    cloud = openstack.connect(cloud=sys.argv[1])
    policies = {policy.id: policy.name for policy in cloud.network.qos_policies()}
    dump = {
        'domain': plain(cloud.identity.domains()),
        'project': plain(cloud.identity.projects()),
        'role': roles(cloud),
        'user': plain(cloud.identity.users()),
        'group': groups(cloud),
        'quota': quotas(cloud),
        'flavor': flavors(cloud),
        'keypair': keypairs(cloud),
        'security-group': plain(cloud.network.security_groups()),
        'network': plain(cloud.network.networks()),
        'subnet': plain(cloud.network.subnets()),
        'router': routers(cloud),
        'port': plain(cloud.network.ports()),
        'floating-ip': plain(cloud.network.ips()),
        'image': images(cloud),
        'volume': volumes(cloud),
        'server-group': plain(cloud.compute.server_groups(all_projects=True)),
        'server': servers(cloud),
        'rbac': plain(cloud.network.rbac_policies()),
        'qos': policies,
    }
    json.dump(dump, sys.stdout, default=str)


if __name__ == '__main__':
    main()
