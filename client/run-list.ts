import { type Client, type WorkflowExecutionInfo, WorkflowNotFoundError } from '@temporalio/client';
import { gateKey, hostKey, sourceKey, stageKey, targetKey, tenantKey } from '../workflows/search-attributes.ts';
import { RunError } from './run-error.ts';

/** What a run does, by the type of its workflow. */
export const RUN_KINDS = {
  migrateTenant: 'migrate-tenant',
  migrateResources: 'migrate-resources',
  rollbackMigration: 'rollback',
  finalizeMigration: 'finalize',
  discoverCloud: 'discover',
  migrateInstance: 'migrate-instance',
  transferHost: 'transfer-host',
  transferHosts: 'transfer-hosts',
  decommissionController: 'decommission-controller',
  evacuateHost: 'evacuate-host',
  evacuateInstance: 'evacuate-instance',
} as const;

export type ListedKind = (typeof RUN_KINDS)[keyof typeof RUN_KINDS];

/** Kinds that answer `progress` and `report` as migrations do. */
export const MIGRATION_KINDS: ReadonlySet<string> = new Set<ListedKind>([
  'migrate-tenant',
  'migrate-resources',
  'rollback',
  'finalize',
  'transfer-host',
  'transfer-hosts',
  'decommission-controller',
  'evacuate-host',
]);

export type RunStatus = 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed-out';

/** A run as Temporal lists it: known without a worker. */
export interface RunSummary {
  readonly workflowId: string;
  readonly runId: string;
  readonly kind: ListedKind;
  readonly status: RunStatus;
  readonly source?: string;
  readonly target?: string;
  /** Name of the tenant, of runs for one. */
  readonly tenant?: string;
  /** Of runs for a machine. */
  readonly host?: string;
  readonly stage?: string;
  /** Where it waits for a person. */
  readonly gate?: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt?: string;
}

export interface RunFilter {
  readonly source?: string;
  readonly target?: string;
  readonly tenant?: string;
  readonly host?: string;
  readonly kinds?: readonly ListedKind[];
  readonly runningOnly?: boolean;
  /** Only those that wait at a gate. */
  readonly atGate?: boolean;
  /** Newest first; 100 unless told. */
  readonly limit?: number;
}

const LIMIT = 100;
/** Among so many of the newest a part of an id is looked for. */
const SEARCHED = 1_000;

/** Instances are moved by children of a run; discoveries and migrations are started by a person. */
const STARTED_BY_PEOPLE = (Object.values(RUN_KINDS) as ListedKind[]).filter(
  (kind) => kind !== 'migrate-instance' && kind !== 'evacuate-instance',
);

/** Runs that a filter lets through, newest first. Temporal's index lags behind by a second or so. */
export async function listRuns(client: Client, filter: RunFilter = {}): Promise<readonly RunSummary[]> {
  const { limit = LIMIT } = filter;
  const found: RunSummary[] = [];
  for await (const info of client.workflow.list({ query: queryOf(filter) })) {
    const summary = summaryOf(info);
    // A gate is told of by a search attribute, and an ended run keeps the last one.
    if (summary !== undefined && (filter.atGate !== true || summary.gate !== undefined)) found.push(summary);
    if (found.length === limit) break;
  }
  return found.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

/**
 * The run with this workflow id, or the only one whose id begins with the word, has it in it, or moves the tenant or host of that name.
 * Of several the one that is running, when the others have ended: earlier moves of a tenant do not stand in the way of its answers. Of
 * several that have ended, about the very tenant or host of that name, the one that began last.
 *
 * @throws {RunError} `unknown`, or `ambiguous` with the candidates
 */
export async function findRun(client: Client, word: string): Promise<RunSummary> {
  const exact = await described(client, word);
  if (exact !== undefined) return exact;
  const all = await listRuns(client, { limit: SEARCHED });
  const ways: readonly ((run: RunSummary) => boolean)[] = [
    ({ workflowId }) => workflowId.startsWith(word),
    ({ workflowId, tenant, host }) => workflowId.includes(word) || tenant === word || host === word,
  ];
  for (const isMeant of ways) {
    const newest = new Map<string, RunSummary>();
    for (const run of all.filter(isMeant)) if (!newest.has(run.workflowId)) newest.set(run.workflowId, run);
    const meant = [...newest.values()];
    const running = meant.filter(({ status }) => status === 'running');
    const isAboutIt = ({ tenant, host }: RunSummary) => tenant === word || host === word;
    const isLatestMeant = running.length === 0 && meant.every(isAboutIt);
    const [only, second] = running.length === 1 ? running : isLatestMeant ? meant.slice(0, 1) : meant;
    if (only !== undefined && second === undefined) return (await described(client, only.workflowId)) ?? only;
    if (only !== undefined) {
      const candidates = [...newest.keys()];
      throw new RunError('ambiguous', `${candidates.length} runs could be ${JSON.stringify(word)}`, { candidates });
    }
  }
  throw new RunError('unknown', `no run is called ${JSON.stringify(word)}; "pump-runs list" shows them`);
}

/** As the server has it now, which the index behind {@link listRuns} may not yet. */
export async function described(client: Client, workflowId: string): Promise<RunSummary | undefined> {
  try {
    return summaryOf(await client.workflow.getHandle(workflowId).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

type Described = Pick<
  WorkflowExecutionInfo,
  'type' | 'workflowId' | 'runId' | 'status' | 'startTime' | 'closeTime' | 'typedSearchAttributes'
>;

/** Undefined for a workflow that is none of ours. */
export function summaryOf(info: Described): RunSummary | undefined {
  const { type, workflowId, runId, startTime, closeTime, typedSearchAttributes: attributes } = info;
  if (!Object.hasOwn(RUN_KINDS, type)) return undefined;
  const status = statusOf(info);
  const told = {
    source: attributes.get(sourceKey),
    target: attributes.get(targetKey),
    tenant: attributes.get(tenantKey),
    host: attributes.get(hostKey),
    stage: attributes.get(stageKey),
    gate: status === 'running' ? attributes.get(gateKey) || undefined : undefined,
  };
  return {
    workflowId,
    runId,
    kind: RUN_KINDS[type as keyof typeof RUN_KINDS],
    status,
    ...(Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as Partial<RunSummary>),
    startedAt: startTime.toISOString(),
    ...(closeTime === undefined ? {} : { endedAt: closeTime.toISOString() }),
  };
}

function statusOf({ status }: Pick<WorkflowExecutionInfo, 'status'>): RunStatus {
  switch (status.name) {
    case 'COMPLETED':
      return 'completed';
    case 'FAILED':
      return 'failed';
    case 'CANCELLED':
      return 'cancelled';
    case 'TERMINATED':
      return 'terminated';
    case 'TIMED_OUT':
      return 'timed-out';
    default:
      // One that has continued as new is described by its newest execution, and never listed.
      return 'running';
  }
}

/** Temporal's list filter (docs.temporal.io/list-filter). */
function queryOf({ source, target, tenant, host, kinds = STARTED_BY_PEOPLE, runningOnly, atGate }: RunFilter): string {
  const types = Object.entries(RUN_KINDS).flatMap(([type, kind]) => (kinds.includes(kind) ? [quoted(type)] : []));
  const equal = [
    [sourceKey.name, source],
    [targetKey.name, target],
    [tenantKey.name, tenant],
    [hostKey.name, host],
  ] as const;
  return [
    `WorkflowType IN (${types.join(', ')})`,
    "ExecutionStatus != 'ContinuedAsNew'",
    ...equal.flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${quoted(value)}`])),
    ...(runningOnly === true || atGate === true ? ["ExecutionStatus = 'Running'"] : []),
  ].join(' AND ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
