import { proxyActivities } from '@temporalio/workflow';
import type { EvacuationActivities } from '../activities/evacuation-activities.ts';
import { diskTimeMs } from './time-limits.ts';

/** Compensation must wait until what it undoes has ended. */
const WAIT = { cancellationType: 'WAIT_CANCELLATION_COMPLETED' } as const;

/** An outage of some minutes is sat out. */
const PATIENT = { initialInterval: '1s', maximumInterval: '30s', maximumAttempts: 12 } as const;

/** Reads a host with all its instances. */
export const surveying = proxyActivities<Pick<EvacuationActivities, 'surveyHost' | 'leftOnHost'>>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '2 minutes',
  retry: PATIENT,
  ...WAIT,
});

/** A few calls. */
export const nudging = proxyActivities<
  Pick<EvacuationActivities, 'forceCompleteMigration' | 'abortLiveMigration' | 'bringInstance'>
>({ startToCloseTimeout: '10 minutes', heartbeatTimeout: '2 minutes', retry: PATIENT, ...WAIT });

/** What takes as long as a disk and a memory are large, and as Nova has others to move before; `atLeastMs` beside it. */
export function leavingWithin(diskGib: number, ramMib: number, atLeastMs: number) {
  return proxyActivities<Pick<EvacuationActivities, 'inspectDeparture' | 'leaveHost'>>({
    startToCloseTimeout: atLeastMs + 4 * diskTimeMs(diskGib + Math.ceil(ramMib / 1_024)),
    // It hears of a cancellation by its heartbeats, which are sent when four fifths of this have passed.
    heartbeatTimeout: '20 seconds',
    retry: PATIENT,
    ...WAIT,
  });
}
