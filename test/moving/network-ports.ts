import { beforeAll, expect, test } from '@jest/globals';
import { Reader } from '../../resources/reader.ts';
import type { Resource } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { markedIn, type NetworkStage } from './network-stage.ts';
import { PREFIX, type Stage } from './stage.ts';

const name = `${PREFIX}port`;
const { moving } = resourceTypes.port;

/** Ports, in a network with IPv4, SLAAC and stateful DHCPv6. */
export function portCases(stage: Stage, there: () => NetworkStage): void {
  const made: [Resource, string][] = [];
  let network = '';
  let subnets: readonly string[] = [];
  let group = '';

  beforeAll(async () => {
    const [project_id] = there().projects[0]!;
    network = await there().make('network', { name, project_id });
    const of = { name, project_id, network_id: network };
    const modes = (mode: string) => ({ ip_version: 6, ipv6_ra_mode: mode, ipv6_address_mode: mode });
    subnets = [
      await there().make('subnet', { ...of, ip_version: 4, cidr: '10.81.0.0/24' }),
      await there().make('subnet', { ...of, ...modes('slaac'), cidr: '2001:db8:81::/64' }),
      await there().make('subnet', { ...of, ...modes('dhcpv6-stateful'), cidr: '2001:db8:82::/64' }),
    ];
    group = await there().make('security_group', { name, project_id });
    const mover = there().mover();
    for (const [type, id] of [
      ['security-group', group],
      ['network', network],
      ...subnets.map((id) => ['subnet', id]),
    ]) {
      const resource = await mover.read(type as 'subnet', id!);
      made.push([resource, (await mover.make(resource, { incomplete: type === 'subnet' })).targetId]);
    }
  }, 60_000);

  const port = (more: object = {}) =>
    there().make('port', { name, project_id: there().projects[0]![0], network_id: network, ...more });
  const targetOf = (id: string) => made.find(([resource]) => resource.id === id)![1];

  test('a port keeps its MAC, all its addresses, groups, address pairs and DHCP options', async () => {
    const id = await port({
      description: 'ü',
      mac_address: 'fa:16:3e:77:00:01',
      fixed_ips: [
        { subnet_id: subnets[0], ip_address: '10.81.0.50' },
        { subnet_id: subnets[0], ip_address: '10.81.0.9' },
        { subnet_id: subnets[1] },
        { subnet_id: subnets[2], ip_address: '2001:db8:82::50' },
      ],
      security_groups: [group],
      allowed_address_pairs: [
        { ip_address: '10.81.0.200' },
        { ip_address: '192.0.2.0/28', mac_address: 'fa:16:3e:77:00:02' },
      ],
      extra_dhcp_opts: [
        { opt_name: 'tftp-server', opt_value: '192.0.2.1', ip_version: 4 },
        { opt_name: 'bootfile-name', opt_value: 'pxelinux.0', ip_version: 4 },
      ],
      admin_state_up: false,
    });
    await stage.source().network.write.setTags('port', id, ['kept']);
    const mover = there().mover();
    const resource = await mover.read('port', id);
    const first = await mover.make(resource);
    expect(await mover.differences(resource, first.targetId)).toEqual([]);
    const copy = await mover.readMade('port', first.targetId);
    expect(copy).toMatchObject({
      origin: { id },
      projectId: there().projects[0]![1],
      attributes: { macAddress: 'fa:16:3e:77:00:01', deviceOwner: '', deviceId: '', tags: ['kept'] },
    });
    expect(await there().mover().make(resource)).toEqual(first);
    await mover.unmake(resource, first.targetId);
    await mover.unmake(resource, first.targetId);
  });

  test('one without port security, made and not completed, is completed', async () => {
    const id = await port({ port_security_enabled: false, security_groups: [], name: '' });
    const mover = there().mover();
    const resource = await mover.read('port', id);
    const half = await moving!.create!(mover.making(id), await mover.correspondence.wanted(resource));
    const second = there().mover();
    expect(await second.make(resource)).toEqual({ targetId: half, made: true });
    expect(await second.differences(resource, half)).toEqual([]);
    await second.unmake(resource, half);
  });

  test('an address or MAC that something else of the target has is in the way, and the error says by what', async () => {
    const id = await port({
      mac_address: 'fa:16:3e:77:00:09',
      fixed_ips: [{ subnet_id: subnets[0], ip_address: '10.81.0.77' }],
    });
    const mover = there().mover();
    const resource = await mover.read('port', id);
    const fixed_ips = [{ subnet_id: targetOf(subnets[0]!), ip_address: '10.81.0.77' }];
    const of = { project_id: there().projects[0]![1], network_id: targetOf(network), device_owner: 'network:dhcp' };
    const other = await there().makeThere('port', { ...of, fixed_ips });
    expect(await mover.correspondence.match(resource)).toMatchObject({ how: 'same-key', id: other });
    await expect(there().mover().make(resource)).rejects.toThrow(/in its place.*differs in.*macAddress/);
    const wanted = await mover.correspondence.wanted(resource);
    await expect(moving!.create!(mover.making(id), wanted)).rejects.toThrow(
      `10.81.0.77 by port ${other} (network:dhcp)`,
    );
    await stage.target().network.write.remove('port', other);
  });

  test('ports that Neutron makes for itself are never made', async () => {
    const id = await port();
    const resource = await there().mover().read('port', id);
    for (const deviceOwner of ['network:dhcp', 'network:router_interface', 'network:floatingip']) {
      const own = { ...resource, attributes: { ...resource.attributes, deviceOwner } };
      await expect(there().mover().make(own)).rejects.toThrow('Neutron makes ports for');
      expect(moving!.notCreated!(own)).toMatchObject({ action: 'skip' });
    }
  });

  test('and what they stood in goes without a trace', async () => {
    const mover = there().mover();
    for (const [resource, id] of made.splice(0).reverse()) await mover.unmake(resource, id);
    const ids = there().projects.map(([, id]) => id);
    expect(await markedIn(new Reader(stage.target()), ids)).toEqual([]);
  });
}
