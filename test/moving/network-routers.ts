import { beforeAll, expect, test } from '@jest/globals';
import { addressesInUse } from '../../resources/network/addresses.ts';
import { Reader } from '../../resources/reader.ts';
import type { Resource, ResourceTypeName } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { markedIn, type NetworkStage } from './network-stage.ts';
import { PREFIX, type Stage } from './stage.ts';

const name = `${PREFIX}router`;

/** Routers with several networks, and floating IPs. */
export function routerCases(stage: Stage, there: () => NetworkStage): void {
  const made: [Resource, string][] = [];
  let router = '';
  let floatingIp = '';

  beforeAll(async () => {
    const [project_id] = there().projects[0]!;
    const { write } = stage.source().network;
    const one = await there().make('network', { name, project_id });
    const two = await there().make('network', { name: `${name}-2`, project_id });
    const subnet = (network_id: string, ip_version: number, cidr: string, more: object = {}) =>
      there().make('subnet', { name, project_id, network_id, ip_version, cidr, ...more });
    const modes = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' };
    const subnets = [
      await subnet(one, 4, '10.82.0.0/24'),
      await subnet(one, 6, '2001:db8:83::/64', modes),
      await subnet(two, 4, '10.83.0.0/24'),
    ];
    const gateway = { network_id: there().external[0] };
    router = await there().make('router', { name, project_id, description: 'ü', external_gateway_info: gateway });
    await write.addInterface(router, { subnet_id: subnets[0]! });
    await write.addInterface(router, { subnet_id: subnets[1]! });
    // Not the gateway of its subnet: the interface needs a port of its own.
    const fixed_ips = [{ subnet_id: subnets[2], ip_address: '10.83.0.77' }];
    const inner = await there().make('port', { name, project_id, network_id: two, fixed_ips });
    await write.addInterface(router, { port_id: inner });
    await write.update('router', router, { routes: [{ destination: '192.0.2.0/24', nexthop: '10.83.0.9' }] });
    await write.setTags('router', router, ['kept']);
    floatingIp = await there().make('floatingip', {
      project_id,
      floating_network_id: there().external[0],
      description: 'web ü',
    });
    const mover = there().mover();
    for (const [type, id] of [['network', one], ['network', two], ...subnets.map((id) => ['subnet', id])]) {
      const resource = await mover.read(type as ResourceTypeName, id!);
      made.push([resource, (await mover.make(resource)).targetId]);
    }
  }, 120_000);

  test('a router arrives with its interfaces and routes; its gateway has an address that neither cloud uses', async () => {
    const mover = there().mover();
    const resource = await mover.read('router', router);
    const taken = await addressesInUse(new Reader(stage.source()), there().external[0]);
    const first = await mover.make(resource, { incomplete: true });
    expect((await mover.readMade('router', first.targetId)).attributes).toMatchObject({ interfaces: [], routes: [] });
    const full = await mover.make(resource);
    expect(full).toEqual({ targetId: first.targetId, made: true });
    const differences = await mover.differences(resource, full.targetId);
    expect(differences.map(({ attribute }) => attribute)).toEqual(['gateway']);
    const copy = await mover.readMade('router', full.targetId);
    expect(copy).toMatchObject({
      origin: { id: router },
      attributes: { description: 'ü', tags: ['kept'], routes: [{ nexthop: '10.83.0.9' }] },
    });
    const { gateway } = copy.attributes as { gateway: { networkId: string; fixedIps: { ipAddress: string }[] } };
    expect(gateway.networkId).toBe(there().external[1]);
    expect(taken.has(gateway.fixedIps[0]!.ipAddress)).toBe(false);
    expect(await there().mover().make(resource)).toEqual(full);
    expect(await mover.readMade('router', full.targetId)).toEqual(copy);
    await mover.unmake(resource, full.targetId);
    await mover.unmake(resource, full.targetId);
  });

  test('one that was left without some of its interfaces gets the rest', async () => {
    const mover = there().mover();
    const resource = await mover.read('router', router);
    const half = await mover.make(resource);
    const { network } = stage.target();
    const [lost] = (await network.portsOfDevices([half.targetId], 'network:router_interface')).filter((port) =>
      port.fixed_ips.some(({ ip_address }) => ip_address === '10.82.0.1'),
    );
    await network.write.removeInterface(half.targetId, lost!.id);
    const second = there().mover();
    expect(await second.make(resource)).toEqual(half);
    const differing = (await second.differences(resource, half.targetId)).map(({ attribute }) => attribute);
    expect(differing).toEqual(['gateway']);
    await second.unmake(resource, half.targetId);
  });

  test('a floating IP keeps its address and its tenant, and leads nowhere yet', async () => {
    const mover = there().mover();
    const resource = await mover.read('floating-ip', floatingIp);
    const first = await mover.make(resource);
    expect(first).toEqual({ targetId: expect.any(String), made: true });
    expect(await mover.differences(resource, first.targetId)).toEqual([]);
    const copy = await mover.readMade('floating-ip', first.targetId);
    expect(copy).toMatchObject({ name: resource.name, projectId: there().projects[0]![1], origin: { id: floatingIp } });
    expect(copy.attributes).not.toHaveProperty('portId');
    expect(await there().mover().make(resource)).toEqual(first);
    await mover.unmake(resource, first.targetId);
  });

  test('an address that another tenant of the target holds is in the way, one that a router has is named', async () => {
    const mover = there().mover();
    const resource = await mover.read('floating-ip', floatingIp);
    const present = await there().makeThere('floatingip', {
      project_id: there().projects[1]![1],
      floating_network_id: there().external[1],
      floating_ip_address: resource.name,
    });
    expect(await mover.correspondence.match(resource)).toMatchObject({ how: 'same-key', id: present });
    await expect(there().mover().make(resource)).rejects.toThrow(/in its place.*differs in projectId/);
    await stage.target().network.write.remove('floatingip', present);
    const gateway = { network_id: there().external[1], external_fixed_ips: [{ ip_address: resource.name }] };
    const rival = await there().makeThere('router', {
      name,
      project_id: there().projects[1]![1],
      external_gateway_info: gateway,
    });
    await expect(there().mover().make(resource)).rejects.toThrow(`(network:router_gateway ${rival})`);
    await stage.target().network.write.remove('router', rival);
  });

  test('a floating IP that was made and not completed is completed', async () => {
    const mover = there().mover();
    const resource = await mover.read('floating-ip', floatingIp);
    await mover.correspondence.match(resource);
    const wanted = await mover.correspondence.wanted(resource);
    const half = await resourceTypes['floating-ip'].moving!.create!(mover.making(floatingIp), wanted);
    const second = there().mover();
    expect(await second.make(resource)).toEqual({ targetId: half, made: true });
    expect(await second.differences(resource, half)).toEqual([]);
    await second.unmake(resource, half);
  });

  test('and what they stood in goes without a trace', async () => {
    const mover = there().mover();
    for (const [resource, id] of made.splice(0).reverse()) await mover.unmake(resource, id);
    const ids = there().projects.map(([, id]) => id);
    expect(await markedIn(new Reader(stage.target()), ids)).toEqual([]);
  });
}
