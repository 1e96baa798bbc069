import { join } from 'node:path';
import { type CloudRecord, compareWith, type JudgedDifference, type Verdict } from '../judge/judge.ts';
import { type Ended, type Installation, VOLUME_TYPES } from './pumphouse-processes.ts';

/** What `pump-cloud migrate -f json` prints of each resource at the end. */
export interface ReportRow {
  readonly type: string;
  readonly name: string;
  readonly action: string;
  readonly outcome: string;
  readonly target_id: string | null;
  /** Of servers that ran: from the confirmed stop in the source to ACTIVE in the target. */
  readonly downtime_ms: number | null;
  readonly error: string | null;
}

/** In the seed's rich tenant, what nobody can move as it is: lab/population.md. */
export const OBSTACLES = {
  servers: ['acme-t000-broken', 'acme-t000-no-host', 'acme-t000-resizing'],
  volumes: ['acme-t000-failed', 'acme-t000-leaving'],
  /** Only one of the servers needs it. */
  flavors: ['acme.huge'],
} as const;

export interface Moved extends Ended {
  readonly rows: readonly ReportRow[];
  /** The first words of what the command says at the end: `done`, `partly done`, `nothing to do`. */
  readonly outcome: string;
}

/** Moves a tenant without a question; its sources stay, stopped and locked. */
export async function migrate(installation: Installation, tenant: string): Promise<Moved> {
  const args = ['migrate', tenant, '--approve', 'plan', '--keep-source', '-f', 'json'];
  const ended = await installation.command('pump-cloud', args);
  return { ...ended, rows: rowsOf(ended), outcome: /^tenant \S+: ([^;]+);/m.exec(ended.stderr)?.[1] ?? '' };
}

export async function rollBack(installation: Installation, tenant: string): Promise<Ended> {
  return installation.command('pump-cloud', ['rollback', tenant, '--yes']);
}

function rowsOf({ code, stdout, stderr }: Ended): readonly ReportRow[] {
  try {
    return JSON.parse(stdout) as readonly ReportRow[];
  } catch {
    throw new Error(`pump-cloud ended with ${code} and no report: ${stdout.slice(-2000)}\n${stderr.slice(-4000)}`);
  }
}

/** The verdict on the target, by what the source was before. */
export function judgeTarget(before: CloudRecord, { folder }: Installation): Promise<Verdict> {
  const exclude = Object.values(OBSTACLES).flat();
  return compareWith(before, 'target', join(folder, 'before.json'), { exclude, volumeTypes: VOLUME_TYPES });
}

/** What is not exactly as it was recorded; of the target only what is not of tests that run beside this one. */
export async function changes(before: CloudRecord, { folder }: Installation): Promise<readonly JudgedDifference[]> {
  const { differences } = await compareWith(before, before.cloud, join(folder, 'as-it-was.json'), { exact: true });
  return differences;
}

/** What of the target is not as it was, but for what these rollbacks have named with the reason why it stays. */
export async function leftOver(
  before: CloudRecord,
  installation: Installation,
  rollbacks: readonly Ended[],
): Promise<readonly JudgedDifference[]> {
  const told = new Set(rollbacks.flatMap(({ stderr }) => stayingAsTold(stderr)));
  const found = await changes(before, installation);
  return found.filter(({ type, name, attribute }) => !(attribute === 'extra' && told.has(`${type} ${name}`)));
}

/** From notes such as `left in target: flavor acme.small, acme.wide: every tenant may use it`. */
function stayingAsTold(stderr: string): readonly string[] {
  const notes = stderr.matchAll(/^note: left in target: ([a-z-]+) (.+?)(?: and \d+ more)?: /gm);
  return [...notes].flatMap(([, type, names]) => (names ?? '').split(', ').map((name) => `${type} ${name}`));
}

/** How the recorded servers are now: names of those that are not stopped and locked. */
export function stillRunning(
  servers: readonly { readonly name: string; readonly status: string; readonly locked: boolean }[],
): string[] {
  const movable = servers.filter(({ name }) => !OBSTACLES.servers.some((obstacle) => obstacle === name));
  return movable
    .filter(({ status, locked }) => !locked || !['SHUTOFF', 'SHELVED_OFFLOADED'].includes(status))
    .map(({ name, status, locked }) => `${name}: ${status}, ${locked ? '' : 'not '}locked`);
}
