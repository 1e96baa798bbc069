import { startVolumeServices } from './cinder/services.ts';
import type { Cloud } from './cloud.ts';
import type { Assignment } from './keystone/state.ts';
import { assignmentId } from './keystone/v3-roles.ts';
import { CONTROLLER_AGENTS, reportAgent } from './neutron/agents.ts';
import { addService, startCompute } from './nova/compute-host.ts';

/** What a cloud has before anybody uses it: as `keystone-manage bootstrap` and an installer leave it. */
export function bootstrap(cloud: Cloud): void {
  bootstrapIdentity(cloud);
  bootstrapCompute(cloud);
  cloud.cinder.serviceId = cloud.random.uuid();
  startVolumeServices(cloud);
  cloud.cinder.types.add({
    id: cloud.random.uuid(),
    name: '__DEFAULT__',
    description: 'Default Volume Type',
    isPublic: true,
    extraSpecs: {},
    access: [],
  });
}

export function assign(cloud: Cloud, key: Omit<Assignment, 'id'>): void {
  const { roleId, ...rest } = key;
  cloud.identity.assignments.add({ id: assignmentId(rest, roleId), ...key });
}

function bootstrapIdentity(cloud: Cloud): void {
  const { identity, settings, random } = cloud;
  const tags: string[] = [];
  identity.domains.add({ id: 'default', name: 'Default', description: 'The default domain', enabled: true, tags });
  const pike = settings.release === 'pike';
  const role = (name: string) =>
    identity.roles.add({ id: random.id32(), name, domainId: null, description: null, immutable: !pike });
  const admin = role('admin');
  // Pike has no member and reader yet; `_member_` is what its dashboard and tools give.
  const [member, reader] = pike ? [role('_member_')] : [role('member'), role('reader')];
  if (member !== undefined && reader !== undefined) {
    for (const [prior, implied] of [
      [admin, member],
      [member, reader],
    ] as const) {
      identity.implications.add({ id: `${prior.id}/${implied.id}`, priorId: prior.id, impliedId: implied.id });
    }
  }
  const description = 'Bootstrap project for initializing the cloud.';
  const project = cloud.addProject({ name: settings.adminProject, description, enabled: true });
  const services = cloud.addProject({ name: 'service', description: '', enabled: true });
  const user = (name: string, password: string, defaultProjectId?: string) =>
    identity.users.add({
      id: random.id32(),
      name,
      domainId: 'default',
      password,
      enabled: true,
      defaultProjectId,
      extra: {},
    });
  const operator = user(settings.adminUser, settings.adminPassword);
  const grant = { actor: 'user', roleId: admin.id, inherited: false } as const;
  assign(cloud, { ...grant, actorId: operator.id, target: 'project', targetId: project.id });
  assign(cloud, { ...grant, actorId: operator.id, target: 'system', targetId: 'all' });
  for (const name of ['nova', 'neutron', 'glance', 'cinder', 'placement']) {
    const account = user(name, random.base64url(24), services.id);
    assign(cloud, { ...grant, actorId: account.id, target: 'project', targetId: services.id });
  }
}

function bootstrapCompute(cloud: Cloud): void {
  const { settings } = cloud;
  for (let index = 1; index <= settings.controllers; index++) startController(cloud, controllerOf(cloud, index));
  if (settings.network === 'nova-network') addService(cloud, 'nova-network', `${cloud.name}-net`, 'internal');
  for (let index = 1; index <= settings.computeHosts; index++) startCompute(cloud, { host: `${cloud.name}-c${index}` });
}

const controllerOf = (cloud: Cloud, index: number): string => `${cloud.name}-ctl${index === 1 ? '' : index}`;

function startController(cloud: Cloud, host: string): void {
  for (const binary of ['nova-conductor', 'nova-scheduler']) addService(cloud, binary, host, 'internal');
  for (const type of CONTROLLER_AGENTS) reportAgent(cloud, host, type);
}

/** Services and endpoints, once it is known where they listen. */
export function registerEndpoints(cloud: Cloud): void {
  const { identity, random, settings } = cloud;
  const v2 = settings.identity !== 'v3';
  const pike = settings.release === 'pike';
  const add = (type: string, name: string, path: string, adminPath = path, adminBase = cloud.publicUrl): void => {
    const row = identity.services.add({ id: random.id32(), type, name, enabled: true });
    for (const kind of ['public', 'internal', 'admin'] as const) {
      const url = kind === 'admin' ? `${adminBase}${adminPath}` : `${cloud.publicUrl}${path}`;
      const ends = { interface: kind, region: settings.region, url, enabled: true };
      identity.endpoints.add({ id: random.id32(), serviceId: row.id, ...ends });
    }
  };
  const version = settings.identity === 'v3' ? '/v3' : '/v2.0';
  const adminBase = v2 ? cloud.adminUrl : cloud.publicUrl;
  add('identity', 'keystone', `/identity${version}`, `/identity${version}`, adminBase);
  if (pike) {
    add('compute', 'nova', '/compute/v2/%(tenant_id)s');
    add('computev21', 'nova', '/compute/v2.1/%(tenant_id)s');
  } else add('compute', 'nova', '/compute/v2.1');
  if (cloud.has('network')) add('network', 'neutron', '/networking');
  if (cloud.has('image')) add('image', 'glance', '/image');
  if (cloud.has('volume')) add('volumev3', 'cinder', '/volume/v3/%(tenant_id)s');
  if (cloud.has('placement')) add('placement', 'placement', '/placement');
}
