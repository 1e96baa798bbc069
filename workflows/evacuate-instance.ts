import { ApplicationFailure, CancellationScope, setCurrentDetails } from '@temporalio/workflow';
import type { Departure, Left } from '../activities/evacuation-activities.ts';
import type { EvacuationStep } from '../planning/evacuation-way.ts';
import { leavingWithin, nudging } from './evacuation-activities.ts';
import type { EvacuatedInstanceResult, EvacuateInstanceRequest } from './evacuation-requests.ts';

const WORDS: Readonly<Record<EvacuationStep, string>> = {
  live: 'migrate it live',
  cold: 'migrate it cold, and confirm',
  rebuild: 'build it anew elsewhere',
  offload: 'give up its copy on the host',
};

/** Brings one instance off its host, by one way after the other. Where none leads off, it stays as it was, and the run fails. */
export async function evacuateInstance(request: EvacuateInstanceRequest): Promise<EvacuatedInstanceResult> {
  const { cloud, id, name, way, host } = request;
  const told = [`${name || id} leaves ${host}`];
  const tell = (line: string) => {
    told.push(line);
    setCurrentDetails(told.map((each) => `- ${each}`).join('\n'));
  };
  if (way.resumed !== true) return tryAll(request, tell);
  await nudging.bringInstance.executeWithOptions({ summary: 'resume it' }, [{ cloud, id, to: 'active' }]);
  try {
    return await tryAll(request, tell);
  } finally {
    await CancellationScope.nonCancellable(() =>
      nudging.bringInstance.executeWithOptions({ summary: 'suspend it again' }, [{ cloud, id, to: 'suspended' }]),
    );
  }
}

async function tryAll(
  request: EvacuateInstanceRequest,
  tell: (line: string) => void,
): Promise<EvacuatedInstanceResult> {
  const { cloud, id, host, way, diskGib, ramMib, policy } = request;
  const failures: string[] = [];
  for (const step of way.steps) {
    const leaving = leavingWithin(diskGib, ramMib, policy.convergeTimeoutMs);
    const { departure, name } = await leaving.inspectDeparture.executeWithOptions({ summary: 'look at it' }, [
      { cloud, id },
    ]);
    if (departure.host !== host && !(step === 'rebuild' && departure.host === '')) {
      tell(`it is on ${departure.host || 'no host'} already`);
      return { host: departure.host, step: 'none', notes: failures };
    }
    // What could not be ended well may have changed what it is: another way would make that worse.
    if (departure.vmState === 'resized' || (departure.vmState === 'error' && step !== 'rebuild'))
      throw failed([...failures, `it is ${departure.vmState} now`]);
    const left = await take(request, step, name, departure, tell);
    tell(
      `${WORDS[step]}: ${left.kind === 'moved' ? `on ${left.host}` : left.kind === 'failed' ? left.why : left.kind}`,
    );
    if (left.kind === 'moved')
      return { host: left.host, step, notes: failures, ...(left.but === undefined ? {} : { but: left.but }) };
    failures.push(`${step}: ${left.kind === 'failed' ? left.why : 'it did not converge'}`);
  }
  throw failed(failures);
}

async function take(
  request: EvacuateInstanceRequest,
  step: EvacuationStep,
  name: string,
  departure: Departure,
  tell: (line: string) => void,
): Promise<Left> {
  const { cloud, id, to, diskGib, ramMib, policy } = request;
  const { onSlow, convergeTimeoutMs, storage } = policy;
  const leaving = leavingWithin(diskGib, ramMib, convergeTimeoutMs);
  const shared = { cloud, id, name, step, departure, storage, ...(to === undefined ? {} : { to }) };
  const slowAfter = step === 'live' && onSlow !== 'wait' ? { slowAfterMs: convergeTimeoutMs } : {};
  const left = await leaving.leaveHost.executeWithOptions({ summary: WORDS[step] }, [{ ...shared, ...slowAfter }]);
  if (left.kind !== 'slow') return left;
  const slow = { cloud, id, migrationId: left.migrationId };
  if (onSlow === 'abort') {
    tell('it does not converge: its live migration is ended');
    await nudging.abortLiveMigration.executeWithOptions({ summary: 'end its live migration' }, [slow]);
  } else {
    tell('it does not converge: its live migration is completed by force');
    await nudging.forceCompleteMigration.executeWithOptions({ summary: 'complete its live migration by force' }, [
      slow,
    ]);
  }
  return leaving.leaveHost.executeWithOptions({ summary: 'see what came of it' }, [shared]);
}

function failed(failures: readonly string[]): ApplicationFailure {
  return ApplicationFailure.nonRetryable(failures.join('; '), 'not-evacuated');
}
