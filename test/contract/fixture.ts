import { setTimeout as pause } from 'node:timers/promises';
import type { CloudSettings } from '../../config/cloud-settings.ts';
import { Secret } from '../../config/secret.ts';
import type { Cloud } from '../../services/openstack/cloud.ts';
import { makeIdentity } from './fixture-identity.ts';
import { LONGER, LOOKALIKE, PREFIX, TWIN } from './fixture-names.ts';
import { sweep } from './sweep.ts';

const BOOT_TIMEOUT_MS = 180_000;
const IMAGE_BYTES = 65_536;

export interface Fixture {
  /** A project with nothing in it but a user. */
  readonly project: { readonly id: string; readonly name: string };
  readonly member: CloudSettings;
  /** Ids by what they are; absent where the cloud has no such thing. */
  readonly ids: Readonly<Record<string, string>>;
}

/** Makes a little of everything in the login's own project, so that no call is answered with nothing. */
export async function makeFixture(cloud: Cloud, admin: CloudSettings): Promise<Fixture> {
  await sweep(cloud);
  const { project, user, password } = await makeIdentity(cloud);
  const ids: Record<string, string> = { project: project.id, user: user.id };
  Object.assign(ids, await makeCompute(cloud, project.id), await makeImages(cloud));
  if ((await cloud.networking()) === 'neutron') Object.assign(ids, await makeNetworks(cloud, project.id));
  if (await cloud.has('block-storage')) ids.volume = await makeVolumes(cloud);
  // nova-network gives a project's first server a network for good: those clouds keep the servers that they have.
  if ((await cloud.networking()) === 'neutron') await bootServers(cloud, ids);
  const { user: _given, ...credentials } = { kind: 'password', user, password: new Secret(password) } as const;
  const member: CloudSettings = {
    ...admin,
    credentials: { ...credentials, user: { id: user.id } },
    scope: { kind: 'project', project: { id: project.id } },
  };
  return { project, member, ids };
}

async function makeCompute({ compute: { client } }: Cloud, projectId: string): Promise<Record<string, string>> {
  const flavor = { ram: 64, vcpus: 1, disk: 1, swap: 32, 'OS-FLV-EXT-DATA:ephemeral': 0 };
  const make = async (name: string, isPublic: boolean) => {
    const body = { flavor: { ...flavor, name, 'os-flavor-access:is_public': isPublic } };
    return (await client.post<{ flavor: { id: string } }>('flavors', body)).flavor.id;
  };
  const [twin, open] = [await make(TWIN, false), await make(LOOKALIKE, true)];
  await make(LONGER, false);
  await client.post(`flavors/${twin}/os-extra_specs`, { extra_specs: { 'contract:spec': '1' } });
  await client.post(`flavors/${twin}/action`, { addTenantAccess: { tenant: projectId } });
  const group = async (name: string) => {
    const body = { server_group: { name, policies: ['anti-affinity'] } };
    return (await client.post<{ server_group: { id: string } }>('os-server-groups', body)).server_group.id;
  };
  await group(LOOKALIKE);
  await client.post('os-keypairs', { keypair: { name: `${PREFIX}key` } });
  return { privateFlavor: twin, flavor: open, serverGroup: await group(TWIN), otherGroup: await group(TWIN) };
}

async function makeImages({ image: { client } }: Cloud): Promise<Record<string, string>> {
  const formats = { disk_format: 'raw', container_format: 'bare' };
  const make = async (name: string, visibility: string) =>
    (await client.post<{ id: string }>('images', { name, visibility, ...formats, contract_property: 'ü' })).id;
  const [shared, empty, data] = [
    await make(TWIN, 'shared'),
    await make(TWIN, 'private'),
    await make(LOOKALIKE, 'private'),
  ];
  return { image: shared, emptyImage: empty, bootImage: data };
}

async function makeNetworks({ network: { client } }: Cloud, projectId: string): Promise<Record<string, string>> {
  const make = async (path: string, what: string, body: object) =>
    (await client.post<Record<string, { id: string }>>(path, { [what]: body }))[what]!.id;
  const networks: string[] = [];
  for (const name of [TWIN, TWIN, LOOKALIKE]) networks.push(await make('networks', 'network', { name }));
  const [network] = networks;
  const subnet = await make('subnets', 'subnet', {
    name: TWIN,
    network_id: network,
    ip_version: 4,
    cidr: '203.0.113.0/28',
    dns_nameservers: ['192.0.2.53'],
    host_routes: [{ destination: '198.51.100.0/24', nexthop: '203.0.113.9' }],
  });
  const groups: string[] = [];
  for (const name of [TWIN, TWIN, LOOKALIKE])
    groups.push(await make('security-groups', 'security_group', { name, description: 'ü' }));
  const rule = { security_group_id: groups[0], remote_group_id: groups[1], direction: 'ingress' };
  await make('security-group-rules', 'security_group_rule', {
    ...rule,
    protocol: 'tcp',
    port_range_min: 22,
    port_range_max: 22,
  });
  const port = {
    network_id: network,
    security_groups: [groups[0]],
    allowed_address_pairs: [{ ip_address: '192.0.2.7' }],
  };
  const ports: string[] = [];
  for (const name of [TWIN, TWIN, LOOKALIKE]) ports.push(await make('ports', 'port', { ...port, name }));
  const router = await make('routers', 'router', { name: TWIN });
  await client.put(`routers/${router}/add_router_interface`, { subnet_id: subnet });
  const rbac = { object_type: 'network', object_id: network, action: 'access_as_shared', target_tenant: projectId };
  await make('rbac-policies', 'rbac_policy', rbac);
  return {
    network: network!,
    subnet,
    router,
    securityGroup: groups[0]!,
    port: ports[0]!,
    port1: ports[1]!,
    port2: ports[2]!,
  };
}

async function makeVolumes({ volume: { client } }: Cloud): Promise<string> {
  const ids: string[] = [];
  for (const name of [TWIN, TWIN, LOOKALIKE])
    ids.push((await client.post<{ volume: { id: string } }>('volumes', { volume: { name, size: 1 } })).volume.id);
  await reached(
    'volumes',
    async () => {
      const { volume } = await client.get<{ volume: { status: string } }>(`volumes/${ids[2]}`);
      return volume.status;
    },
    'available',
  );
  return ids[0]!;
}

async function bootServers(cloud: Cloud, ids: Record<string, string>): Promise<void> {
  const { client } = cloud.compute;
  const image = await cloud.session.endpoint('image');
  await cloud.session.requestStream({
    service: 'image',
    method: 'PUT',
    url: new URL(`${image.url}/images/${ids.bootImage}/file`),
    headers: { 'content-type': 'application/octet-stream' },
    body: 'x'.repeat(IMAGE_BYTES),
  });
  const boot = async (port: string | undefined, hints: object) => {
    const server = {
      // Nova makes the host name of it, which Neutron refuses with letters beyond ASCII: the hard name comes later.
      name: `${PREFIX}server`,
      imageRef: ids.bootImage,
      flavorRef: ids.flavor,
      networks: [{ port }],
      key_name: `${PREFIX}key`,
      metadata: { contract: 'ü' },
    };
    return (await client.post<{ server: { id: string } }>('servers', { server, ...hints })).server.id;
  };
  const servers = [
    await boot(ids.port, { 'os:scheduler_hints': { group: ids.otherGroup } }),
    await boot(ids.port1, {}),
    await boot(ids.port2, {}),
  ];
  for (const [index, id] of servers.entries()) {
    await reached(`server ${id}`, async () => (await cloud.compute.server(id)).status, 'ACTIVE');
    await client.put(`servers/${id}`, { server: { name: index === 2 ? LOOKALIKE : TWIN } });
  }
  ids.server = servers[0]!;
}

/** Waits until a thing that the cloud makes by itself is as wanted. */
async function reached(what: string, status: () => Promise<string>, wanted: string): Promise<void> {
  const deadline = Date.now() + BOOT_TIMEOUT_MS;
  for (;;) {
    const now = await status();
    if (now === wanted) return;
    if (now.toUpperCase() === 'ERROR' || Date.now() > deadline)
      throw new Error(`the suite's ${what} should become ${wanted} and is ${now}`);
    await pause(500);
  }
}
