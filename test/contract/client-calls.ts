import { describe, expect, test } from '@jest/globals';
import { isApiError } from '../../services/api-error.ts';
import { computeCalls } from './client-calls-compute.ts';
import type { Stage } from './contract.ts';
import { LOOKALIKE, TWIN } from './fixture-names.ts';
import { idDifferences } from './settled.ts';
import { expectShapes } from './shapes/expect-shapes.ts';
import { identityShapes } from './shapes/identity.ts';
import { networkShapes, novaNetworkShapes } from './shapes/network.ts';
import { id, shapeProblems } from './shapes/since.ts';
import { storageShapes } from './shapes/storage.ts';
import { allOf } from './whole.ts';

/** Every call of the clients, and every field of its answer that we read. */
export function clientCalls(stage: Stage): void {
  describe('the clients’ calls', () => {
    computeCalls(stage);
    keystoneCalls(stage);
    if (stage.subject.expects.networking === 'neutron') neutronCalls(stage);
    else novaNetworkCalls(stage);
    glanceCalls(stage);
    if (stage.subject.expects.volumes) cinderCalls(stage);
    if (stage.subject.expects.placement)
      test('Placement lists resource providers', async () => {
        const providers = await stage.cloud().placement.resourceProviders();
        expectShapes('resource provider', storageShapes.resourceProvider, providers);
      });
  });
}

function keystoneCalls({ subject, cloud, fixture }: Stage): void {
  const own = (items: readonly { name: string }[]) => items.map(({ name }) => name);

  test('Keystone lists domains, projects, users, groups, roles, and gives each by its id', async () => {
    const keystone = await cloud().identity();
    expect(keystone.version).toBe(subject.expects.identity);
    const lists = [
      ['domain', await allOf(keystone.domains()), (one: string) => keystone.domain(one)],
      ['project', await allOf(keystone.projects()), (one: string) => keystone.project(one)],
      ['user', await allOf(keystone.users()), (one: string) => keystone.user(one)],
      ['role', await allOf(keystone.roles()), (one: string) => keystone.role(one)],
      ['group', await allOf(keystone.groups()), (one: string) => keystone.group(one)],
    ] as const;
    for (const [what, items, get] of lists) {
      // v2.0 has no groups.
      if (what === 'group' && subject.expects.identity === 'v2.0') {
        expect(items).toEqual([]);
        continue;
      }
      expectShapes(what, identityShapes[what], items);
      const mine = items.find(({ name }) => name === TWIN) ?? items[0]!;
      expect(await get(mine.id)).toMatchObject({ id: mine.id, name: mine.name });
    }
  });

  test('Keystone finds by name, exactly', async () => {
    const keystone = await cloud().identity();
    for (const name of [TWIN, LOOKALIKE]) {
      expect(own(await allOf(keystone.projects({ name })))).toEqual([name]);
      expect(own(await allOf(keystone.users({ name })))).toEqual([name]);
      expect(own(await allOf(keystone.roles({ name })))).toEqual([name]);
    }
    expect(own(await allOf(keystone.projects({ name: `${TWIN}?` })))).toEqual([]);
    expect(own(await allOf(keystone.users({ name: `${TWIN}?` })))).toEqual([]);
  });

  test('Keystone finds users and roles by domain', async () => {
    const keystone = await cloud().identity();
    const users = await allOf(keystone.users({ domainId: 'default' }));
    expect(own(users)).toContain(TWIN);
    expect(users.every(({ domain_id }) => domain_id === 'default')).toBe(true);
    for (const { id: domainId } of await allOf(keystone.domains())) {
      const roles = await allOf(keystone.roles({ domainId }));
      expect(shapeProblems('role', identityShapes.role, roles)).toEqual([]);
      expect(roles.every(({ domain_id }) => domain_id === domainId)).toBe(true);
    }
  });

  test('Keystone tells the login’s own projects, members of groups, and what roles imply', async () => {
    const keystone = await cloud().identity();
    const projects = await allOf(keystone.ownProjects());
    expectShapes('own project', identityShapes.project, projects);
    expect(projects.map((project) => project.id)).toContain((await cloud().project())?.id);
    const [group] = await allOf(keystone.groups({ name: TWIN }));
    if (group !== undefined) expect(await keystone.groupMembers(group.id)).toEqual([fixture().ids.user]);
    for (const [prior, implied] of await keystone.impliedRoles())
      expect([prior, ...implied].every((role) => id.safeParse(role).success)).toBe(true);
  });

  test('Keystone lists assignments: of a project exactly those that the whole list has of it', async () => {
    const keystone = await cloud().identity();
    const all = await allOf(keystone.assignments());
    expectShapes('assignment', identityShapes.assignment, all);
    const projectId = fixture().project.id;
    const some = await allOf(keystone.assignments({ projectId }));
    const text = (items: readonly (typeof all)[number][]) =>
      items.map(({ role, user, group }) => `${role.id} ${user?.id ?? group?.id}`);
    const wanted = all.filter(({ scope }) => scope.project?.id === projectId);
    expect(wanted.length).toBeGreaterThan(0);
    expect(idDifferences('the project’s list', text(some), text(wanted))).toEqual([]);
  });
}

function neutronCalls({ cloud, fixture }: Stage): void {
  test('Neutron lists and gives each of its kinds', async () => {
    const { network } = cloud();
    const { ids } = fixture();
    const lists = [
      ['network', networkShapes.network, await allOf(network.networks()), network.network(ids.network!)],
      ['subnet', networkShapes.subnet, await allOf(network.subnets()), network.subnet(ids.subnet!)],
      ['port', networkShapes.port, await allOf(network.ports()), network.port(ids.port!)],
      ['router', networkShapes.router, await allOf(network.routers()), network.router(ids.router!)],
      [
        'securityGroup',
        networkShapes.securityGroup,
        await allOf(network.securityGroups()),
        network.securityGroup(ids.securityGroup!),
      ],
    ] as const;
    for (const [what, schema, items, one] of lists) {
      expectShapes(what, schema, items);
      expectShapes(`one ${what}`, schema, [await one]);
      expect((await one).id).toBe(ids[what]);
    }
    expectShapes('RBAC policy', networkShapes.rbacPolicy, await allOf(network.rbacPolicies()));
  });

  test('Neutron filters by project, name, host and address', async () => {
    const { network } = cloud();
    const own = (await cloud().project())?.id;
    expect((await allOf(network.networks({ name: TWIN }))).map(({ name }) => name)).toEqual([TWIN, TWIN]);
    expect((await allOf(network.networks({ projectId: own! }))).every(({ tenant_id }) => tenant_id === own)).toBe(true);
    const host = (await network.port(fixture().ids.port!))['binding:host_id']!;
    const there = await allOf(network.ports({ host }));
    expect(there.length).toBeGreaterThan(0);
    expect(there.every((port) => port['binding:host_id'] === host)).toBe(true);
    const all = await allOf(network.floatingIps());
    expect(shapeProblems('floating IP', networkShapes.floatingIp, all)).toEqual([]);
    for (const { id: one, floating_ip_address: address } of all.slice(0, 3)) {
      expect((await allOf(network.floatingIps({ address }))).map((found) => found.id)).toContain(one);
      expect((await network.floatingIp(one)).floating_ip_address).toBe(address);
    }
  });

  test('Neutron gives the ports of devices and the floating IPs of ports in few calls', async () => {
    const { network } = cloud();
    const { ids } = fixture();
    const many = [...Array.from({ length: 150 }, (_, index) => `contract-${index}`), ids.server!, ids.router!];
    const ports = await network.portsOfDevices(many);
    expect(ports.map(({ device_id }) => device_id).sort()).toEqual([ids.server!, ids.router!].sort());
    expect((await network.portsOfDevices([ids.server!])).map((port) => port.id)).toEqual([ids.port]);
    const attached = (await allOf(network.floatingIps())).flatMap(({ port_id }) => port_id ?? []);
    const found = await network.floatingIpsOfPorts([ids.port!, ...attached]);
    expect(found.map(({ port_id }) => port_id).sort()).toEqual([...attached].sort());
  });

  test('Neutron tells quotas and their defaults', async () => {
    const { network } = cloud();
    for (const set of [await network.quotas(fixture().project.id), await network.defaultQuotas(fixture().project.id)])
      expect(set).toMatchObject({ network: expect.any(Number), port: expect.any(Number), router: expect.any(Number) });
  });

  test('Neutron gives a QoS policy by its id, where it has the extension', async () => {
    const { network } = cloud();
    try {
      const body = { policy: { name: TWIN } };
      const { policy } = await network.client.post<{ policy: { id: string } }>('qos/policies', body);
      expectShapes('QoS policy', networkShapes.qosPolicy, [await network.qosPolicy(policy.id)]);
    } catch (error) {
      if (!isApiError(error, 'not-found')) throw error;
      const { extensions } = await network.client.get<{ extensions: { alias: string }[] }>('extensions');
      expect(extensions.map(({ alias }) => alias)).not.toContain('qos');
    }
  });
}

function novaNetworkCalls({ cloud }: Stage): void {
  test('nova-network lists networks, security groups and addresses', async () => {
    const { novaNetwork, compute } = cloud();
    expectShapes('network', novaNetworkShapes.network, await novaNetwork.networks());
    const everywhere = await novaNetwork.securityGroups(true);
    expectShapes('security group', novaNetworkShapes.securityGroup, everywhere);
    const own = (await cloud().project())?.id;
    const mine = await novaNetwork.securityGroups(false);
    expect(mine.every(({ tenant_id }) => tenant_id === own)).toBe(true);
    expect(everywhere.map((group) => group.id)).toEqual(expect.arrayContaining(mine.map((group) => group.id)));
    expectShapes('floating IP', novaNetworkShapes.floatingIp, await novaNetwork.allFloatingIps());
    const held = await novaNetwork.ownFloatingIps(own);
    expect(shapeProblems('own floating IP', novaNetworkShapes.floatingIp, held)).toEqual([]);
    const server = (await allOf(compute.servers({}, true))).find((one) => (one.security_groups ?? []).length > 0);
    expectShapes('group of a server', novaNetworkShapes.securityGroup, await novaNetwork.securityGroupsOf(server!.id));
  });
}

function glanceCalls({ cloud, fixture }: Stage): void {
  test('Glance lists, filters and gives images, and the members of shared ones', async () => {
    const { image } = cloud();
    const { ids } = fixture();
    const all = await allOf(image.images());
    expectShapes('image', storageShapes.image, all);
    expect((await allOf(image.images({ name: TWIN }))).map((one) => one.id).sort()).toEqual(
      [ids.image, ids.emptyImage].sort(),
    );
    const own = (await cloud().project())?.id;
    const mine = await allOf(image.images({ projectId: own! }));
    expect(mine.every(({ owner }) => owner === own)).toBe(true);
    const one = await image.image(ids.image!);
    expectShapes('one image', storageShapes.image, [one]);
    expect(one).toMatchObject({ name: TWIN, contract_property: 'ü', visibility: 'shared' });
    await image.client.post(`images/${ids.image}/members`, { member: fixture().project.id });
    const members = await image.members(ids.image!);
    expectShapes('member', storageShapes.imageMember, members);
    expect(members.map(({ member_id }) => member_id)).toEqual([fixture().project.id]);
  });
}

function cinderCalls({ cloud, fixture }: Stage): void {
  test('Cinder lists, filters and gives volumes, quotas and their defaults', async () => {
    const { volume } = cloud();
    const { ids, project } = fixture();
    expectShapes('volume', storageShapes.volume, await allOf(volume.volumes({}, true)));
    const twins = await allOf(volume.volumes({ name: TWIN }, true));
    expect(twins.map(({ name }) => name)).toEqual([TWIN, TWIN]);
    expect(await allOf(volume.volumes({ projectId: project.id }, true))).toEqual([]);
    expectShapes('one volume', storageShapes.volume, [await volume.volume(ids.volume!)]);
    for (const set of [await volume.quotas(project.id), await volume.defaultQuotas(project.id)])
      expect(set).toMatchObject({ volumes: expect.any(Number), gigabytes: expect.any(Number) });
  });
}
