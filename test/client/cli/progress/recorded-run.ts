import type { RunLook } from '../../../../client/started-migration.ts';
import type { ResourceOutcome, RunProgress, RunResult } from '../../../../workflows/run-report.ts';

const STARTED = '2026-11-23T00:00:00.000Z';

export const GIB = 1024 ** 3;

/** What the run of a tenant tells while its instances move. */
export const progress: RunProgress = {
  kind: 'migrate-tenant',
  source: 'old',
  target: 'new',
  what: 'tenant acme',
  stage: 'instances',
  paused: false,
  startedAt: STARTED,
  counts: {
    network: { total: 2, done: 2, failed: 0, skipped: 0 },
    image: { total: 3, done: 2, failed: 1, skipped: 0 },
    server: { total: 6, done: 2, failed: 0, skipped: 1 },
  },
  running: [
    {
      type: 'server',
      id: 'id-of-web-1',
      name: 'web-1',
      step: 'move it',
      since: '2026-11-23T00:02:24.000Z',
      workflowId: 'migrate-instance/old/new/id-of-web-1',
    },
    { type: 'server', id: 'id-of-web-2', name: '', step: 'move it', since: '2026-11-23T00:03:02.000Z' },
  ],
  copiedBytes: 1 * GIB,
  sizeBytes: 4 * GIB,
  failures: ['image private: the bytes are not those of the source'],
  notes: [],
  misunderstood: [],
};

/** A look at it, three minutes and five seconds after it began, while one disk is copied. */
export const look: RunLook = {
  atMs: Date.parse(STARTED) + 185_000,
  isRunning: true,
  progress,
  pending: [
    {
      workflowId: 'migrate-instance/old/new/id-of-web-1',
      activity: 'copyTransferImage',
      transfer: { sentBytes: 0.5 * GIB, sizeBytes: 2 * GIB },
    },
  ],
};

export const outcomes: readonly ResourceOutcome[] = [
  { type: 'network', id: 'n1', name: 'inside', action: 'create', outcome: 'done', targetId: 'n2', durationMs: 812 },
  { type: 'image', id: 'i1', name: 'private', action: 'create', outcome: 'failed', error: 'wrong bytes' },
  {
    type: 'server',
    id: 's1',
    name: 'web-1',
    action: 'create',
    outcome: 'done',
    targetId: '7d0c8e5c-6d0f-4f7e-9e1c-2a4b1f1f7a10',
    durationMs: 41_000,
    instance: { strategy: 'snapshot', downtimeMs: 12_345, copiedBytes: 2 * GIB },
    fidelity: {
      kept: 21,
      changed: [{ attribute: 'imageId', wanted: 'i1', found: 'i9', why: 'its disk was copied' }],
      lost: [{ attribute: 'lockedReason', wanted: 'do not touch', why: 'the target is too old' }],
    },
  },
];

export const result: RunResult = {
  kind: 'migrate-tenant',
  source: 'old',
  target: 'new',
  what: 'tenant acme',
  outcome: 'partly',
  startedAt: STARTED,
  endedAt: '2026-11-23T02:07:30.000Z',
  counts: { ...progress.counts },
  copiedBytes: 4 * GIB,
  gates: [{ gate: 'plan', verdict: 'approve', by: 'ann@laptop', at: STARTED, comment: 'CHG-1234' }],
  sourcesKept: 2,
  notes: [],
};
