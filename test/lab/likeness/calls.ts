import type { ServiceType } from '../../../services/openstack/service-client.ts';

export interface Collection {
  readonly service: ServiceType;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** Of the newest microversion unless told. */
  readonly microversion?: `${number}.${number}`;
  /** Key of the list in the answer. */
  readonly list: string;
  /** Where one of it is, by its id or what else names it. */
  readonly one?: (item: Readonly<Record<string, unknown>>) => string;
  /** Further reads below one. */
  readonly below?: readonly string[];
}

const neutron = (path: string, list = path.replaceAll('-', '_')): Collection => ({
  service: 'network',
  path,
  list,
  one: ({ id }) => `${path}/${id}`,
});
const keystone = (path: string, below: readonly string[] = []): Collection => ({
  service: 'identity',
  path,
  list: path,
  one: ({ id }) => `${path}/${id}`,
  below,
});

/** Every collection that the clients list, and how one of it is read. */
export const COLLECTIONS: readonly Collection[] = [
  ...['domains', 'projects', 'users', 'roles'].map((path) => keystone(path)),
  keystone('groups', ['users']),
  { service: 'identity', path: 'role_assignments', list: 'role_assignments' },
  { service: 'identity', path: 'role_inferences', list: 'role_inferences' },
  { service: 'identity', path: 'auth/projects', list: 'projects' },
  {
    ...{ service: 'compute', path: 'servers/detail', list: 'servers', query: { all_tenants: 1 }, microversion: '2.93' },
    one: ({ id }) => `servers/${id}`,
    below: ['os-volume_attachments'],
  },
  {
    ...{ service: 'compute', path: 'flavors/detail', list: 'flavors', query: { is_public: 'None' } },
    microversion: '2.75',
    one: ({ id }) => `flavors/${id}`,
    below: ['os-extra_specs'],
  },
  { service: 'compute', path: 'os-keypairs', list: 'keypairs', microversion: '2.92' },
  {
    ...{ service: 'compute', path: 'os-server-groups', list: 'server_groups', query: { all_projects: 'True' } },
    microversion: '2.64',
    one: ({ id }) => `os-server-groups/${id}`,
  },
  { service: 'compute', path: 'os-hypervisors/detail', list: 'hypervisors', microversion: '2.87' },
  { service: 'compute', path: 'os-services', list: 'services', microversion: '2.69' },
  { service: 'compute', path: 'os-migrations', list: 'migrations', microversion: '2.80' },
  { service: 'block-storage', path: 'os-services', list: 'services' },
  neutron('networks'),
  neutron('subnets'),
  neutron('ports'),
  neutron('routers'),
  neutron('floatingips'),
  neutron('security-groups'),
  neutron('rbac-policies'),
  { service: 'image', path: 'images', list: 'images', one: ({ id }) => `images/${id}`, below: ['members'] },
  {
    ...{ service: 'block-storage', path: 'volumes/detail', list: 'volumes', query: { all_tenants: 1 } },
    one: ({ id }) => `volumes/${id}`,
  },
  {
    ...{ service: 'placement', path: 'resource_providers', list: 'resource_providers' },
    one: ({ uuid }) => `resource_providers/${uuid}`,
    below: ['usages', 'inventories'],
  },
];

/** Reads of one project: `PROJECT` stands for its id. */
export const QUOTAS: readonly (readonly [ServiceType, string])[] = [
  ['compute', 'os-quota-sets/PROJECT'],
  ['compute', 'os-quota-sets/PROJECT/defaults'],
  ['network', 'quotas/PROJECT'],
  ['network', 'quotas/PROJECT/default'],
  ['block-storage', 'os-quota-sets/PROJECT'],
  ['block-storage', 'os-quota-sets/PROJECT/defaults'],
];

export interface Refused {
  readonly what: string;
  readonly service: ServiceType;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** Headers beside the token; `x-auth-token` here replaces it. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly as?: 'member';
}

const NOBODY = 'c0417ac7-0000-4000-8000-000000000000';
const bad = { 'x-auth-token': 'contract-no-token' };

/** Calls that are refused: the body of the error is what the classifier reads. */
export const REFUSALS: readonly Refused[] = [
  { what: '401', service: 'identity', method: 'GET', path: 'projects', headers: bad },
  { what: '401', service: 'compute', method: 'GET', path: 'servers', headers: bad },
  { what: '401', service: 'network', method: 'GET', path: 'networks', headers: bad },
  { what: '401', service: 'image', method: 'GET', path: 'images', headers: bad },
  { what: '401', service: 'block-storage', method: 'GET', path: 'volumes', headers: bad },
  { what: '403', service: 'identity', method: 'GET', path: 'users', as: 'member' },
  { what: '403', service: 'compute', method: 'GET', path: 'servers?all_tenants=1', as: 'member' },
  { what: '403', service: 'compute', method: 'GET', path: 'os-services', as: 'member' },
  { what: '404', service: 'identity', method: 'GET', path: `projects/${NOBODY}` },
  { what: '404', service: 'compute', method: 'GET', path: `servers/${NOBODY}` },
  { what: '404', service: 'compute', method: 'GET', path: 'contract-no-such-path' },
  { what: '404', service: 'network', method: 'GET', path: `networks/${NOBODY}` },
  { what: '404', service: 'image', method: 'GET', path: `images/${NOBODY}` },
  { what: '404', service: 'block-storage', method: 'GET', path: `volumes/${NOBODY}` },
  { what: '400', service: 'identity', method: 'POST', path: 'projects', body: { project: {} } },
  { what: '400', service: 'compute', method: 'POST', path: 'servers', body: {} },
  { what: '400', service: 'network', method: 'POST', path: 'networks', body: { network: { contract: 1 } } },
  { what: '400', service: 'image', method: 'POST', path: 'images', body: { visibility: 'contract' } },
  { what: '400', service: 'block-storage', method: 'POST', path: 'volumes', body: { volume: { size: 'contract' } } },
  { what: '409', service: 'identity', method: 'POST', path: 'projects', body: { project: { name: 'admin' } } },
  {
    ...{ what: '406', service: 'compute', method: 'GET', path: 'servers' },
    headers: { 'openstack-api-version': 'compute 2.999', 'x-openstack-nova-api-version': '2.999' },
  },
];
