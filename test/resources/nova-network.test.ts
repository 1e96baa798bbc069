import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { find } from '../../resources/find.ts';
import { Reader } from '../../resources/reader.ts';
import { referencesOf } from '../../resources/references.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { walk } from '../../resources/walk.ts';
import type { Population } from '../../simulator/index.ts';
import { look, type OneCloud, oneCloud } from './one-cloud.ts';

function tenant(name: string, cidr: string): NonNullable<Population['tenants']>[number] {
  const server = { flavor: 'small', image: 'debian', networks: [{ name: `${name}-net` }], floatingIp: true };
  return {
    name,
    users: [{ name: `${name}-user` }],
    securityGroups: [
      { name: 'web', rules: [{ protocol: 'tcp', ports: [80, 80], cidr: '0.0.0.0/0' }] },
      { name: 'db', rules: [{ protocol: 'tcp', ports: [5432, 5432], group: 'web' }] },
    ],
    networks: [{ name: `${name}-net`, cidr }],
    servers: [
      { ...server, name: `${name}-1`, securityGroups: ['default', 'web'] },
      { ...server, name: `${name}-2`, securityGroups: ['db'] },
    ],
  };
}

describe('a cloud with nova-network', () => {
  let one: OneCloud;

  beforeEach(async () => {
    one = await oneCloud(
      { release: 'pike', identity: 'v2.0', network: 'nova-network' },
      {
        flavors: [{ name: 'small' }],
        images: [{ name: 'debian', visibility: 'public' }],
        publicNetwork: {},
        tenants: [tenant('acme', '10.20.0.0/24'), tenant('umbrella', '10.30.0.0/24')],
      },
    );
  });
  afterEach(() => one.close());

  const state = () => one.simulated.state;
  const projectId = (name: string) => state().identity.projects.where('name', name)[0]!.id;
  const server = (name: string) => state().nova.servers.find((row) => row.name === name)!;
  const requests = (path: RegExp) => one.simulator.requests.recent.filter(({ url }) => path.test(url)).length;
  const ONE_SERVER = /\/servers\/[0-9a-f-]{36}$/;

  it('tells networks of one label apart by owner and address', async () => {
    const { networks } = state().novaNetwork;
    // As VlanManager makes them: the same label for every project; some projects have two.
    const all = networks.all();
    for (const row of all) {
      networks.remove(row.id);
      networks.add({ ...row, label: 'private' });
    }
    const mine = all.find((row) => row.projectId === projectId('acme'))!;
    networks.add({ ...mine, id: 'second', label: 'private', cidr: '10.40.0.0/24', gateway: '10.40.0.1' });
    const { fixedIps } = server('acme-2');
    state().nova.servers.change(server('acme-2'), {
      fixedIps: [...fixedIps, { networkId: 'second', address: '10.40.0.9', mac: 'fa:16:3e:00:00:09' }],
    });
    const { items } = await look(one.cloud, 'port');
    const owners = new Map(networks.all().map((row) => [row.id, row.projectId]));
    const places = items.map(({ projectId: owner, attributes }) => {
      const { networkId } = attributes as { networkId: string };
      return owners.get(networkId) === owner;
    });
    expect(places).toEqual([true, true, true, true, true]);
    expect(
      items.filter(({ attributes }) => 'networkId' in attributes && attributes.networkId === 'second').length,
    ).toBe(1);
  });

  it('keeps a rule whose source group is gone as what it was, and never as a rule for everybody', async () => {
    const { groups } = state().novaNetwork;
    const web = groups.find((row) => row.name === 'web' && row.projectId === projectId('acme'))!;
    groups.remove(web.id);
    const { items, notes } = await look(one.cloud, 'security-group', { projectId: projectId('acme') });
    const db = items.find(({ name }) => name === 'db')!;
    const { rules } = db.attributes as { rules: readonly { direction: string }[] };
    const inward = rules.filter(({ direction }) => direction === 'ingress');
    expect(inward).toMatchObject([{ remoteGroupId: `${projectId('acme')}/web` }]);
    expect(notes).toEqual([expect.stringMatching(/^security group db \(\d+\) lets in members of [0-9a-f]+\/web/)]);
    const met = [];
    for await (const item of walk(new Reader(one.cloud), db)) if (item.state === 'missing') met.push(item.ref.type);
    expect(met).toEqual(['security-group']);
  });

  it('gets a port with one call for its server', async () => {
    const { items } = await look(one.cloud, 'port', { projectId: projectId('acme') });
    expect(items.map(({ id }) => id.split('/')[0])).toEqual(
      expect.arrayContaining([server('acme-1').id, server('acme-2').id]),
    );
    one.simulator.requests.reset();
    const reader = new Reader(one.cloud);
    expect(await resourceTypes.port.get(reader, items[0]!.id)).toEqual(items[0]);
    expect(requests(/\/servers\/detail/)).toBe(0);
    expect(requests(ONE_SERVER)).toBe(1);
    await expect(resourceTypes.port.get(reader, 'fa:16:3e:00:00:09')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(resourceTypes.port.get(reader, `${server('acme-1').id}/none`)).rejects.toMatchObject({
      kind: 'not-found',
    });
  });

  it('reads no servers but those of the addresses that are wanted', async () => {
    const { items } = await look(one.cloud, 'floating-ip', { projectId: projectId('acme') });
    expect(items).toHaveLength(2);
    expect(requests(ONE_SERVER)).toBe(2);
    one.simulator.requests.reset();
    expect(await find(new Reader(one.cloud), 'floating-ip', items[0]!.name)).toEqual(items[0]);
    expect(requests(ONE_SERVER)).toBe(1);
  });

  it('shows the addresses of a page of servers without reading servers one by one', async () => {
    const { items } = await look(one.cloud, 'server');
    expect(items.map((item) => referencesOf(item).filter(({ type }) => type === 'floating-ip').length)).toEqual([
      1, 1, 1, 1,
    ]);
    expect(requests(ONE_SERVER)).toBe(0);
  });

  it('shows a plain member no ports for another project, or for a host', async () => {
    const member = one.as('acme-user', 'acme');
    expect((await look(member, 'port', { projectId: projectId('acme') })).items).toHaveLength(2);
    expect((await look(member, 'port', { projectId: projectId('umbrella') })).items).toEqual([]);
    expect((await look(member, 'port', { host: 'one-c1' })).items).toEqual([]);
  });

  it('calls networks hidden, not missing, where policy forbids to see them', async () => {
    one.simulator.faults.add({ path: '/os-networks', fault: { kind: 'status', status: 403 } });
    const { items, notes } = await look(one.cloud, 'network');
    expect([items, notes]).toEqual([[], ['not allowed to read networks']]);
    const port = (await look(one.cloud, 'port')).items[0]!;
    const hidden = [];
    for await (const item of walk(new Reader(one.cloud), port)) if (item.state === 'hidden') hidden.push(item.ref.type);
    expect(hidden.sort()).toEqual(['network', 'subnet']);
  });

  it('takes networks for the member’s own whose owner, VLAN and bridge the member is not told', async () => {
    const member = one.as('acme-user', 'acme');
    const [all] = [await member.novaNetwork.networks()];
    const told = all.map(({ id, label, cidr, cidr_v6, gateway, gateway_v6, broadcast, dns1, dns2 }) => ({
      ...{ id, label, cidr, cidr_v6, gateway, gateway_v6, broadcast, dns1, dns2 },
    }));
    member.novaNetwork.networks = async () => told;
    const { items, notes } = await look(member, 'network', { projectId: projectId('acme') });
    expect(items.map(({ name }) => name)).toEqual(['acme-net']);
    expect(Object.values(items[0]!.attributes)).not.toContain(undefined);
    expect(items[0]!.attributes).not.toHaveProperty('providerNetworkType');
    expect(notes).toContainEqual(expect.stringContaining('not told whose networks are'));
  });
});
