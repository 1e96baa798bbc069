import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { type EvacuationPolicy, evacuationPolicy } from '../../planning/evacuation-policy.ts';
import type { Server } from '../../simulator/nova/state.ts';
import type { evacuateHost } from '../../workflows/evacuate-host.ts';
import type { EvacuateHostRequest } from '../../workflows/evacuation-requests.ts';
import type { RunReport } from '../../workflows/run-report.ts';
import { evacuateHostId } from '../../workflows/workflow-ids.ts';
import { type MovingRun, movingRun, until } from './moving-run.ts';

type Handle = WorkflowHandleWithFirstExecutionRunId<typeof evacuateHost>;

let run: MovingRun;
/** The host that is emptied. */
let host = '';
const flavors = [{ name: 'm1', id: 'f1' }];

beforeEach(async () => {
  const web = { name: 'web', flavor: 'm1', image: 'cirros' };
  run = await movingRun(
    {
      flavors,
      images: [{ name: 'cirros', visibility: 'public' }],
      tenants: [{ name: 'acme', servers: [web, { ...web, name: 'db', status: 'SHUTOFF' }, { ...web, name: 'mail' }] }],
    },
    { source: { computeHosts: 3 } },
  );
  host = `${run.source.name}-c1`;
  const { nova } = run.source.state;
  for (const row of nova.servers.all()) nova.servers.change(row, { host });
});
afterEach(() => run.close());

const service = () =>
  run.source.state.nova.services.where('host', host).find(({ binary }) => binary === 'nova-compute');

function server(name: string): Server {
  const found = run.source.state.nova.servers.find((row) => row.name === name);
  if (found === undefined) throw new Error(`no server ${name}`);
  return found;
}

function evacuate(policy: Partial<EvacuationPolicy> = {}, change: Partial<EvacuateHostRequest> = {}): Promise<Handle> {
  const cloud = run.source.name;
  return run.temporal.client.workflow.start<typeof evacuateHost>('evacuateHost', {
    workflowId: evacuateHostId(cloud, host),
    taskQueue: run.taskQueue,
    args: [{ cloud, host, policy: evacuationPolicy(policy), ...change }],
  });
}

const ended = async (handle: Handle) => {
  const result = await handle.result();
  return { result, report: await handle.query<RunReport, []>('report') };
};

describe('A host that is evacuated', () => {
  test('is disabled with the run as reason, and its instances are elsewhere, each as it was', async () => {
    await run.working(async () => {
      const { result } = await ended(await evacuate());
      expect(result).toMatchObject({ outcome: 'done', counts: { server: { total: 3, done: 3, failed: 0 } } });
    });
    expect(service()).toMatchObject({ disabled: true, disabledReason: expect.stringContaining('evacuate-host/') });
    expect(['web', 'db', 'mail'].map((name) => [server(name).vmState, server(name).host === host])).toEqual([
      ['active', false],
      ['stopped', false],
      ['active', false],
    ]);
    const { nova } = run.source.state;
    expect(
      nova.migrations
        .all()
        .map(({ type, status }) => `${type} ${status}`)
        .sort(),
    ).toEqual(['live-migration completed', 'live-migration completed', 'migration confirmed']);
  });

  test('keeps what Nova does not move, and the run ends partly and says why', async () => {
    const { nova } = run.source.state;
    nova.servers.change(server('web'), { vmState: 'suspended' });
    nova.servers.change(server('mail'), { vmState: 'error' });
    await run.working(async () => {
      const { result, report } = await ended(await evacuate());
      expect(result).toMatchObject({ outcome: 'partly', counts: { server: { done: 1, skipped: 2 } } });
      expect(result.error).toMatch(/web SUSPENDED.*mail ERROR|mail ERROR.*web SUSPENDED/);
      expect(report.outcomes.find(({ name }) => name === 'web')?.error).toMatch(/suspended: resume/);
    });
    expect(service()?.disabled).toBe(true);
  });

  test('leads paused instances off live, and suspended ones when the policy lets it resume them', async () => {
    const { nova } = run.source.state;
    nova.servers.change(server('web'), { vmState: 'suspended' });
    nova.servers.change(server('mail'), { vmState: 'paused' });
    await run.working(async () => {
      const { result } = await ended(await evacuate({ suspended: 'resume' }));
      expect(result.outcome).toBe('done');
    });
    expect([server('web').vmState, server('mail').vmState]).toEqual(['suspended', 'paused']);
    expect([server('web').host, server('mail').host]).not.toContain(host);
  });

  test('completes by force what does not converge, or goes on cold', async () => {
    const { nova } = run.source.state;
    nova.neverConverging.add(server('web').id);
    await run.working(async () => {
      const { result } = await ended(await evacuate({ convergeTimeoutMs: 50 }));
      expect(result.outcome).toBe('done');
      expect(nova.migrations.all().every(({ status }) => status !== 'running')).toBe(true);
      nova.servers.change(server('web'), { host });
      const again = await ended(await evacuate({ convergeTimeoutMs: 50, onSlow: 'abort' }));
      expect(again.result).toMatchObject({ outcome: 'done', counts: { server: { total: 1, done: 1 } } });
    });
    const own = nova.migrations.filter(({ serverId }) => serverId === server('web').id);
    expect(own.map(({ status }) => status)).toEqual(['completed', 'cancelled', 'confirmed']);
  });

  test('is not begun where nothing else has room, or where the named host cannot take it', async () => {
    const { nova } = run.source.state;
    await run.working(async () => {
      const named = await ended(await evacuate({}, { to: 'nowhere' }));
      expect(named.result).toMatchObject({
        outcome: 'compensated',
        error: expect.stringContaining('no compute host nowhere'),
      });
      for (const row of nova.services.filter((each) => each.host !== host))
        nova.services.change(row, { disabled: true });
      const { result } = await ended(await evacuate());
      expect(result).toMatchObject({ outcome: 'compensated', error: expect.stringContaining('no other host') });
    });
    expect(service()?.disabled).toBe(false);
    expect(nova.migrations.all()).toEqual([]);
  });

  test('is enabled again when the run is cancelled, and what has moved stays where it is', async () => {
    const { nova } = run.source.state;
    nova.neverConverging.add(server('mail').id);
    await run.working(async () => {
      const handle = await evacuate();
      await until(handle, ({ counts }) => counts.server?.done === 2);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      const { result } = await handle.query<RunReport, []>('report');
      expect(result?.notes.join('\n')).toMatch(/were moved and stay where they are: .*(web|db)/);
    });
    expect(service()?.disabled).toBe(false);
    expect(server('mail')).toMatchObject({ host, vmState: 'active', taskState: null });
    expect(server('web').host).not.toBe(host);
  });

  test('is emptied by another worker where one was lost in the middle, and nothing is moved twice', async () => {
    const { nova } = run.source.state;
    nova.neverConverging.add(server('mail').id);
    const first = await run.startWorker();
    const handle = await evacuate({ convergeTimeoutMs: 2_000 });
    await until(handle, ({ counts }) => counts.server?.done === 2);
    first.worker.shutdown();
    await first.end;
    await run.working(async () => expect((await handle.result()).outcome).toBe('done'));
    expect(nova.migrations.all()).toHaveLength(3);
  });
});
