import { randomBytes } from 'node:crypto';
import type { Cloud } from '../../services/openstack/cloud.ts';
import { createServiceClient } from '../../services/openstack/create-service-client.ts';
import type { ServiceClient } from '../../services/openstack/service-client.ts';
import { LOOKALIKE, TWIN } from './fixture-names.ts';

export interface FixtureIdentity {
  readonly project: { readonly id: string; readonly name: string };
  readonly user: { readonly id: string };
  readonly password: string;
}

/** Where Keystone is administered: v2.0 has a port of its own for it. */
export async function identityAdmin(cloud: Cloud): Promise<ServiceClient> {
  const { identityVersion } = await cloud.whoAmI();
  return createServiceClient(cloud.session, 'identity', identityVersion === 'v3' ? {} : { interface: 'admin' });
}

/** Two projects, roles and users (v3: and groups), the first of each with the hard name, joined by an assignment. */
export async function makeIdentity(cloud: Cloud): Promise<FixtureIdentity> {
  const client = await identityAdmin(cloud);
  const password = randomBytes(12).toString('hex');
  const { identityVersion } = await cloud.whoAmI();
  const [project, user] = identityVersion === 'v3' ? await inV3(client, password) : await inV2(client, password);
  return { project: { id: project, name: TWIN }, user: { id: user }, password };
}

async function inV3(client: ServiceClient, password: string): Promise<[project: string, user: string]> {
  const make = async (path: string, what: string, body: object) =>
    (await client.post<Record<string, { id: string }>>(path, { [what]: body }))[what]!.id;
  const both = async (path: string, what: string, body: object = {}) => {
    await make(path, what, { name: LOOKALIKE, ...body });
    return make(path, what, { name: TWIN, description: 'ü', ...body });
  };
  const [project, role, group] = [
    await both('projects', 'project'),
    await both('roles', 'role'),
    await both('groups', 'group'),
  ];
  const whoever = { password, email: 'contract@example.com', default_project_id: project };
  const user = await both('users', 'user', whoever);
  await client.put(`groups/${group}/users/${user}`, undefined);
  await client.put(`projects/${project}/groups/${group}/roles/${role}`, undefined);
  await client.put(`projects/${project}/users/${user}/roles/${role}`, undefined);
  return [project, user];
}

async function inV2(client: ServiceClient, password: string): Promise<[project: string, user: string]> {
  const make = async (path: string, what: string, body: object) =>
    (await client.post<Record<string, { id: string }>>(path, { [what]: body }))[what]!.id;
  const both = async (path: string, what: string, body: object = {}) => {
    await make(path, what, { name: LOOKALIKE, enabled: true, ...body });
    return make(path, what, { name: TWIN, enabled: true, ...body });
  };
  const project = await both('tenants', 'tenant', { description: 'ü' });
  const role = await both('OS-KSADM/roles', 'role');
  const user = await both('users', 'user', { password, email: 'contract@example.com' });
  await client.put(`tenants/${project}/users/${user}/roles/OS-KSADM/${role}`, undefined);
  return [project, user];
}
