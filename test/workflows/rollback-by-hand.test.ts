import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PumphouseClient } from '../../client/pumphouse-client.ts';
import type { SimulatedCloud } from '../../simulator/index.ts';
import type { ResourceOutcome, RunReport, RunResult } from '../../workflows/run-report.ts';
import { everything, lentRoles, type MovingRun, movingRun, portrait, servers } from './moving-run.ts';
import { smallCloud, smallServer, smallTenant } from './small-tenant.ts';

const NAMES = ['kept', 'lost-copy', 'renamed', 'unlocked', 'both', 'deleted', 'unmarked'] as const;
type Name = (typeof NAMES)[number];

const acme = smallTenant('acme', 0, {
  volumes: NAMES.map((name) => ({ name: `data-${name}` })),
  servers: NAMES.map((name, index) => ({
    ...smallServer('acme', index),
    name,
    volumes: [`data-${name}`],
    floatingIp: name === 'lost-copy',
  })),
});

const row = ({ state }: SimulatedCloud, name: string) => {
  const [found] = state.nova.servers.filter((server) => server.name === name);
  if (found === undefined) throw new Error(`no server ${name}`);
  return found;
};

/** As who has typed `openstack server start`, `stop` or `delete` and has waited for it. */
const start = (cloud: SimulatedCloud, name: string) =>
  cloud.state.nova.servers.change(row(cloud, name), { vmState: 'active', lockedBy: null, lockedReason: null });
const stop = (cloud: SimulatedCloud, name: string) =>
  cloud.state.nova.servers.change(row(cloud, name), { vmState: 'stopped' });

function remove({ state }: SimulatedCloud, name: string): void {
  const { id } = row({ state } as SimulatedCloud, name);
  for (const port of state.neutron.ports.where('device', id))
    state.neutron.ports.change(port, { device_id: '', device_owner: '', 'binding:host_id': '', status: 'DOWN' });
  for (const volume of state.cinder.volumes.where('server', id))
    state.cinder.volumes.change(volume, { attachments: [], status: 'available' });
  state.nova.servers.remove(id);
}

describe('A rollback of instances that somebody has changed by hand since', () => {
  let run: MovingRun;
  let before: Awaited<ReturnType<typeof servers>>;
  let outcomes: readonly ResourceOutcome[];
  let result: RunResult;
  const told = (name: Name) => outcomes.find((outcome) => outcome.name === name);
  const vmStates = async () => {
    const of = async (cloud: MovingRun['sourceCloud']) =>
      new Map((await servers(cloud)).map(({ name, attributes }) => [name, attributes.vmState]));
    return { source: await of(run.sourceCloud), target: await of(run.targetCloud) };
  };
  const rollBack = async () => {
    const handle = await run.rollback('acme');
    result = await handle.result();
    ({ outcomes } = await handle.query<RunReport, []>('report'));
  };

  beforeAll(async () => {
    run = await movingRun(smallCloud(acme));
    before = await servers(run.sourceCloud);
    await run.working(async () => {
      expect(await (await run.migrate('acme')).result()).toMatchObject({ outcome: 'done' });
      remove(run.target, 'lost-copy');
      run.target.state.nova.servers.change(row(run.target, 'renamed'), { name: 'other' });
      run.source.state.nova.servers.change(row(run.source, 'unlocked'), { lockedBy: null, lockedReason: null });
      start(run.source, 'both');
      remove(run.source, 'deleted');
      run.target.state.nova.servers.change(row(run.target, 'unmarked'), { metadata: {}, tags: [], name: 'mine' });
      await rollBack();
    });
  }, 240_000);
  afterAll(() => run.close());

  test('starts the source of one whose copy is gone, renamed, or that was unlocked, and leads its address to it', async () => {
    const { source, target } = await vmStates();
    for (const name of ['kept', 'lost-copy', 'renamed', 'unlocked'] as const) {
      expect([name, told(name)?.outcome, source.get(name)]).toEqual([name, 'started-again', 'active']);
      const now = (await servers(run.sourceCloud)).find((server) => server.name === name);
      const then = before.find((server) => server.name === name);
      expect(now?.attributes.locked).toBe(false);
      expect(now?.attributes.floatingIpIds).toEqual(then?.attributes.floatingIpIds);
    }
    expect([...target.keys()].sort()).toEqual(['both', 'deleted', 'mine']);
    expect(told('lost-copy')?.notes?.join()).toContain(`${run.target.name} had no copy of it any more`);
  });

  test('changes nothing of one that runs in both clouds, and says so', async () => {
    expect(told('both')).toMatchObject({ outcome: 'left' });
    expect(told('both')?.error).toContain('it runs in both clouds');
    expect(told('both')?.error).toContain('stop one of them');
    const { source, target } = await vmStates();
    expect([source.get('both'), target.get('both')]).toEqual(['active', 'active']);
  });

  test('keeps the copy of one that was deleted in the source: it is the last', async () => {
    expect(told('deleted')).toMatchObject({ outcome: 'left' });
    expect(told('deleted')?.error).toContain('its source is deleted: only the copy is left, and stays');
    expect((await vmStates()).target.get('deleted')).toBe('active');
  });

  test('does not start one beside a server that has its ports, though nobody could tell any more that it is its copy', async () => {
    const { id } = row(run.target, 'mine');
    expect(told('unmarked')?.error).toContain(`server ${id} of ${run.target.name} has its ports and may run`);
    const { source, target } = await vmStates();
    expect([source.get('unmarked'), target.get('mine')]).toEqual(['stopped', 'active']);
  });

  test('keeps all that those that stay live on, and no old data of those that went back', async () => {
    expect(result).toMatchObject({ outcome: 'partly' });
    expect(result.notes.join('\n')).toContain('3 instances of tenant acme stay');
    const there = (await everything(run.targetCloud)).map(({ type, name }) => `${type} ${name}`);
    for (const item of ['network acme-net', 'user acme-ann', 'project acme', 'volume data-both', 'volume data-deleted'])
      expect(there).toContain(item);
    expect(there.filter((item) => item.startsWith('keypair'))).not.toEqual([]);
    expect(there).toContain('volume data-unmarked');
    for (const name of ['kept', 'renamed', 'unlocked', 'lost-copy']) expect(there).not.toContain(`volume data-${name}`);
  });

  test('goes on with the same command after the copies were stopped', async () => {
    stop(run.target, 'both');
    stop(run.target, 'mine');
    await run.working(rollBack);
    const { source, target } = await vmStates();
    expect([told('both')?.outcome, told('unmarked')?.outcome]).toEqual(['started-again', 'started-again']);
    expect([source.get('both'), source.get('unmarked')]).toEqual(['active', 'active']);
    expect([...target.keys()].sort()).toEqual(['deleted', 'mine']);
    expect(told('deleted')?.outcome).toBe('left');
    expect(lentRoles(run)).toEqual([]);
  }, 180_000);
});

describe('A rollback of instances alone', () => {
  let run: MovingRun;
  const ask = (ids: readonly string[]) => {
    const options = { taskQueue: run.taskQueue, dataTaskQueue: run.taskQueue };
    const pumphouse = new PumphouseClient(run.temporal.client, options);
    const clouds = { source: run.source.name, target: run.target.name };
    return { pumphouse, selection: { ...clouds, selection: { kind: 'resources', type: 'server', ids } as const } };
  };

  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 2), smallTenant('beta', 1)));
  }, 180_000);
  afterAll(() => run.close());

  test('brings them back with no role lent for good, and is refused while they are being moved', async () => {
    const locked = row(run.source, 'beta-1');
    run.source.state.nova.servers.change(locked, { lockedBy: 'owner', lockedReason: 'mine' });
    const before = await portrait(run.sourceCloud);
    await run.working(async () => {
      const { pumphouse, selection } = ask([row(run.source, 'acme-1').id, locked.id]);
      const migration = await pumphouse.migrate({ ...selection, keepSource: true });
      const refused = await (await pumphouse.rollback(selection)).result().catch((error: unknown) => error);
      expect(refused).toMatchObject({
        cause: { message: expect.stringContaining(`${migration.workflowId} is at work`) },
      });
      for (;;) if ((await migration.progress()).gate?.name === 'plan') break;
      await migration.approve({ by: 'the test' }, 'plan');
      expect(await migration.result()).toMatchObject({ outcome: 'done' });
      expect(await servers(run.targetCloud)).toHaveLength(2);
      const back = await pumphouse.rollback(selection);
      expect((await pumphouse.rollback(selection)).joined).toBe(true);
      expect(await back.result()).toMatchObject({ outcome: 'done', counts: { server: { done: 2 } } });
      const again = await (await pumphouse.rollback(selection)).result();
      expect(again.outcome).toBe('nothing-to-do');
    });
    expect(await portrait(run.sourceCloud)).toEqual(before);
    expect(await servers(run.targetCloud)).toEqual([]);
    const left = (await everything(run.targetCloud)).map(({ type }) => type);
    for (const type of ['volume', 'floating-ip']) expect(left).not.toContain(type);
    expect(left).toContain('network');
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);
});
