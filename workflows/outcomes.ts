import type { PlanEntry } from '../planning/plan.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { MigrationState } from './migration-state.ts';
import type { ResourceOutcome, Running, TypeProgress } from './run-report.ts';

type Named = Pick<PlanEntry, 'type' | 'id' | 'name'>;

/** How one resource ended. */
export type End = Omit<ResourceOutcome, 'type' | 'id' | 'name' | 'action'>;

const FAILURES_KEPT = 50;
const NOTHING: TypeProgress = { total: 0, done: 0, failed: 0, skipped: 0 };

const FIELDS: Readonly<Record<ResourceOutcome['outcome'], 'done' | 'failed' | 'skipped'>> = {
  done: 'done',
  deleted: 'done',
  'started-again': 'done',
  restored: 'done',
  removed: 'done',
  skipped: 'skipped',
  kept: 'skipped',
  failed: 'failed',
  compensated: 'failed',
  left: 'failed',
};

/** What became of each resource of a run, and what is being done to some now. */
export class Outcomes {
  readonly #counts: Partial<Record<ResourceTypeName, TypeProgress>>;
  readonly #ended = new Map<string, ResourceOutcome>();
  readonly #running = new Map<string, Running>();
  readonly #failures: string[];
  readonly #onChange: () => void;
  #copiedBytes: number;

  constructor(earlier: MigrationState | undefined, onChange: () => void) {
    this.#counts = { ...earlier?.counts };
    this.#failures = [...(earlier?.failures ?? [])];
    this.#copiedBytes = earlier?.copiedBytes ?? 0;
    this.#onChange = onChange;
  }

  get counts(): Readonly<Partial<Record<ResourceTypeName, TypeProgress>>> {
    return { ...this.#counts };
  }

  /** The newest. */
  get failures(): readonly string[] {
    return [...this.#failures];
  }

  get running(): readonly Running[] {
    return [...this.#running.values()];
  }

  /** Of this execution. */
  get ended(): readonly ResourceOutcome[] {
    return [...this.#ended.values()];
  }

  get copiedBytes(): number {
    return this.#copiedBytes;
  }

  get hasFailures(): boolean {
    return Object.values(this.#counts).some(({ failed, skipped }) => failed + skipped > 0);
  }

  /** How many of a type there are, as the plan says. */
  expect(type: ResourceTypeName, total: number): void {
    this.#counts[type] = { ...NOTHING, total };
  }

  /** One less to be dealt with by itself. */
  leaveOut(type: ResourceTypeName): void {
    const counts = this.#counts[type];
    if (counts !== undefined) this.#counts[type] = { ...counts, total: counts.total - 1 };
  }

  begin({ type, id, name }: Named, step: string, workflowId?: string): void {
    const child = workflowId === undefined ? {} : { workflowId };
    this.#running.set(keyOf({ type, id }), { type, id, name, step, since: new Date().toISOString(), ...child });
    this.#onChange();
  }

  /** What was done takes the time since it began. One that an earlier round has done, and this one only found, is told as it was done. */
  finish({ type, id, name, action }: Named & Partial<Pick<PlanEntry, 'action'>>, end: End): void {
    const key = keyOf({ type, id });
    const began = this.#running.get(key)?.since;
    const before = this.#ended.get(key);
    this.#running.delete(key);
    const outcome: ResourceOutcome = {
      ...{ type, id, name },
      ...(action === undefined ? {} : { action }),
      ...(began === undefined ? {} : { durationMs: Date.now() - Date.parse(began) }),
      ...end,
      ...(before?.outcome === 'done' && end.outcome === 'done' ? before : {}),
    };
    this.#ended.set(key, outcome);
    this.#count(type, end.outcome);
    this.copied(end.instance?.copiedBytes ?? 0);
    if (end.error !== undefined && end.outcome !== 'skipped') this.#fail(`${type} ${name || id}: ${end.error}`);
    this.#onChange();
  }

  /** The source of one that was moved is gone: told beside its move. */
  deleted({ type, id, name }: Named, targetId: string): void {
    const key = keyOf({ type, id });
    this.#running.delete(key);
    const before = this.#ended.get(key);
    this.#ended.set(key, { ...(before ?? { type, id, name, targetId }), outcome: 'deleted' });
    const { total, done, failed, skipped } = this.#counts[type] ?? NOTHING;
    // Of a move it is counted already, be it by an earlier execution.
    if (done + failed + skipped < total) this.#count(type, 'deleted');
    this.#onChange();
  }

  /** It is tried once more: its failure, which an earlier execution may have counted, is not the last word. */
  takeBack({ type, id, name }: Named, counted: ResourceOutcome['outcome']): void {
    this.#ended.delete(keyOf({ type, id }));
    const last = this.#failures.findLastIndex((failure) => failure.startsWith(`${type} ${name || id}: `));
    if (counted !== 'skipped' && last !== -1) this.#failures.splice(last, 1);
    this.#count(type, counted, -1);
  }

  /**
   * What was moved is taken back, or is kept all the same. Of a run that undoes itself it is told beside what was done, which does not
   * count any more (`isUndoing`); of a rollback it is what was done.
   */
  takenBack({ type, id, name }: Named, end: End, isUndoing: boolean): void {
    const key = keyOf({ type, id });
    const before = this.#ended.get(key);
    const began = this.#running.get(key)?.since;
    this.#running.delete(key);
    const told: Partial<ResourceOutcome> & Named = before ?? {
      ...{ type, id, name },
      ...(began === undefined ? {} : { durationMs: Date.now() - Date.parse(began) }),
    };
    const { targetId, fidelity, ...rest } = told;
    const isThere = end.outcome === 'kept' || end.outcome === 'left';
    this.#ended.set(key, { ...(isThere ? told : rest), ...end });
    if (before !== undefined) this.#count(type, before.outcome, -1);
    if (!isUndoing || end.outcome === 'left') this.#count(type, end.outcome);
    if (end.outcome === 'left' && end.error !== undefined) this.#fail(`${type} ${name || id}: ${end.error}`);
    this.#onChange();
  }

  copied(bytes: number): void {
    this.#copiedBytes += bytes;
  }

  #count(type: ResourceTypeName, outcome: ResourceOutcome['outcome'], by = 1): void {
    const counts = this.#counts[type] ?? NOTHING;
    const field = FIELDS[outcome];
    const changed = { ...counts, [field]: counts[field] + by };
    // What a rollback finds beside instances nobody has counted before.
    const total = Math.max(changed.total, changed.done + changed.failed + changed.skipped);
    this.#counts[type] = { ...changed, total };
  }

  #fail(failure: string): void {
    this.#failures.push(failure);
    if (this.#failures.length > FAILURES_KEPT) this.#failures.shift();
  }
}

function keyOf({ type, id }: Pick<Named, 'type' | 'id'>): string {
  return `${type}/${id}`;
}
