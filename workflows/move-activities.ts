import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { AddressActivities } from '../activities/address-activities.ts';
import type { ClaimActivities, HolderActivities } from '../activities/claim-activities.ts';
import type { ImageActivities } from '../activities/image-activities.ts';
import type { MovedActivities } from '../activities/moved-activities.ts';
import type { BesidesActivities } from '../activities/moved-besides.ts';
import type { CopyActivities } from '../activities/moved-copies.ts';
import type { StrandedActivities } from '../activities/moved-stranded.ts';
import type { PlanActivities } from '../activities/plan-activities.ts';
import type { ResourceActivities } from '../activities/resource-activities.ts';
import type { ServerActivities } from '../activities/server-activities.ts';
import type { VolumeActivities } from '../activities/volume-activities.ts';

type SmallActivities = ResourceActivities &
  AddressActivities &
  ClaimActivities &
  Pick<VolumeActivities, 'inspectVolume'>;
type DiskActivities = ServerActivities & VolumeActivities;

/** Compensation must wait until what it undoes has ended: never `TRY_CANCEL`, which the SDK takes when nothing is said. */
const WAIT = { cancellationType: 'WAIT_CANCELLATION_COMPLETED' } as const;

/** An outage of some minutes is sat out; what is wrong for longer is a person's business. */
const PATIENT = { initialInterval: '1s', maximumInterval: '30s', maximumAttempts: 12 } as const;

/** An instance is down meanwhile: rather put it back to work than wait long. */
const URGENT = { initialInterval: '1s', maximumInterval: '10s', maximumAttempts: 6 } as const;

/** What was done must be undone, however long a cloud is away. What can't help is not retried: it says so at once. */
const TENACIOUS = { initialInterval: '1s', maximumInterval: '5 minutes' } as const;

/** Reading whole tenants of both clouds: as long as they are large, with a sign of life. */
export const planning = proxyActivities<PlanActivities>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '2 minutes',
  retry: PATIENT,
  ...WAIT,
});

type FindingActivities = MovedActivities & StrandedActivities & BesidesActivities & HolderActivities;

/** What is to be undone or asked about must be found, however long a cloud is away. */
export const finding = proxyActivities<FindingActivities & Pick<CopyActivities, 'inspectReturn'>>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '2 minutes',
  retry: TENACIOUS,
  ...WAIT,
});

/** Few calls, nothing of an instance is down. */
export const making = proxyActivities<SmallActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '2 minutes',
  retry: PATIENT,
  ...WAIT,
});

/** Few calls while an instance is down. */
export const cuttingOver = proxyActivities<SmallActivities & ServerActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '1 minute',
  retry: URGENT,
  ...WAIT,
});

/** An outage of half a day is sat out; what a cloud refuses for longer is told as left, and a rollback goes on with it. */
export const undoing = proxyActivities<SmallActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '2 minutes',
  retry: { ...TENACIOUS, maximumAttempts: 150 },
  ...WAIT,
});

/** Of one instance, for which its whole run waits: what more than an hour of trying has not undone is a person's business, who is told. */
export const takingBack = proxyActivities<SmallActivities & DiskActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '2 minutes',
  // The pauses between them come to 78 minutes.
  retry: { ...TENACIOUS, maximumAttempts: 24 },
  ...WAIT,
});

/** On the way back an instance is down: after a quarter of an hour it is put back to work where it was, and a person told. */
export const returning = proxyActivities<SmallActivities & DiskActivities & CopyActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '2 minutes',
  retry: { initialInterval: '1s', maximumInterval: '1 minute', maximumAttempts: 20 },
  ...WAIT,
});

/** What takes as long as a disk is large. Heartbeats tell of a hang long before the limit. */
export function ofDisk(timeoutMs: number) {
  return proxyActivities<DiskActivities>(withHeartbeat(timeoutMs));
}

/** Bulk copying, on the queue of the data movers. */
export function ofCopy(timeoutMs: number, taskQueue: string) {
  return proxyActivities<ImageActivities>({ ...withHeartbeat(timeoutMs), taskQueue });
}

function withHeartbeat(timeoutMs: number): ActivityOptions {
  return { startToCloseTimeout: timeoutMs, heartbeatTimeout: '2 minutes', retry: URGENT, ...WAIT };
}
