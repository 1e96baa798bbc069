import { afterEach, expect, test } from '@jest/globals';
import { atGate } from './moving-run.ts';
import { smallCloud, smallTenant } from './small-tenant.ts';
import { type TakingRun, takingRun } from './taking-run.ts';

let run: TakingRun;
afterEach(() => run.close());

test('A host that is not empty is refused with the list of what is on it, and nothing is changed', async () => {
  run = await takingRun({ population: smallCloud(smallTenant('acme', 4)) });
  const { nova } = run.simulator.cloud(run.names.source).state;
  const host = nova.servers.all().find((server) => server.host !== null)?.host ?? '';
  const names = nova.servers.where('host', host).map(({ name }) => name);
  const before = run.portrait(host);
  const result = await run.working(async () => (await run.take(host)).result());
  expect(result).toMatchObject({ outcome: 'compensated', untouched: true });
  expect(result.error).toContain(`${host} is not empty: `);
  for (const name of names) expect(result.error).toContain(name);
  expect(result.error).toContain(`pump-cloud evacuate ${host}`);
  expect(run.portrait(host)).toEqual(before);
}, 60_000);

test('Instances that were moved and left are told apart, with the way to delete those of their tenant', async () => {
  run = await takingRun({ population: smallCloud(smallTenant('acme', 1)) });
  const { nova } = run.simulator.cloud(run.names.source).state;
  const server = nova.servers.all().find(({ host }) => host !== null)!;
  const host = server.host ?? '';
  const lockedReason = `pumphouse: moved to ${run.names.target}, run 0123456789abcdef; was active, running`;
  nova.servers.change(server, { vmState: 'stopped', lockedBy: 'admin', lockedReason });
  const result = await run.working(async () => (await run.take(host)).result());
  expect(result.error).toContain(`1 instance on ${host} moved to ${run.names.target} and left in ${run.names.source}`);
  expect(result.error).toContain('pump-cloud finalize acme');
  expect(result.error).not.toContain('is not empty');
}, 60_000);

test.each(['an instance that has come', 'its service enabled'])(
  'A host that has %s while the gate power-off was open is not switched off, and is as it was',
  async (change) => {
    run = await takingRun({ population: smallCloud(smallTenant('acme', 1)) });
    const { nova } = run.simulator.cloud(run.names.source).state;
    const [server] = nova.servers.all();
    const [host = ''] = run.hosts.filter((each) => each !== server?.host);
    const { power, port, boot } = run.portrait(host);
    await run.working(async () => {
      const handle = await run.take(host, { approved: { reinstall: { by: 'the test' } } });
      await atGate(handle, 'power-off');
      if (change.startsWith('an instance')) nova.servers.change(server!, { host });
      else
        for (const row of nova.services.where('host', host))
          nova.services.change(row, { disabled: false, disabledReason: null });
      await handle.signal('approve', { by: 'ann', gate: 'power-off' });
      const { outcome, error } = await handle.result();
      expect(outcome).toBe('compensated');
      expect(error).toContain(change.startsWith('an instance') ? `${host} is not empty` : 'was enabled in');
    });
    expect(run.portrait(host)).toEqual({ power, port, boot, service: 'enabled' });
    expect(run.site.machine(host).machine.starts).toEqual([]);
  },
  60_000,
);

test('A host that a terminated run has left half-way is not taken, and it is said where to read how it was', async () => {
  run = await takingRun();
  const [host = ''] = run.hosts;
  await run.working(async () => {
    const first = await run.take(host, { approved: { 'power-off': { by: 'the test' } } });
    await atGate(first, 'reinstall');
    const halfWay = run.portrait(host);
    await first.terminate('by the test');
    const { error } = await (await run.take(host)).result();
    expect(error).toContain('an earlier run');
    expect(error).toContain(`pump-runs report ${first.workflowId}`);
    expect(run.portrait(host)).toEqual(halfWay);
  });
}, 60_000);

test('A host that the source does not know is refused, and the machine of that name left alone', async () => {
  run = await takingRun();
  const [host = ''] = run.hosts;
  const { nova } = run.simulator.cloud(run.names.source).state;
  for (const service of nova.services.where('host', host)) nova.services.remove(service.id);
  const result = await run.working(async () => (await run.take(host)).result());
  expect(result).toMatchObject({ outcome: 'compensated' });
  expect(result.error).toContain(host);
  expect(run.site.machine(host).machine.power).toBe('on');
}, 60_000);

test('Nothing is begun where Fuel has no controller that is ready', async () => {
  run = await takingRun();
  const [host = ''] = run.hosts;
  const before = run.portrait(host);
  for (const node of run.fuel.state.nodes) node.online = false;
  const result = await run.working(async () => (await run.take(host)).result());
  expect(result.error).toContain('environment mos has no controller that is ready and online');
  expect(run.portrait(host)).toEqual(before);
}, 60_000);

test('Nothing is begun where no node is there to be laid out like, and it is said what to do', async () => {
  run = await takingRun();
  const [host = ''] = run.hosts;
  for (const node of run.fuel.state.nodes) if (node.roles.includes('compute')) node.status = 'error';
  const result = await run.working(async () => (await run.take(host)).result());
  expect(result.error).toContain('has no ready node with roles compute to copy from: name one (transfer.like)');
  expect(run.portrait(host)).toMatchObject({ power: 'on', service: 'enabled' });
}, 60_000);
