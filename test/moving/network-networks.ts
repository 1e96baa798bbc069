import { expect, test } from '@jest/globals';
import { NotMade } from '../../resources/moving/make.ts';
import { Reader } from '../../resources/reader.ts';
import type { Resource } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { markedIn, type NetworkStage } from './network-stage.ts';
import { type Mover, PREFIX, type Stage } from './stage.ts';

const name = `${PREFIX}net`;
/** Of the lab's range for VLANs. */
const VLAN = {
  'provider:network_type': 'vlan',
  'provider:physical_network': 'physnet1',
  'provider:segmentation_id': 1777,
};

/** Networks and subnets. */
export function networkCases(stage: Stage, there: () => NetworkStage): void {
  const left = () =>
    markedIn(
      new Reader(stage.target()),
      there().projects.map(([, id]) => id),
    );
  const differing = async (mover: Mover, resource: Resource, targetId: string) =>
    (await mover.differences(resource, targetId)).map(({ attribute }) => attribute);

  test('a tenant’s network and its subnets arrive as they were; only the tunnel’s number is the target’s', async () => {
    const [project_id] = there().projects[0]!;
    const [, , target] = [...there().projects[1]!, there().projects[1]![0]];
    const network = await there().make('network', {
      name: `${name} ü`,
      project_id,
      description: 'private ü',
      mtu: 1400,
      port_security_enabled: false,
    });
    await there().make('rbac_policy', {
      object_type: 'network',
      object_id: network,
      action: 'access_as_shared',
      target_tenant: target,
    });
    await stage.source().network.write.setTags('network', network, ['kept']);
    const four = await there().make('subnet', {
      name,
      project_id,
      network_id: network,
      ip_version: 4,
      cidr: '10.77.0.0/24',
      gateway_ip: '10.77.0.254',
      allocation_pools: [{ start: '10.77.0.100', end: '10.77.0.150' }],
      dns_nameservers: ['192.0.2.53', '192.0.2.52'],
      host_routes: [{ destination: '192.0.2.0/24', nexthop: '10.77.0.9' }],
      description: 'v4 ü',
    });
    const none = await there().make('subnet', {
      name: '',
      project_id,
      network_id: network,
      ip_version: 4,
      cidr: '10.78.0.0/24',
      gateway_ip: null,
      enable_dhcp: false,
    });
    const modes = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' };
    const stateful = { ipv6_ra_mode: 'dhcpv6-stateful', ipv6_address_mode: 'dhcpv6-stateful' };
    const six = { project_id, network_id: network, ip_version: 6 };
    const slaac = await there().make('subnet', { ...six, cidr: '2001:db8:77::/64', ...modes });
    const dhcp6 = await there().make('subnet', { ...six, cidr: '2001:db8:78::/64', ...stateful });

    const mover = there().mover();
    const resource = await mover.read('network', network);
    const made = await mover.make(resource);
    const differences = await differing(mover, resource, made.targetId);
    expect(differences.filter((attribute) => attribute !== 'providerSegmentationId')).toEqual([]);
    const copy = await mover.readMade('network', made.targetId);
    expect(copy).toMatchObject({
      name: `${name} ü`,
      origin: { id: network },
      attributes: { mtu: 1400, tags: ['kept'] },
    });
    expect(copy.attributes).toMatchObject({ access: [{ projectId: there().projects[1]![1] }] });
    expect(await there().mover().make(resource)).toEqual(made);

    for (const id of [four, none, slaac, dhcp6]) {
      const subnet = await mover.read('subnet', id);
      const first = await there().mover().make(subnet);
      expect(first).toEqual({ targetId: expect.any(String), made: true });
      expect([id, await mover.differences(subnet, first.targetId)]).toEqual([id, []]);
      expect(await there().mover().make(subnet)).toEqual(first);
      await mover.unmake(subnet, first.targetId);
    }
    await mover.unmake(resource, made.targetId);
    expect(await left()).toEqual([]);
  });

  test('a subnet that is not complete has no DHCP, and gives no address by chance', async () => {
    const [project_id] = there().projects[0]!;
    const network = await there().make('network', { name, project_id });
    const of = { project_id, network_id: network };
    const stateful = { ipv6_ra_mode: 'dhcpv6-stateful', ipv6_address_mode: 'dhcpv6-stateful' };
    const four = await there().make('subnet', { ...of, ip_version: 4, cidr: '10.79.0.0/24' });
    const six = await there().make('subnet', { ...of, ip_version: 6, cidr: '2001:db8:79::/64', ...stateful });
    const mover = there().mover();
    const resource = await mover.read('network', network);
    const { targetId } = await mover.make(resource);
    const [v4, v6] = [await mover.read('subnet', four), await mover.read('subnet', six)];
    const make = (subnet: Resource, incomplete: boolean) => there().mover().make(subnet, { incomplete });
    const half = await make(v4, true);
    expect(half).toEqual({ targetId: expect.any(String), made: true, incomplete: true });
    expect(await make(v4, true)).toEqual(half);
    expect((await mover.readMade('subnet', half.targetId)).attributes).toMatchObject({ dhcp: false });
    const half6 = await make(v6, true);
    expect((await mover.readMade('subnet', half6.targetId)).attributes).toMatchObject({ allocationPools: [] });
    for (const [subnet, { targetId: id }] of [
      [v4, half],
      [v6, half6],
    ] as const) {
      expect(await make(subnet, false)).toEqual({ targetId: id, made: true });
      expect(await mover.differences(subnet, id)).toEqual([]);
    }
    await mover.unmake(resource, targetId);
    expect(await left()).toEqual([]);
  });

  test('a VLAN is the same VLAN in the target: what has it there already is in its place', async () => {
    const [project_id] = there().projects[0]!;
    const network = await there().make('network', { name, project_id, ...VLAN });
    const mover = there().mover();
    const resource = await mover.read('network', network);
    const { targetId } = await mover.make(resource);
    expect(await mover.differences(resource, targetId)).toEqual([]);
    await mover.unmake(resource, targetId);
    const other = { ...VLAN, name: `${name}-other`, project_id: there().projects[1]![1] };
    const present = await there().makeThere('network', other);
    expect(await there().mover().correspondence.match(resource)).toMatchObject({ how: 'same-key', id: present });
    await expect(there().mover().make(resource)).rejects.toThrow(`the target has ${present} in its place`);
    await stage.target().network.write.remove('network', present);
  });

  test('a segment that the target does not have is refused in words that say what to do', async () => {
    const [project_id] = there().projects[0]!;
    const network = await there().make('network', { name, project_id, ...VLAN, 'provider:segmentation_id': 1778 });
    const mover = there().mover({ mappings: { 'physical-network': { physnet1: 'nowhere' } } });
    const resource = await mover.read('network', network);
    await expect(mover.make(resource)).rejects.toThrow(
      /refuses vlan 1778 on physical network nowhere.*map the physical/,
    );
  });

  test('the external network is found under any project, and never made', async () => {
    const mover = there().mover();
    const [sourceId, targetId] = there().external;
    const resource = await mover.read('network', sourceId);
    expect(await mover.correspondence.match(resource)).toMatchObject({ how: 'same-key', id: targetId });
    // Its owner is not moved, and that is no difference.
    expect((await mover.differences(resource, targetId)).map(({ attribute }) => attribute)).not.toContain('projectId');
    const { id: subnet } = (await subnetsOf(stage.source(), sourceId))[0]!;
    const found = await mover.correspondence.match(await mover.read('subnet', subnet));
    expect(found).toMatchObject({ how: 'same-key', id: (await subnetsOf(stage.target(), targetId))[0]!.id });
    const provider = { providerNetworkType: 'vlan', providerPhysicalNetwork: 'elsewhere', providerSegmentationId: 9 };
    const unknown = { ...resource, name: `${name}-x`, attributes: { ...resource.attributes, ...provider } };
    await expect(there().mover().make(unknown)).rejects.toThrow(NotMade);
    expect(resourceTypes.network.moving!.notCreated!(unknown)).toMatchObject({ action: 'conflict' });
  });

  test('two tenants with the same addresses each get their own', async () => {
    const mover = there().mover();
    const made: [Resource, string][] = [];
    for (const [project_id] of there().projects) {
      const network = await there().make('network', { name, project_id });
      const of = { name, project_id, network_id: network, ip_version: 4, cidr: '10.80.0.0/24' };
      const subnet = await there().make('subnet', of);
      for (const [type, id] of [
        ['network', network],
        ['subnet', subnet],
      ] as const) {
        const resource = await mover.read(type, id);
        made.push([resource, (await mover.make(resource)).targetId]);
      }
    }
    expect(new Set(made.map(([, id]) => id)).size).toBe(4);
    for (const [resource, id] of made.reverse()) await mover.unmake(resource, id);
    expect(await left()).toEqual([]);
  });
}

async function subnetsOf(cloud: ReturnType<Stage['source']>, networkId: string) {
  const found = [];
  for await (const page of cloud.network.subnets({ networkId })) found.push(...page);
  return found;
}
