import { assign } from '../bootstrap.ts';
import type { Cloud } from '../cloud.ts';
import { madeUp } from '../disk.ts';
import type { Project, User } from '../keystone/state.ts';
import { standard } from '../neutron/resource.ts';
import { addGroup, addRule, defaultGroup } from '../neutron/security-groups.ts';
import { fingerprintOf } from '../nova/keypairs.ts';
import type { Flavor } from '../nova/state.ts';
import { addNetwork, addPublicNetwork, addRouter } from './populate-network.ts';
import { addServer, addVolume } from './populate-server.ts';
import { type Filling, type Population, populationSchema, type Tenant } from './population-schema.ts';
import { PopulationError, type TenantContext } from './tenant-context.ts';

/** Fills a cloud directly, past the APIs: what a scenario describes has been there for long. */
export function populate(cloud: Cloud, given: Population): void {
  const population = populationSchema.parse(given);
  for (const flavor of population.flavors) addFlavor(cloud, flavor);
  const admin = cloud.identity.projects.where('name', cloud.settings.adminProject)[0];
  if (admin === undefined) throw new PopulationError('the admin project is gone');
  for (const image of population.images) addImage(cloud, admin, image);
  if (population.publicNetwork !== undefined) addPublicNetwork(cloud, admin, population.publicNetwork);
  for (const tenant of population.tenants) addTenant(cloud, tenant);
  grantFlavors(cloud, population);
}

function addFlavor(cloud: Cloud, given: Filling['flavors'][number]): Flavor {
  const { tenants, id, name: flavorName, ...rest } = given;
  return cloud.nova.flavors.add({
    ...rest,
    id: id ?? cloud.random.uuid(),
    name: flavorName,
    rxtxFactor: 1,
    isPublic: tenants === undefined,
    description: null,
    access: [],
    order: cloud.nova.nextOrder++,
  });
}

function grantFlavors(cloud: Cloud, population: Filling): void {
  for (const { name: flavorName, tenants } of population.flavors) {
    const row = cloud.nova.flavors.where('name', flavorName)[0];
    const ids = (tenants ?? []).flatMap((tenant) => cloud.identity.projects.where('name', tenant)[0]?.id ?? []);
    if (row !== undefined) cloud.nova.flavors.change(row, { access: ids });
  }
}

function addImage(cloud: Cloud, owner: Project, given: Filling['images'][number]): void {
  const now = cloud.clock.now();
  const { sizeBytes, ...rest } = given;
  const id = cloud.random.uuid();
  cloud.glance.images.add({
    ...rest,
    id,
    status: 'active',
    owner: owner.id,
    containerFormat: 'bare',
    createdAt: now,
    updatedAt: now,
    order: cloud.glance.nextOrder++,
    // The bytes go by name and owner: the same scenario in two clouds has the same images.
    content: madeUp(`image ${owner.name}/${given.name}`, sizeBytes),
    sums: undefined,
  });
}

function addTenant(cloud: Cloud, given: Tenant): void {
  const domain =
    cloud.identity.domains.find((row) => row.name === given.domain) ??
    cloud.identity.domains.add({
      id: cloud.random.id32(),
      name: given.domain,
      description: '',
      enabled: true,
      tags: [],
    });
  const { description, enabled, tags } = given;
  const project = cloud.addProject({
    name: given.name,
    domainId: domain.id,
    parentId: domain.id,
    description,
    enabled,
    tags,
  });
  const users = given.users.map((user) => addUser(cloud, project, user));
  const { compute, network, volume } = given.quotas;
  if (Object.keys(compute).length > 0) cloud.nova.quotas.set(project.id, compute);
  if (Object.keys(network).length > 0) cloud.neutron.quotas.set(project.id, network);
  if (Object.keys(volume).length > 0) cloud.cinder.quotas.set(project.id, volume);
  const context = { cloud, project, user: users[0], tenant: given };
  addSecurityGroups(context);
  for (const network_ of given.networks) addNetwork(context, network_);
  if (given.networks.some((candidate) => candidate.router)) addRouter(context);
  for (const image of given.images) addImage(cloud, project, image);
  for (const volume_ of given.volumes) addVolume(context, volume_);
  for (const server of given.servers) addServer(context, server);
}

function addUser(cloud: Cloud, project: Project, given: Tenant['users'][number]): User {
  const { identity } = cloud;
  const user =
    identity.users.where('name', given.name).find((row) => row.domainId === project.domainId) ??
    identity.users.add({
      id: cloud.random.id32(),
      name: given.name,
      domainId: project.domainId,
      password: given.password,
      enabled: given.enabled,
      defaultProjectId: project.id,
      extra: given.email === undefined ? {} : { email: given.email },
    });
  for (const roleName of given.roles ?? [cloud.settings.release === 'pike' ? '_member_' : 'member']) {
    const role =
      identity.roles.where('name', roleName)[0] ??
      identity.roles.add({
        id: cloud.random.id32(),
        name: roleName,
        domainId: null,
        description: null,
        immutable: false,
      });
    const target = { target: 'project', targetId: project.id } as const;
    assign(cloud, { actor: 'user', actorId: user.id, ...target, roleId: role.id, inherited: false });
  }
  for (const key of given.keypairs) addKeyPair(cloud, user, key);
  return user;
}

/** No key that anybody holds: the bytes only look like one. */
function addKeyPair(cloud: Cloud, user: User, keyName: string): void {
  const blob = Buffer.from(`\0\0\0\x07ssh-rsa\0\0\0\x03\x01\0\x01\0\0\x01\x01\0${cloud.random.hex(256)}`, 'latin1');
  const publicKey = `ssh-rsa ${blob.toString('base64')} ${keyName}`;
  cloud.nova.keyPairs.add({
    id: `${user.id}/${keyName}`,
    number: cloud.nova.nextOrder++,
    name: keyName,
    userId: user.id,
    publicKey,
    fingerprint: fingerprintOf(publicKey) ?? '',
    type: 'ssh',
    createdAt: cloud.clock.now(),
  });
}

function addSecurityGroups({ cloud, project, tenant }: TenantContext): void {
  if (cloud.settings.network === 'nova-network') {
    for (const { name: groupName, rules } of [{ name: 'default', rules: [] }, ...tenant.securityGroups]) {
      cloud.novaNetwork.groups.add({
        id: String(cloud.novaNetwork.nextNumber++),
        name: groupName,
        description: groupName,
        projectId: project.id,
        rules: rules.map((rule) => ({
          id: cloud.novaNetwork.nextNumber++,
          protocol: rule.protocol ?? null,
          fromPort: rule.ports?.[0] ?? null,
          toPort: rule.ports?.[1] ?? null,
          cidr: rule.cidr ?? null,
          groupName: rule.group ?? null,
        })),
      });
    }
    return;
  }
  defaultGroup(cloud, project.id);
  for (const { name: groupName } of tenant.securityGroups)
    addGroup(cloud, { ...standard(cloud, { name: groupName }, project.id), stateful: true });
  const find = (groupName: string) =>
    cloud.neutron.securityGroups.where('project', project.id).find((row) => row.name === groupName);
  for (const { name: groupName, rules } of tenant.securityGroups) {
    const group = find(groupName);
    if (group === undefined) continue;
    for (const rule of rules) {
      const remote = rule.group === undefined ? undefined : find(rule.group);
      if (rule.group !== undefined && remote === undefined) {
        throw new PopulationError(
          `tenant ${tenant.name}: security group ${groupName} refers to ${rule.group}, which is not there`,
        );
      }
      addRule(cloud, group, {
        direction: rule.direction,
        protocol: rule.protocol,
        port_range_min: rule.ports?.[0],
        port_range_max: rule.ports?.[1],
        remote_ip_prefix: rule.cidr,
        remote_group_id: remote?.id,
      });
    }
  }
}
