import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { movePolicy } from '../../planning/policy-defaults.ts';
import type { VolumeAttributes } from '../../resources/volume/volume.ts';
import type { ResourceOutcome, RunReport, RunResult } from '../../workflows/run-report.ts';
import { instanceId } from '../../workflows/workflow-ids.ts';
import {
  atGate,
  everything,
  type Interference,
  lentRoles,
  type MovingRun,
  movingRun,
  portrait,
  servers,
} from './moving-run.ts';
import { smallCloud, smallServer, smallTenant } from './small-tenant.ts';

const PATIENT = movePolicy({ server: { stopTimeoutMs: 1_800_000 } });
const WHY = 'its move to';

const HAS_THEM = 'since it could not remove the instance of the target';

/** One that is no good, and that cannot be removed. */
const failing =
  (unlucky: () => string): Interference =>
  (activity, { id }) => {
    if (id === unlucky() && (activity === 'settleServer' || activity === 'removeServer'))
      throw ApplicationFailure.nonRetryable('refused by the test', 'forbidden');
    return undefined;
  };

async function approvedDeletion(handle: WorkflowHandle<() => Promise<RunResult>>): Promise<RunReport> {
  await atGate(handle, 'delete-source');
  await handle.signal('approve', 'delete-source');
  expect((await handle.result()).outcome).toBe('partly');
  return handle.query<RunReport, []>('report');
}

describe('An instance whose move failed and whose copy could not be removed', () => {
  let run: MovingRun;
  let unlucky: string;
  let told: ReadonlyMap<string, ResourceOutcome>;
  const refusing = failing(() => unlucky);
  const stateOf = async (cloud: MovingRun['sourceCloud']) =>
    (await servers(cloud)).map(({ name, attributes }) => `${name} ${attributes.vmState}`).sort();
  const volumesOf = async (cloud: MovingRun['sourceCloud']) =>
    (await everything(cloud))
      .filter(({ type }) => type === 'volume')
      .map(({ name, attributes }) => `${name} ${(attributes as VolumeAttributes).status}`)
      .sort();

  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 2)));
    unlucky = (await servers(run.sourceCloud)).find(({ name }) => name === 'acme-1')?.id ?? '';
  }, 180_000);
  afterAll(() => run.close());

  test('is not deleted in the source with its siblings: its copy is not what it was', async () => {
    const { outcomes, result } = await run.working(
      async () => approvedDeletion(await run.migrate('acme', { keepSource: false })),
      refusing,
    );
    told = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
    expect(told.get('acme-2')?.outcome).toBe('deleted');
    expect(told.get('acme-1')?.outcome).toBe('left');
    expect(told.get('acme-1')?.error).toContain('IT IS NOT AS IT WAS');
    expect(result?.notes.join('\n')).toContain(`acme-1 is not deleted in ${run.source.name}: ${WHY}`);
    expect(await stateOf(run.sourceCloud)).toEqual(['acme-1 stopped']);
    expect(await stateOf(run.targetCloud)).toEqual(['acme-1 active', 'acme-2 active']);
  }, 240_000);

  test('keeps what its copy has, which is told, and nothing of it is tried for ever', async () => {
    const { events } = await run.temporal.client.workflow
      .getHandle(instanceId(run.source.name, run.target.name, unlucky))
      .fetchHistory();
    const tried = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: asked }) => asked ?? []);
    expect(tried.filter(({ retryPolicy }) => !retryPolicy?.maximumAttempts)).toEqual([]);
    const error = told.get('acme-1')?.error;
    for (const kept of ['volume data', 'port', 'floating-ip'])
      expect(error).toMatch(new RegExp(`did not remove ${kept}[^;]*, ${HAS_THEM}`));
    expect(error).toContain(`did not remove the image of its disk, ${HAS_THEM}`);
    expect(await volumesOf(run.targetCloud)).toEqual(['data in-use', 'spare available']);
  });

  test('is not deleted by finalize weeks later either, and comes back by a rollback', async () => {
    await run.working(async () => {
      const { outcomes } = await approvedDeletion(await run.finalize('acme'));
      expect(outcomes.map(({ error }) => error)).toEqual([expect.stringContaining(WHY)]);
      expect(await stateOf(run.sourceCloud)).toEqual(['acme-1 stopped']);
      expect((await (await run.rollback('acme')).result()).outcome).toBe('partly');
    });
    expect(await stateOf(run.sourceCloud)).toEqual(['acme-1 active']);
    expect(await stateOf(run.targetCloud)).toEqual(['acme-2 active']);
    expect(await volumesOf(run.sourceCloud)).toEqual(['data in-use', 'spare available']);
    expect(await volumesOf(run.targetCloud)).toEqual(['spare available']);
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);
});

describe('An instance of a Nova that takes no reasons for locks, whose move failed and whose copy is left', () => {
  let run: MovingRun;
  let unlucky: string;

  beforeAll(async () => {
    const tenant = smallTenant('acme', 0, { servers: [smallServer('acme', 1)] });
    run = await movingRun(smallCloud(tenant), { source: { release: 'pike' } });
    unlucky = (await servers(run.sourceCloud))[0]?.id ?? '';
  }, 180_000);
  afterAll(() => run.close());

  test('is neither moved again nor deleted, and comes back without a trace of that, its copy stopped as the policy says', async () => {
    const before = await portrait(run.sourceCloud);
    const rolledBack = async () => (await run.rollback('acme', { policy: PATIENT })).result();
    const waited: unknown[] = [];
    const noting: Interference = (activity, { stopTimeoutMs }) => {
      if (activity === 'stopCopy') waited.push(stopTimeoutMs);
      return undefined;
    };
    const outcome = async () => {
      const handle = await run.migrate('acme');
      await handle.result();
      const { outcomes } = await handle.query<RunReport, []>('report');
      return outcomes.find(({ type }) => type === 'server');
    };
    expect(
      await run.working(
        outcome,
        failing(() => unlucky),
      ),
    ).toMatchObject({ outcome: 'left' });
    await run.working(async () => {
      expect(await outcome()).toMatchObject({ outcome: 'failed', error: expect.stringContaining('its move failed') });
      const { outcomes } = await approvedDeletion(await run.finalize('acme'));
      expect(outcomes.map(({ error }) => error)).toEqual([expect.stringContaining(WHY)]);
    });
    await run.working(rolledBack, noting);
    expect(waited).toEqual([PATIENT.server.stopTimeoutMs]);
    expect(await portrait(run.sourceCloud)).toEqual(before);
    expect((await run.sourceCloud.compute.server(unlucky)).metadata).toEqual({});
    expect(await servers(run.targetCloud)).toEqual([]);
  }, 240_000);
});
