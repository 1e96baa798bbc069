import { describe, expect, it } from '@jest/globals';
import { Cinder } from '../../../services/openstack/cinder.ts';
import { createServiceClient } from '../../../services/openstack/create-service-client.ts';
import { Glance } from '../../../services/openstack/glance.ts';
import { KeystoneV2 } from '../../../services/openstack/keystone-v2.ts';
import { KeystoneV3 } from '../../../services/openstack/keystone-v3.ts';
import { Neutron } from '../../../services/openstack/neutron.ts';
import { Nova } from '../../../services/openstack/nova.ts';
import { NovaNetwork } from '../../../services/openstack/nova-network.ts';
import { Session } from '../../../services/openstack/session.ts';
import { LocalCloud } from './local-cloud.ts';
import { opened } from './opened.ts';

/** A cloud that answers `{}` to whatever it is asked, and all clients of it. */
async function clients() {
  const paths: string[] = [];
  const cloud = await LocalCloud.start({
    catalog: ['compute', 'network', 'image', 'block-storage'].map((type) => ({ type, at: `/${type}/v2` })),
    routes: ({ path }) => {
      paths.push(path);
      return { body: {} };
    },
  });
  const session = new Session(
    cloud.settings({ endpointOverrides: { identity: `${cloud.server.origin}/identity/v3` } }),
  );
  opened.push(cloud, session);
  const compute = createServiceClient(session, 'compute');
  const identity = createServiceClient(session, 'identity');
  return {
    paths,
    nova: new Nova(compute),
    novaNetwork: new NovaNetwork(compute),
    neutron: new Neutron(createServiceClient(session, 'network')),
    glance: new Glance(createServiceClient(session, 'image')),
    cinder: new Cinder(createServiceClient(session, 'block-storage')),
    v2: new KeystoneV2({ public: identity, admin: identity }),
    v3: new KeystoneV3(identity),
  };
}

type Clients = Awaited<ReturnType<typeof clients>>;

const READS: readonly (readonly [what: string, read: (all: Clients, id: string) => Promise<unknown>, lacks: string])[] =
  [
    ['a server', ({ nova }, id) => nova.server(id), 'server'],
    ['volumes of a server', ({ nova }, id) => nova.volumeAttachments(id), 'volumeAttachments'],
    ['a flavor', ({ nova }, id) => nova.flavor(id), 'flavor'],
    ['extra specs of a flavor', ({ nova }, id) => nova.flavorExtraSpecs(id), 'extra_specs'],
    ['who may use a flavor', ({ nova }, id) => nova.flavorAccess(id), 'flavor_access'],
    ['a keypair', ({ nova }, id) => nova.keypair(id), 'keypair'],
    ['a server group', ({ nova }, id) => nova.serverGroup(id), 'server_group'],
    ["Nova's quotas", ({ nova }, id) => nova.quotas(id), 'quota_set'],
    ["Nova's default quotas", ({ nova }, id) => nova.defaultQuotas(id), 'quota_set'],
    ['security groups of a server', ({ novaNetwork }, id) => novaNetwork.securityGroupsOf(id), 'security_groups'],
    ['a network', ({ neutron }, id) => neutron.network(id), 'network'],
    ['a subnet', ({ neutron }, id) => neutron.subnet(id), 'subnet'],
    ['a port', ({ neutron }, id) => neutron.port(id), 'port'],
    ['a router', ({ neutron }, id) => neutron.router(id), 'router'],
    ['a floating ip', ({ neutron }, id) => neutron.floatingIp(id), 'floatingip'],
    ['a security group', ({ neutron }, id) => neutron.securityGroup(id), 'security_group'],
    ['a QoS policy', ({ neutron }, id) => neutron.qosPolicy(id), 'policy'],
    ["Neutron's quotas", ({ neutron }, id) => neutron.quotas(id), 'quota'],
    ["Neutron's default quotas", ({ neutron }, id) => neutron.defaultQuotas(id), 'quota'],
    ['an image', ({ glance }, id) => glance.image(id), 'id'],
    ['members of an image', ({ glance }, id) => glance.members(id), 'members'],
    ['a volume', ({ cinder }, id) => cinder.volume(id), 'volume'],
    ["Cinder's quotas", ({ cinder }, id) => cinder.quotas(id), 'quota_set'],
    ["Cinder's default quotas", ({ cinder }, id) => cinder.defaultQuotas(id), 'quota_set'],
    ['a tenant', ({ v2 }, id) => v2.project(id), 'tenant'],
    ['a user at v2.0', ({ v2 }, id) => v2.user(id), 'user'],
    ['a role at v2.0', ({ v2 }, id) => v2.role(id), 'role'],
    ['roles in a tenant', ({ v2 }, projectId) => first(v2.assignments({ projectId })), 'users'],
    ['a domain', ({ v3 }, id) => v3.domain(id), 'domain'],
    ['a project', ({ v3 }, id) => v3.project(id), 'project'],
    ['a user', ({ v3 }, id) => v3.user(id), 'user'],
    ['a group', ({ v3 }, id) => v3.group(id), 'group'],
    ['members of a group', ({ v3 }, id) => v3.groupMembers(id), 'users'],
    ['a role', ({ v3 }, id) => v3.role(id), 'role'],
  ];

describe.each(READS)('reading %s', (_what, read, lacks) => {
  it('takes an id for one segment of a path, whatever is in it', async () => {
    const all = await clients();
    await read(all, 'a/b?c#d e').catch(() => undefined);
    expect(all.paths.filter((path) => path.includes('a%2Fb%3Fc%23d%20e'))).toHaveLength(1);
  });

  it.each(['.', '..', ''])('finds nothing under the id %j, and does not ask', async (id) => {
    const all = await clients();
    await expect(read(all, id)).rejects.toMatchObject({ kind: 'not-found', retry: { when: 'never' } });
    expect(all.paths).toEqual([]);
  });

  it('says what the answer lacks', async () => {
    await expect(read(await clients(), 'x')).rejects.toMatchObject({
      kind: 'protocol',
      details: { method: 'GET', reason: `the answer has no "${lacks}"` },
    });
  });
});

it.each<[string, string, (all: Clients) => Promise<unknown>]>([
  ['compute services', 'services', ({ nova }) => nova.computeServices()],
  ['server groups', 'server_groups', ({ nova }) => first(nova.serverGroups(true))],
  ["nova-network's networks", 'networks', ({ novaNetwork }) => novaNetwork.networks()],
  ['implied roles', 'role_inferences', ({ v3 }) => v3.impliedRoles()],
])('a list of %s that is not in the answer is an error', async (_what, lacks, read) => {
  await expect(read(await clients())).rejects.toMatchObject({
    kind: 'protocol',
    details: { reason: `the answer has no "${lacks}"` },
  });
});

async function first<T>(pages: AsyncIterable<T>): Promise<T | undefined> {
  for await (const page of pages) return page;
  return undefined;
}
