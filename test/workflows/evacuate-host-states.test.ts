import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { type EvacuationPolicy, evacuationPolicy } from '../../planning/evacuation-policy.ts';
import { stopCompute } from '../../simulator/nova/compute-host.ts';
import type { Server } from '../../simulator/nova/state.ts';
import type { evacuateHost } from '../../workflows/evacuate-host.ts';
import type { RunReport, RunResult } from '../../workflows/run-report.ts';
import { evacuateHostId, evacuateInstanceId } from '../../workflows/workflow-ids.ts';
import type { Interference } from './interference.ts';
import { type MovingRun, movingRun } from './moving-run.ts';

type Handle = WorkflowHandleWithFirstExecutionRunId<typeof evacuateHost>;

let run: MovingRun;
/** The host that is emptied. */
let host = '';

beforeEach(async () => {
  const web = { name: 'web', flavor: 'm1', image: 'cirros' };
  run = await movingRun(
    {
      flavors: [{ name: 'm1', id: 'f1' }],
      images: [{ name: 'cirros', visibility: 'public' }],
      tenants: [
        {
          name: 'acme',
          volumes: [{ name: 'root', bootable: true }],
          servers: [web, { ...web, name: 'db', status: 'SHUTOFF' }, { name: 'mail', flavor: 'm1', volumes: ['root'] }],
        },
      ],
    },
    { source: { computeHosts: 3 } },
  );
  host = `${run.source.name}-c1`;
  const { nova } = run.source.state;
  for (const row of nova.servers.all()) nova.servers.change(row, { host });
});
afterEach(() => run.close());

function service() {
  const found = run.source.state.nova.services.where('host', host).find(({ binary }) => binary === 'nova-compute');
  if (found === undefined) throw new Error(`no nova-compute on ${host}`);
  return found;
}

function server(name: string): Server {
  const found = run.source.state.nova.servers.find((row) => row.name === name);
  if (found === undefined) throw new Error(`no server ${name}`);
  return found;
}

function change(name: string, to: Partial<Server>): void {
  run.source.state.nova.servers.change(server(name), to);
}

const places = () =>
  ['web', 'db', 'mail'].map(
    (name) => `${name} ${server(name).vmState} ${server(name).host === host ? 'here' : 'gone'}`,
  );

function evacuate(policy: Partial<EvacuationPolicy> = {}): Promise<Handle> {
  const cloud = run.source.name;
  return run.temporal.client.workflow.start<typeof evacuateHost>('evacuateHost', {
    workflowId: evacuateHostId(cloud, host),
    taskQueue: run.taskQueue,
    args: [{ cloud, host, policy: evacuationPolicy(policy) }],
  });
}

async function evacuated(
  policy: Partial<EvacuationPolicy> = {},
  interfere?: Interference,
): Promise<RunReport & { readonly result: RunResult }> {
  return run.working(async () => {
    const handle = await evacuate(policy);
    const result = await handle.result();
    return { ...(await handle.query<RunReport, []>('report')), result };
  }, interfere);
}

const failing =
  (...steps: readonly string[]): Interference =>
  (activity) => {
    if (!steps.includes(activity)) return undefined;
    throw ApplicationFailure.nonRetryable(`broken by the test: ${activity}`);
  };

describe('Of a host that is evacuated', () => {
  test('instances that boot from a volume, are locked, or were shelved go too, each as it was', async () => {
    change('web', { lockedBy: 'owner' });
    change('db', { vmState: 'shelved' });
    const { result, outcomes } = await evacuated();
    expect(result.outcome).toBe('done');
    expect(places()).toEqual(['web active gone', 'db shelved_offloaded gone', 'mail active gone']);
    expect(server('web').lockedBy).toBe('owner');
    expect(outcomes.find(({ name }) => name === 'db')?.notes?.join()).toContain('shelved and offloaded');
  });

  test('an instance whose resize waits for its owner stays, and is told with what to do', async () => {
    change('web', { vmState: 'resized', oldFlavor: server('web').flavor });
    const { result, outcomes } = await evacuated();
    expect(result).toMatchObject({ outcome: 'partly', error: expect.stringContaining('web VERIFY_RESIZE') });
    expect(outcomes.find(({ name }) => name === 'web')?.error).toContain('confirm or revert it');
    expect(places()).toEqual(['web resized here', 'db stopped gone', 'mail active gone']);
  });

  test('one that Nova leaves ACTIVE where it was, with its migration in error, is no success', async () => {
    const { nova } = run.source.state;
    // Nothing else takes anything from the moment on that it is asked for.
    const disable = () => {
      for (const row of nova.services.filter((each) => each.host !== host))
        nova.services.change(row, { disabled: row.binary === 'nova-compute' });
    };
    const { result, outcomes } = await evacuated({}, (activity) => {
      if (activity === 'leaveHost') disable();
      return undefined;
    });
    expect(result.outcome).toBe('partly');
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
    expect(outcomes.find(({ name }) => name === 'web')?.error).toMatch(
      /ended its migration with error.*NoValidHost|error/,
    );
    expect(places()).toEqual(['web active here', 'db stopped here', 'mail active here']);
    expect(service().disabled).toBe(true);
  });

  test('a first failure ends it where the policy says so: the host is enabled again, nothing more is begun, what went stays away', async () => {
    let asked = 0;
    const { result, outcomes } = await evacuated({ onError: 'compensate', concurrency: 1 }, (activity, request) => {
      if (activity !== 'leaveHost') return undefined;
      asked += 1;
      return asked === 2 ? failing('leaveHost')(activity, request) : undefined;
    });
    expect(result).toMatchObject({ outcome: 'compensated', error: expect.stringContaining('broken by the test') });
    expect(service()).toMatchObject({ disabled: false, disabledReason: null });
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'failed', 'skipped']);
    expect(outcomes.find(({ outcome }) => outcome === 'skipped')?.error).toContain('not begun');
    expect(places().filter((place) => place.endsWith('gone'))).toHaveLength(1);
    const gone = outcomes.find(({ outcome }) => outcome === 'done')?.name;
    expect(result.notes.join()).toContain(`these were moved and stay where they are: ${gone}`);
  });

  test('a cold migration that is under way when the run is cancelled is let end, and told as it is', async () => {
    const { nova } = run.source.state;
    nova.servers.remove(server('web').id);
    nova.servers.remove(server('mail').id);
    await run.working(async () => {
      const handle = await evacuate();
      while (server('db').taskState === null) await new Promise((next) => setImmediate(next));
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      const { result, outcomes } = await handle.query<RunReport, []>('report');
      expect(server('db')).toMatchObject({ vmState: 'stopped', taskState: null });
      expect(server('db').host).not.toBe(host);
      expect(outcomes).toEqual([expect.objectContaining({ outcome: 'done', name: 'db' })]);
      expect(result?.notes.join()).toContain('these were moved and stay where they are: db');
    });
    expect(service().disabled).toBe(false);
  });
});

describe('Of a run that is terminated', () => {
  test('what is under way with an instance is ended as by a cancellation, and no other way is tried', async () => {
    const { nova } = run.source.state;
    nova.neverConverging.add(server('web').id);
    await run.working(async () => {
      const handle = await evacuate();
      const child = run.temporal.client.workflow.getHandle(evacuateInstanceId(run.source.name, host, server('web').id));
      while (server('web').taskState === null) await new Promise((next) => setImmediate(next));
      await handle.terminate('by the test');
      await expect(child.result()).rejects.toThrow('cancelled');
    });
    const own = nova.migrations.filter(({ serverId }) => serverId === server('web').id);
    expect(own.map(({ type, status }) => `${type} ${status}`)).toEqual(['live-migration cancelled']);
    expect(server('web')).toMatchObject({ host, vmState: 'active', taskState: null });
  });
});

describe('Instances of a server group', () => {
  function group(policy: string, ...names: readonly string[]): void {
    const { projectId, userId } = server('web');
    const memberIds = names.map((name) => server(name).id);
    run.source.state.nova.serverGroups.add({ id: 'g', name: 'apart', policy, rules: {}, projectId, userId, memberIds });
  }

  test('that Nova would place nowhere stay, and are told with what to do; the others go', async () => {
    group('affinity', 'web', 'mail');
    const { result, outcomes } = await evacuated();
    expect(result.outcome).toBe('partly');
    expect(outcomes.find(({ name }) => name === 'web')).toMatchObject({
      outcome: 'skipped',
      error: expect.stringContaining('its server group apart (affinity) keeps it beside mail'),
    });
    expect(places()).toEqual(['web active here', 'db stopped gone', 'mail active here']);
    expect(run.source.state.nova.migrations.all()).toHaveLength(1);
  });

  test('that keeps them apart go to different hosts, as many as there are', async () => {
    group('anti-affinity', 'web', 'db', 'mail');
    const { result } = await evacuated();
    expect(result).toMatchObject({ outcome: 'partly', counts: { server: { done: 2, skipped: 1 } } });
    expect(new Set(['web', 'db', 'mail'].map((name) => server(name).host)).size).toBe(3);
  });
});

describe('A step of an evacuation that fails for good', () => {
  test.each(['surveyHost', 'inspectHost', 'disableHost', 'leftOnHost'])(
    '%s: the host is enabled as before, and instances are told where they are',
    async (step) => {
      const { result } = await evacuated({}, failing(step));
      expect(result).toMatchObject({
        outcome: 'compensated',
        error: expect.stringContaining(`broken by the test: ${step}`),
      });
      expect(service()).toMatchObject({ disabled: false, disabledReason: null });
      if (step === 'leftOnHost') expect(result.notes.join()).toMatch(/these were moved and stay where they are: .*web/);
      else expect(places()).toEqual(['web active here', 'db stopped here', 'mail active here']);
    },
  );

  test('leaves a host disabled for the reason that somebody had given before', async () => {
    run.source.state.nova.services.change(service(), { disabled: true, disabledReason: 'broken fan' });
    const { result } = await evacuated({}, failing('leftOnHost'));
    expect(result.outcome).toBe('compensated');
    expect(service()).toMatchObject({ disabled: true, disabledReason: 'broken fan' });
  });

  test('is told with what is left to do where the host cannot be enabled again either', async () => {
    const { result } = await evacuated({}, failing('leftOnHost', 'restoreHost'));
    expect(result).toMatchObject({ outcome: 'partly' });
    expect(result.notes.join()).toContain(`enable ${host} again`);
  });
});

describe('A host that does not report', () => {
  const places3 = ['web active here', 'db stopped here', 'mail active here'];

  test('keeps its instances unless the policy says that they are built anew', async () => {
    stopCompute(run.source.state, host);
    const { result } = await evacuated();
    expect(result.outcome).toBe('partly');
    expect(places()).toEqual(places3);
  });

  test('keeps them also then, until somebody has said that it is off: its guests may run', async () => {
    stopCompute(run.source.state, host);
    const { outcomes } = await evacuated({ hostDown: 'rebuild' });
    expect(outcomes[0]?.error).toContain('openstack compute service set --down');
    expect(places()).toEqual(places3);
  });

  test('and is forced down loses them to other hosts, where they are built anew', async () => {
    stopCompute(run.source.state, host);
    run.source.state.nova.services.change(service(), { forcedDown: true });
    const { result } = await evacuated({ hostDown: 'rebuild' });
    expect(result.outcome).toBe('done');
    expect(places()).toEqual(['web active gone', 'db stopped gone', 'mail active gone']);
    expect(run.source.state.nova.migrations.all().map(({ type, status }) => `${type} ${status}`)).toEqual([
      'evacuation done',
      'evacuation done',
      'evacuation done',
    ]);
  });
});
