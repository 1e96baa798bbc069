import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedCloud } from '../../simulator/index.ts';
import { everything, lentRoles, type MovingRun, movingRun, portrait } from './moving-run.ts';
import { smallCloud, smallServer, smallTenant } from './small-tenant.ts';

const row = ({ state }: SimulatedCloud, name: string) => {
  const [found] = state.nova.servers.filter((server) => server.name === name);
  if (found === undefined) throw new Error(`no server ${name}`);
  return found;
};

describe('A rollback of a tenant that has worked on in the target', () => {
  let run: MovingRun;
  let before: readonly (readonly string[])[];
  const look = () => Promise.all([portrait(run.sourceCloud), portrait(run.targetCloud)]);
  const rollBack = () => run.working(async () => (await run.rollback('acme')).result());

  beforeAll(async () => {
    const own = { ...smallServer('acme', 0), image: 'acme-golden', flavor: 'acme.tiny' };
    const flavors = [{ name: 'acme.tiny', ram: 64, tenants: ['acme'] }];
    run = await movingRun({ ...smallCloud(smallTenant('acme', 0, { servers: [own] })), flavors, images: [] });
    before = await look();
    await run.working(async () => {
      expect(await (await run.migrate('acme')).result()).toMatchObject({ outcome: 'done' });
    });
  }, 240_000);
  afterAll(() => run.close());

  test('brings its instances back, and leaves the network on which it has made another, which is named', async () => {
    const { nova, neutron, random } = run.target.state;
    const copy = row(run.target, 'acme-1');
    const [port] = neutron.ports.where('device', copy.id);
    if (port === undefined) throw new Error('the copy has no port');
    const extra = nova.servers.add({ ...copy, id: random.uuid(), name: 'extra', metadata: {}, tags: [] });
    const fixed = port.fixed_ips.map((ip) => ({ ...ip, ip_address: ip.ip_address.replace(/\d+$/, '222') }));
    const own = { id: random.uuid(), mac_address: 'fa:16:3e:00:00:de', device_id: extra.id, fixed_ips: fixed };
    neutron.ports.add({ ...port, ...own, tags: [], description: '', name: 'extra-port' });
    const result = await rollBack();
    expect(result.outcome).toBe('partly');
    expect(result.notes).toContain(
      `nothing else of tenant acme is removed in ${run.target.name}: instance extra is there`,
    );
    expect((await portrait(run.sourceCloud)).filter((line) => line.startsWith('server '))).toEqual(
      before[0]?.filter((line) => line.startsWith('server ')),
    );
    const there = (await everything(run.targetCloud)).map(({ type, name }) => `${type} ${name}`);
    for (const item of ['network acme-net', 'port extra-port', 'server extra']) expect(there).toContain(item);
    expect(there).not.toContain('server acme-1');
    expect(there).not.toContain('volume data');
  }, 180_000);

  test('removes the rest when that is gone, though its router has another address by now', async () => {
    const { nova, neutron } = run.target.state;
    const extra = row(run.target, 'extra');
    for (const port of neutron.ports.where('device', extra.id)) neutron.ports.remove(port.id);
    nova.servers.remove(extra.id);
    const { client } = run.targetCloud.network;
    const [router] = neutron.routers.all();
    const [subnet] = neutron.subnets.filter(({ name }) => name.startsWith('acme'));
    const [outside] = neutron.networks.filter(({ name }) => name === 'public');
    await client.put(`routers/${router?.id}`, {
      router: {
        external_gateway_info: { network_id: outside?.id, external_fixed_ips: [{ ip_address: '198.18.77.7' }] },
      },
    });
    const { project_id } = subnet ?? { project_id: '' };
    const body = { network_id: subnet?.network_id, project_id, name: 'second' };
    const { port } = await client.post<{ port: { id: string } }>('ports', { port: body });
    await client.put(`routers/${router?.id}/add_router_interface`, { port_id: port.id });
    const result = await rollBack();
    expect(result.outcome).toBe('done');
    expect(await look()).toEqual(before);
    expect(lentRoles(run)).toEqual([]);
  }, 180_000);
});
