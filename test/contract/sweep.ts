import { setTimeout as pause } from 'node:timers/promises';
import { isApiError } from '../../services/api-error.ts';
import type { Cloud } from '../../services/openstack/cloud.ts';
import type { ServiceClient } from '../../services/openstack/service-client.ts';
import { identityAdmin } from './fixture-identity.ts';
import { PREFIX } from './fixture-names.ts';

const GONE_TIMEOUT_MS = 120_000;

interface Named {
  readonly id: string;
  readonly name: string | null;
}

/** Removes all that a run of the suite made, also one that was killed: whatever is called `contract-…`, and nothing else. */
export async function sweep(cloud: Cloud): Promise<void> {
  const { compute, network, image, volume } = cloud;
  await removeServers(compute.client);
  await removeNamed(compute.client, 'os-server-groups', 'server_groups', { all_projects: 'True' });
  await removeNamed(compute.client, 'flavors/detail', 'flavors', { is_public: 'None' }, 'flavors');
  await removeQuietly(compute.client, `os-keypairs/${PREFIX}key`);
  await removeNamed(image.client, 'images', 'images', { limit: 1000 });
  if (await cloud.has('block-storage'))
    await removeNamed(volume.client, 'volumes/detail', 'volumes', { all_tenants: 1 }, 'volumes');
  if ((await cloud.networking()) === 'neutron') await removeNetworks(network.client);
  await removeIdentity(cloud);
}

async function named<T extends Named = Named>(
  client: ServiceClient,
  path: string,
  collection: string,
  query: Readonly<Record<string, string | number>> = {},
): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const page of client.pages<T>(path, { collection, query, paging: 'none' })) found.push(...page);
  return found.filter(({ name }) => name?.startsWith(PREFIX) === true);
}

async function removeNamed(
  client: ServiceClient,
  path: string,
  collection: string,
  query: Readonly<Record<string, string | number>> = {},
  base = path,
): Promise<void> {
  for (const { id } of await named(client, path, collection, query)) await removeQuietly(client, `${base}/${id}`);
}

/** What is gone already needs no removing. */
async function removeQuietly(client: ServiceClient, path: string): Promise<void> {
  try {
    await client.delete(path);
  } catch (error) {
    if (!isApiError(error, 'not-found')) throw error;
  }
}

async function removeServers(client: ServiceClient): Promise<void> {
  const left = () => named(client, 'servers', 'servers', { all_tenants: 1, name: `^${PREFIX}` });
  for (const { id } of await left()) await removeQuietly(client, `servers/${id}`);
  const deadline = Date.now() + GONE_TIMEOUT_MS;
  while ((await left()).length > 0) {
    if (Date.now() > deadline) throw new Error('the suite’s servers do not go away');
    await pause(500);
  }
}

async function removeNetworks(client: ServiceClient): Promise<void> {
  for (const router of await named(client, 'routers', 'routers')) {
    const query = { device_id: router.id };
    for await (const ports of client.pages<{ id: string }>('ports', { collection: 'ports', query, paging: 'none' }))
      for (const port of ports) await client.put(`routers/${router.id}/remove_router_interface`, { port_id: port.id });
    await removeQuietly(client, `routers/${router.id}`);
  }
  await removeNamed(client, 'ports', 'ports');
  for (const { id } of await named(client, 'networks', 'networks')) {
    const query = { network_id: id };
    for await (const ports of client.pages<{ id: string }>('ports', { collection: 'ports', query, paging: 'none' }))
      for (const port of ports) await removeQuietly(client, `ports/${port.id}`);
    await removeQuietly(client, `networks/${id}`);
  }
  await removeNamed(client, 'security-groups', 'security_groups');
  await removeNamed(client, 'qos/policies', 'policies');
}

async function removeIdentity(cloud: Cloud): Promise<void> {
  const client = await identityAdmin(cloud);
  const { identityVersion } = await cloud.whoAmI();
  const v3 = identityVersion === 'v3';
  const projects = await named(client, v3 ? 'projects' : 'tenants', v3 ? 'projects' : 'tenants');
  if ((await cloud.networking()) === 'neutron') await removeDefaultGroups(cloud, projects);
  await removeNamed(client, 'users', 'users');
  if (v3) await removeNamed(client, 'groups', 'groups');
  const roles = v3 ? 'roles' : 'OS-KSADM/roles';
  await removeNamed(client, roles, 'roles');
  for (const { id } of projects) await removeQuietly(client, `${v3 ? 'projects' : 'tenants'}/${id}`);
}

/** Neutron makes a project's default group when somebody asks for the project's groups. */
async function removeDefaultGroups(cloud: Cloud, projects: readonly Named[]): Promise<void> {
  for (const { id: projectId } of projects)
    for await (const groups of cloud.network.securityGroups({ projectId }))
      for (const { id } of groups) await removeQuietly(cloud.network.client, `security-groups/${id}`);
}
