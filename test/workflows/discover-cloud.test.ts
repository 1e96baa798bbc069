import { afterEach, describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { Secret } from '../../config/secret.ts';
import { countAll } from '../../planning/inventory-totals.ts';
import { find } from '../../resources/find.ts';
import { inventory } from '../../resources/inventory.ts';
import { Reader } from '../../resources/reader.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import { createServiceClient } from '../../services/openstack/create-service-client.ts';
import { generate, populate, type Simulator, startSimulator } from '../../simulator/index.ts';
import { cloudName, expectReplays, type SimulatedRun, simulatedRun } from './simulated-run.ts';

let simulator: Simulator;
let run: SimulatedRun;

async function given(instances: number, change?: Parameters<typeof simulatedRun>[1], tenants = 3): Promise<string> {
  const name = cloudName();
  simulator = await startSimulator({
    clouds: [{ name }],
    fill: (cloud) => populate(cloud, generate({ instances, tenants })),
  });
  run = await simulatedRun(simulator, change);
  return name;
}

afterEach(async () => {
  await run?.close();
  await simulator?.close();
});

async function failureOf(result: Promise<unknown>): Promise<string> {
  const error: unknown = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WorkflowFailedError)) throw new Error(`the run did not fail: ${String(error)}`);
  let cause: Error = error;
  while (cause.cause instanceof Error) cause = cause.cause;
  return cause.message;
}

/** Until a worker has taken a listing up. */
async function untilListing(workflowId: string): Promise<void> {
  const handle = run.temporal.client.workflow.getHandle(workflowId);
  for (;;) {
    const { raw } = await handle.describe();
    const isListing = (raw.pendingActivities ?? []).some(
      ({ activityType, lastStartedTime }) => activityType?.name === 'inventoryShard' && lastStartedTime,
    );
    if (isListing) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** All that the history of a run holds, payloads decoded. */
async function payloadsOf(workflowId: string): Promise<string> {
  const history = await run.temporal.client.workflow.getHandle(workflowId).fetchHistory();
  return JSON.stringify(history, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );
}

describe('the record of a cloud', () => {
  it('has what a direct look at all tenants finds, and the same digest each time', async () => {
    const cloud = await given(30);
    const { first, second } = await run.working(async () => ({
      first: await (await run.pumphouse.discover(cloud)).result(),
      second: await (await run.pumphouse.discover(cloud)).result(),
    }));

    const reader = new Reader(new Cloud(run.settings[0]!));
    const direct: Record<string, number> = {};
    for await (const page of inventory(reader, {})) for (const { type } of page) direct[type] = (direct[type] ?? 0) + 1;
    reader.cloud.close();

    expect(first.counts).toEqual(direct);
    expect(first.tenants).toBe(direct.project);
    expect(first.counts.server).toBe(30);
    expect(second.digest).toBe(first.digest);
    await expectReplays(run.temporal, `discover-cloud/${cloud}`);
  }, 240_000);

  it('shows another digest when one server was renamed', async () => {
    const cloud = await given(10);
    const { compute } = new Cloud(run.settings[0]!);
    const servers: { id: string }[] = [];
    for await (const page of compute.servers({}, true))
      servers.push(...page.filter(({ status }) => status === 'ACTIVE'));
    const [server] = servers;

    await run.working(async () => {
      const discover = async () => (await (await run.pumphouse.discover(cloud)).result()).digest;
      const before = await discover();
      await compute.client.put(`servers/${server!.id}`, { server: { name: 'renamed' } });
      expect(await discover()).not.toBe(before);
    });
  }, 240_000);

  it('tells a person in the Web UI what was found', async () => {
    const cloud = await given(10);
    await run.working(async () => {
      const started = await run.pumphouse.discover(cloud);
      await started.result();
      const handle = run.temporal.client.workflow.getHandle(started.workflowId);
      const details = JSON.stringify(await handle.query('__temporal_workflow_metadata'));
      expect(details).toContain(`Discovery of cloud **${cloud}**: done`);
      expect(details).toContain('| server | 10 |');
      const described = await handle.describe();
      expect(described.searchAttributes).toMatchObject({ PumphouseSource: [cloud], PumphouseStage: ['done'] });
    });
  }, 240_000);

  it('has what deleted tenants left behind, and says nothing is missing', async () => {
    const cloud = await given(12);
    const admin = new Cloud(run.settings[0]!);
    const discover = () => run.working(async () => (await run.pumphouse.discover(cloud)).result());
    const before = await discover();
    const { id } = await find(new Reader(admin), 'project', 't0001');
    await createServiceClient(admin.session, 'identity').delete(`projects/${id}`);
    admin.close();

    const after = await discover();
    expect(after.tenants).toBe(before.tenants - 1);
    expect(after.counts.server).toBe(12);
  }, 240_000);

  it('continues as new after so many tenants, and ends with the same record', async () => {
    const cloud = await given(12);
    const { whole, inParts, runs } = await run.working(async () => {
      const whole = await (await run.pumphouse.discover(cloud)).result();
      const started = await run.pumphouse.discover(cloud, { tenantsARun: 2 });
      const inParts = await started.result();
      const runs: string[] = [];
      const query = `WorkflowId="${started.workflowId}"`;
      for await (const { runId, status } of run.temporal.client.workflow.list({ query }))
        if (status.name === 'CONTINUED_AS_NEW') runs.push(runId);
      return { whole, inParts, runs };
    });
    expect(inParts).toEqual(whole);
    expect(runs.length).toBeGreaterThan(0);
  }, 240_000);

  it('keeps every payload of a large tenant under 256 KiB', async () => {
    const cloud = await given(1_500, undefined, 1);
    await run.working(async () => {
      const started = await run.pumphouse.discover(cloud);
      const found = await started.result();
      expect(found.counts.server).toBe(1_500);
      expect(found.shards).toBeGreaterThan(found.tenants + 1);
      const history = await run.temporal.client.workflow.getHandle(started.workflowId).fetchHistory();
      const sizes = (history.events ?? []).flatMap(({ activityTaskCompletedEventAttributes: done }) =>
        (done?.result?.payloads ?? []).map((payload) => payload.data?.length ?? 0),
      );
      expect(Math.max(...sizes)).toBeLessThan(256 * 1024);
    });
  }, 180_000);
});

describe('a run for some tenants', () => {
  it('records these and nothing of the rest of the cloud', async () => {
    const cloud = await given(12);
    const found = await run.working(async () => (await run.pumphouse.discover(cloud, { tenants: ['t0001'] })).result());
    expect(found).toMatchObject({ tenants: 1, counts: { project: 1 } });
    expect(found.counts).not.toHaveProperty('domain');
    expect(countAll(found)).toBeGreaterThan(3);
  }, 240_000);

  it('fails at once for a tenant that is not there, and names it', async () => {
    const cloud = await given(10);
    await run.working(async () => {
      const started = await run.pumphouse.discover(cloud, { tenants: ['nobody'] });
      expect(await failureOf(started.result())).toBe(`${cloud}: no project is called "nobody", by name or id`);
    });
  }, 240_000);
});

describe('when things go wrong', () => {
  it('joins the run that is there instead of starting another', async () => {
    const cloud = await given(10);
    const first = await run.pumphouse.discover(cloud);
    const second = await run.pumphouse.discover(cloud);
    expect(second.runId).toBe(first.runId);
    await run.working(async () => expect((await second.result()).counts.server).toBe(10));
  }, 240_000);

  it('waits for a cloud that answers 503 and then goes on', async () => {
    const cloud = await given(10);
    simulator.faults.add({
      service: 'compute',
      path: 'servers/detail',
      times: 6,
      fault: { kind: 'status', status: 503 },
    });
    const found = await run.working(async () => (await run.pumphouse.discover(cloud)).result());
    expect(found.counts.server).toBe(10);
  }, 240_000);

  it('goes on with another worker when the first one is stopped in the middle of a listing', async () => {
    const cloud = await given(10, (settings) => ({
      ...settings,
      limits: { ...settings.limits, idleTimeoutMs: 3_000 },
    }));
    simulator.faults.add({ service: 'compute', path: 'servers/detail', times: 1, fault: { kind: 'hang' } });
    const { worker, end } = await run.startWorker();
    const started = await run.pumphouse.discover(cloud);
    await untilListing(started.workflowId);
    worker.shutdown();
    await end.catch(() => undefined);
    const found = await run.working(() => started.result());
    expect(found.counts.server).toBe(10);
    expect(found.counts.project).toBe(found.tenants);
  }, 180_000);

  it('stops soon when it is cancelled in the middle of a listing', async () => {
    const cloud = await given(10);
    simulator.faults.add({ service: 'compute', path: 'servers/detail', fault: { kind: 'delay', delayMs: 500 } });
    await run.working(async () => {
      const started = await run.pumphouse.discover(cloud);
      await untilListing(started.workflowId);
      const handle = run.temporal.client.workflow.getHandle(started.workflowId);
      await handle.cancel();
      expect(await failureOf(started.result())).toMatch(/cancell?ed/i);
      expect((await handle.describe()).status.name).toBe('CANCELLED');
    });
  }, 240_000);

  it('says once that the password is wrong, without the password', async () => {
    const password = new Secret('not-the-right-one');
    const cloud = await given(10, (settings) =>
      settings.credentials.kind === 'password'
        ? { ...settings, credentials: { ...settings.credentials, password } }
        : settings,
    );
    await run.working(async () => {
      const started = await run.pumphouse.discover(cloud);
      const message = await failureOf(started.result());
      expect(message).toContain(`${cloud}: identity: POST`);
      expect(message).toContain('401');
      expect(await payloadsOf(started.workflowId)).toContain(cloud);
      expect(await payloadsOf(started.workflowId)).not.toContain('not-the-right-one');
    });
  }, 240_000);

  it('names the clouds that the worker knows when it does not know this one', async () => {
    const cloud = await given(10);
    await run.working(async () => {
      const started = await run.pumphouse.discover('elsewhere');
      expect(await failureOf(started.result())).toBe(
        `this worker's configuration has no cloud "elsewhere"; it has: ${cloud}`,
      );
    });
  }, 240_000);
});
