import { ApplicationFailure, executeChild, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { ServiceState } from '../activities/hardware-activities.ts';
import { atOnce } from '../planning/evacuation-policy.ts';
import type { EvacuationPlan } from '../planning/plan-evacuation.ts';
import { Compensations, reasonOf } from './compensations.ts';
import { evacuateInstance } from './evacuate-instance.ts';
import { surveying } from './evacuation-activities.ts';
import type { EvacuateHostRequest } from './evacuation-requests.ts';
import { EvacuationRun } from './evacuation-run.ts';
import type { RunResult } from './run-report.ts';
import { hostKey, resourceKey, sourceKey } from './search-attributes.ts';
import { changing, takingBackHost } from './transfer-activities.ts';
import { slidingWindow } from './window.ts';
import { evacuateInstanceId } from './workflow-ids.ts';

type Instance = EvacuationPlan['instances'][number];

/** What was on its way to the host when it was disabled arrives after the first look. */
const MOST_ROUNDS = 3;
/** Nobody reads more of them in one sentence. */
const SHOWN = 20;

/**
 * Empties a host: nothing new is put on it from the beginning, and every instance leaves it by a run of its own. One that fails does not
 * stop the others. When the run is undone the host is enabled again if it was, and instances stay where they are by then.
 */
export async function evacuateHost(request: EvacuateHostRequest): Promise<RunResult> {
  const run = new EvacuationRun(request);
  const undo = new Compensations();
  try {
    refuseWhatCannotBe(await surveyed(run));
    run.enter('take-out');
    await disable(run, undo);
    run.enter('instances');
    await moveAll(run);
    run.enter('verify');
    return await verified(run, undo);
  } catch (error) {
    const result = await undone(run, undo, isCancellation(error) ? 'the run was cancelled' : reasonOf(error));
    if (isCancellation(error)) throw error;
    return result;
  }
}

function surveyed({ request }: EvacuationRun): Promise<EvacuationPlan> {
  const summary = `what is on ${request.host}, and where could it go?`;
  return surveying.surveyHost.executeWithOptions({ summary }, [request]);
}

function refuseWhatCannotBe({ obstacles, instances }: EvacuationPlan): void {
  if (obstacles.length === 0 || instances.length === 0) return;
  throw ApplicationFailure.nonRetryable(listed(obstacles), 'refused');
}

/** Nobody's own reason is lost: what was disabled already keeps it. */
async function disable({ request }: EvacuationRun, undo: Compensations): Promise<void> {
  const { cloud, host } = request;
  const reason = `pumphouse: evacuating (${workflowInfo().workflowId})`;
  const summary = `disable ${host}`;
  let former: ServiceState = await inspected(request);
  undo.add(`enable ${host} again`, () =>
    takingBackHost.restoreHost.executeWithOptions({ summary: `make ${host} as it was` }, [
      { cloud, host, reason, former },
    ]),
  );
  former = await changing.disableHost.executeWithOptions({ summary }, [{ cloud, host, reason }]);
}

/** A run that was lost half-way may have left its own reason: that counts as enabled, as `disableHost` says. */
async function inspected({ cloud, host }: EvacuateHostRequest) {
  const summary = `how is ${host} now?`;
  return (await changing.inspectHost.executeWithOptions({ summary }, [{ cloud, host }])).service;
}

async function moveAll(run: EvacuationRun): Promise<void> {
  const seen = new Set<string>();
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const { instances, targets } = await surveyed(run);
    const fresh = instances.filter(({ id }) => !seen.has(id));
    if (fresh.length === 0) return;
    for (const { id } of fresh) seen.add(id);
    run.outcomes.expect('server', seen.size);
    await moveRound(run, fresh, atOnce(run.request.policy, targets.length));
  }
}

async function moveRound(run: EvacuationRun, instances: readonly Instance[], limit: number): Promise<void> {
  const { policy } = run.request;
  const going = instances.filter(({ way }) => way.steps.length > 0);
  for (const { id, name, way } of instances)
    if (way.steps.length === 0)
      run.outcomes.finish({ type: 'server', id, name }, { outcome: 'skipped', error: way.why ?? 'it stays' });
  let failure: string | undefined;
  await slidingWindow(going, { limit, isOpen: () => !run.isPaused }, async (instance) => {
    if (failure !== undefined && policy.onError === 'compensate') {
      const { id, name } = instance;
      const error = 'not begun, since another could not be moved';
      return run.outcomes.finish({ type: 'server', id, name }, { outcome: 'skipped', error });
    }
    failure = (await moveOne(run, instance)) ?? failure;
  });
  if (failure !== undefined && policy.onError === 'compensate')
    throw ApplicationFailure.nonRetryable(failure, 'not-evacuated');
}

/** Gives why it was not moved. */
async function moveOne(run: EvacuationRun, instance: Instance): Promise<string | undefined> {
  const { cloud, host, to, policy } = run.request;
  const { id, name, way, diskGib, ramMib } = instance;
  const workflowId = evacuateInstanceId(cloud, host, id);
  const told = { type: 'server', id, name } as const;
  run.outcomes.begin(told, way.steps.join(', else '), workflowId);
  const { storage, convergeTimeoutMs, onSlow } = policy;
  const request = { cloud, host, id, name, way, diskGib, ramMib, policy: { storage, convergeTimeoutMs, onSlow } };
  try {
    const left = await executeChild(evacuateInstance, {
      workflowId,
      args: [to === undefined ? request : { ...request, to }],
      staticSummary: `Bring ${name || id} off ${host}`,
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      // When this run is terminated nothing more is to begin, but nobody may lose what has begun: a live migration is ended, a cold one
      // confirmed, what was resumed is suspended again. Terminated with it, it would stay half moved; left alone, it would go the next way.
      parentClosePolicy: 'REQUEST_CANCEL',
      typedSearchAttributes: [
        { key: sourceKey, value: cloud },
        { key: hostKey, value: host },
        { key: resourceKey, value: `server/${id}` },
      ],
    });
    const how = left.step === 'none' ? 'it was moved by somebody else' : left.step;
    run.outcomes.finish(told, { outcome: 'done', notes: [`${how}, on ${left.host}`, ...left.notes] });
    if (left.but !== undefined) run.note(`${name || id} is on ${left.host}, but ${left.but}`);
    return undefined;
  } catch (error) {
    const why = isCancellation(error) ? 'the run was cancelled: it stays where it is' : reasonOf(error);
    run.outcomes.finish(told, { outcome: 'failed', error: why });
    if (isCancellation(error)) throw error;
    return `${name || id}: ${why}`;
  }
}

async function verified(run: EvacuationRun, undo: Compensations): Promise<RunResult> {
  const { cloud, host } = run.request;
  const summary = `is ${host} empty?`;
  const left = await surveying.leftOnHost.executeWithOptions({ summary }, [{ cloud, host }]);
  if (left.length === 0) {
    run.note(
      `${host} is empty and stays disabled: openstack compute service set --enable ${host} nova-compute takes it back`,
    );
    return run.end(run.outcomes.ended.length === 0 ? 'nothing-to-do' : 'done');
  }
  if (run.request.policy.onError === 'compensate') return undone(run, undo, `left on ${host}: ${listed(left)}`);
  run.note(`${host} stays disabled; when what is left has been seen to, the same command goes on`);
  return run.end('partly', `left on ${host}: ${listed(left)}`);
}

async function undone(run: EvacuationRun, undo: Compensations, why: string): Promise<RunResult> {
  run.enter('compensate');
  const untouched = undo.isEmpty;
  const left = await undo.undo();
  const moved = run.outcomes.ended
    .filter(({ outcome }) => outcome === 'done')
    .map(({ id, name, notes }) => {
      return `${name || id} (${notes?.[0] ?? 'moved'})`;
    });
  run.note(...left);
  if (moved.length > 0) run.note(`these were moved and stay where they are: ${listed(moved)}`);
  return run.end(left.length > 0 ? 'partly' : 'compensated', why, { untouched });
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, SHOWN).join('; ');
  return items.length > SHOWN ? `${shown}; and ${items.length - SHOWN} more` : shown;
}
