import type { Population, SimulatedCloud } from '../../simulator/index.ts';

type Tenant = NonNullable<Population['tenants']>[number];
type ServerOf = NonNullable<Tenant['servers']>[number];

const TINY_BYTES = 4_096;

/** A tenant with one of everything; `servers`: how many instances it has, the first with a volume and a floating IP. */
export function smallTenant(name: string, servers: number, change: Partial<Tenant> = {}): Tenant {
  return {
    name,
    users: [{ name: `${name}-ann`, roles: ['member', 'auditor'], keypairs: ['key'] }],
    quotas: { compute: { instances: 50, cores: 60 }, network: { port: 90 }, volume: { volumes: 30 } },
    securityGroups: [
      { name: 'web', rules: [{ protocol: 'tcp', ports: [80, 80], cidr: '0.0.0.0/0' }] },
      { name: 'db', rules: [{ protocol: 'tcp', ports: [5432, 5432], group: 'web' }] },
    ],
    networks: [{ name: `${name}-net` }],
    images: [{ name: `${name}-golden`, sizeBytes: TINY_BYTES }],
    volumes: [{ name: 'data' }, { name: 'spare' }],
    servers: Array.from({ length: servers }, (_, index) => smallServer(name, index)),
    ...change,
  };
}

export function smallServer(tenant: string, index: number): ServerOf {
  return {
    name: `${tenant}-${index + 1}`,
    image: 'cirros',
    flavor: 'm1.tiny',
    networks: [{ name: `${tenant}-net` }],
    keypair: 'key',
    ...(index === 0 ? { volumes: ['data'], floatingIp: true } : {}),
  };
}

/** A cloud of such tenants, who share a flavor, a public image and a role. */
export function smallCloud(...tenants: readonly Tenant[]): Population {
  return {
    publicNetwork: { name: 'public', cidr: '198.18.0.0/16' },
    flavors: [{ name: 'm1.tiny', ram: 64 }],
    images: [{ name: 'cirros', visibility: 'public', sizeBytes: TINY_BYTES }],
    tenants: [...tenants],
  };
}

/** What populations do not know: a group of users with a role in the tenant, and a group of servers. */
export function addGroups({ state }: SimulatedCloud, tenant: string): void {
  const { identity, nova, random } = state;
  const [project] = identity.projects.where('name', tenant);
  const [user] = identity.users.where('name', `${tenant}-ann`);
  const [role] = identity.roles.where('name', 'auditor');
  if (project === undefined || user === undefined || role === undefined) throw new Error(`${tenant} is not small`);
  const group = identity.groups.add({
    id: random.id32(),
    name: `${tenant}-team`,
    domainId: project.domainId,
    description: '',
    memberIds: [user.id],
  });
  identity.assignments.add({
    id: random.id32(),
    actor: 'group',
    actorId: group.id,
    target: 'project',
    targetId: project.id,
    roleId: role.id,
    inherited: false,
  });
  nova.serverGroups.add({
    id: random.uuid(),
    name: `${tenant}-apart`,
    policy: 'anti-affinity',
    rules: {},
    projectId: project.id,
    userId: user.id,
    memberIds: [],
  });
}
