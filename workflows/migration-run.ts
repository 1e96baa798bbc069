import { condition, setCurrentDetails, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { MoveRequest } from '../activities/move-request.ts';
import type { PlanEntry, PlanSummary } from '../planning/plan.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import { Gates } from './gates.ts';
import type { MadeRef, MigrationState, Position, UpdatedRef } from './migration-state.ts';
import type { AfterwardsRequest, MigrateRequest } from './move-requests.ts';
import { runDetails } from './run-details.ts';
import { pauseSignal, planQuery, progressQuery, reportQuery, resumeSignal } from './run-messages.ts';
import type {
  ResourceOutcome,
  RunKind,
  Running,
  RunOutcome,
  RunProgress,
  RunReport,
  RunResult,
  RunStage,
  TypeProgress,
} from './run-report.ts';
import { stageKey } from './search-attributes.ts';
import { runMark } from './workflow-ids.ts';

const RUNNING_SHOWN = 50;
const FAILURES_KEPT = 50;
const NOTES_KEPT = 100;
const NOTHING: TypeProgress = { total: 0, done: 0, failed: 0, skipped: 0 };
const PAGE = { offset: 0, limit: 200 };

/** What a run has done, does and asks: the record behind its queries, its details and its result. */
export class MigrationRun {
  readonly kind: RunKind;
  readonly request: MigrateRequest | AfterwardsRequest;
  readonly move: MoveRequest;
  readonly gates: Gates;
  /** Projects of the source in which the mover has got a role. */
  readonly projects: Set<string>;
  readonly made: MadeRef[];
  readonly updated: UpdatedRef[];
  plan: PlanSummary | undefined;
  givenUp: string | undefined;
  sourcesKept: number;
  readonly #startedAt: string;
  readonly #counts: Partial<Record<ResourceTypeName, TypeProgress>>;
  readonly #outcomes: ResourceOutcome[] = [];
  readonly #running = new Map<string, Running>();
  readonly #failures: string[];
  readonly #notes: Set<string>;
  readonly #earlier: readonly string[];
  #copiedBytes: number;
  #stage: RunStage = 'preflight';
  #paused: boolean;
  #result: RunResult | undefined;

  constructor(kind: RunKind, request: MigrateRequest | AfterwardsRequest) {
    const { resume } = request;
    const { workflowId, firstExecutionRunId } = workflowInfo();
    this.kind = kind;
    this.request = request;
    const { source, target } = request;
    this.move = { source, target, run: resume?.run ?? runMark(workflowId, firstExecutionRunId) };
    this.#startedAt = resume?.startedAt ?? now();
    this.#counts = { ...resume?.counts };
    this.#copiedBytes = resume?.copiedBytes ?? 0;
    this.#notes = new Set(resume?.notes);
    this.#failures = [...(resume?.failures ?? [])];
    this.#earlier = resume?.earlier ?? [];
    this.#paused = resume?.paused ?? false;
    this.plan = resume?.plan;
    this.projects = new Set(resume?.projects);
    this.made = [...(resume?.made ?? [])];
    this.updated = [...(resume?.updated ?? [])];
    this.sourcesKept = resume?.sourcesKept ?? 0;
    this.gates = new Gates({
      workflowId,
      settings: request.gates,
      approved: request.approved,
      records: resume?.gates ?? [],
      onChange: () => this.#show(),
    });
    setHandler(progressQuery, () => this.progress(), { description: 'What is done, what runs, what waits' });
    setHandler(planQuery, () => this.plan, { description: 'The plan: counts, warnings, conflicts, its digest' });
    setHandler(reportQuery, (page = PAGE) => this.report(page.offset, page.limit), {
      description: 'What became of each resource: {"offset":0,"limit":200}',
    });
    setHandler(pauseSignal, () => this.#pause(true), { description: 'Begin nothing new; what is under way ends' });
    setHandler(resumeSignal, () => this.#pause(false), { description: 'Go on after a pause' });
  }

  get isOpen(): boolean {
    return !this.#paused;
  }

  enter(stage: RunStage): void {
    this.#stage = stage;
    upsertSearchAttributes([{ key: stageKey, value: stage }]);
    this.#show();
  }

  /** Waits while the run is paused. */
  async open(): Promise<void> {
    await condition(() => this.isOpen);
  }

  note(...notes: readonly string[]): void {
    for (const note of notes) if (this.#notes.size < NOTES_KEPT) this.#notes.add(note);
    this.#show();
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

  /** This run made it; the same again is one. */
  madeOne(made: MadeRef): void {
    if (!this.made.some(({ type, id }) => type === made.type && id === made.id)) this.made.push(made);
  }

  /** A failure of which the policy says that all is to be undone. */
  giveUp(why: string): void {
    this.givenUp ??= why;
  }

  begin({ type, id, name }: PlanEntry, step: string, workflowId?: string): void {
    const since = now();
    this.#running.set(`${type}/${id}`, {
      type,
      id,
      name,
      step,
      since,
      ...(workflowId === undefined ? {} : { workflowId }),
    });
    this.#show();
  }

  /** The end of one resource. What it was doing takes the time since it began. */
  finish(
    entry: Pick<PlanEntry, 'type' | 'id' | 'name' | 'action'>,
    end: Omit<ResourceOutcome, 'type' | 'id' | 'name' | 'action'>,
  ): void {
    const { type, id, name, action } = entry;
    const key = `${type}/${id}`;
    const began = this.#running.get(key)?.since;
    this.#running.delete(key);
    const durationMs = began === undefined ? {} : { durationMs: Date.now() - Date.parse(began) };
    this.#outcomes.push({ type, id, name, action, ...durationMs, ...end });
    this.#count(type, end.outcome);
    this.#copiedBytes += end.instance?.copiedBytes ?? 0;
    if (end.error !== undefined && end.outcome !== 'skipped') this.#fail(`${type} ${name || id}: ${end.error}`);
    this.#show();
  }

  /** The source of one that was moved is gone: told beside its move. */
  deleted(entry: Pick<PlanEntry, 'type' | 'id' | 'name' | 'action'>, targetId: string): void {
    const { type, id, name, action } = entry;
    this.#running.delete(`${type}/${id}`);
    const index = this.#outcomes.findLastIndex((outcome) => outcome.type === type && outcome.id === id);
    const moved = this.#outcomes[index];
    if (moved === undefined) this.#outcomes.push({ type, id, name, action, outcome: 'deleted', targetId });
    else this.#outcomes[index] = { ...moved, outcome: 'deleted' };
    this.#show();
  }

  /** It is tried once more: its failure is not the last word. */
  takeBack({ type, id }: Pick<PlanEntry, 'type' | 'id'>): void {
    const index = this.#outcomes.findLastIndex((outcome) => outcome.type === type && outcome.id === id);
    const outcome = this.#outcomes[index]?.outcome;
    if (outcome === undefined) return;
    this.#outcomes.splice(index, 1);
    this.#count(type, outcome, -1);
  }

  copied(bytes: number): void {
    this.#copiedBytes += bytes;
  }

  get hasFailures(): boolean {
    return Object.values(this.#counts).some(({ failed, skipped }) => failed + skipped > 0);
  }

  progress(): RunProgress {
    const { source, target, what } = this.request;
    const gate = this.gates.open;
    return {
      kind: this.kind,
      source,
      target,
      what,
      stage: gate === undefined ? this.#stage : 'gate',
      paused: this.#paused,
      ...(gate === undefined ? {} : { gate }),
      startedAt: this.#startedAt,
      counts: { ...this.#counts },
      running: [...this.#running.values()].slice(0, RUNNING_SHOWN),
      copiedBytes: this.#copiedBytes,
      sizeBytes: this.plan?.sizeBytes ?? 0,
      failures: [...this.#failures],
      notes: [...this.#notes],
      misunderstood: [...this.gates.misunderstood],
    };
  }

  report(offset: number, limit: number): RunReport {
    return {
      ...(this.#result === undefined ? {} : { result: this.#result }),
      progress: this.progress(),
      outcomes: this.#outcomes.slice(offset, offset + limit),
      total: this.#outcomes.length,
      earlier: this.#earlier,
    };
  }

  end(outcome: RunOutcome, error?: string): RunResult {
    const { source, target, what } = this.request;
    this.#result = {
      kind: this.kind,
      source,
      target,
      what,
      outcome,
      startedAt: this.#startedAt,
      endedAt: now(),
      counts: { ...this.#counts },
      copiedBytes: this.#copiedBytes,
      gates: [...this.gates.records],
      sourcesKept: this.sourcesKept,
      notes: [...this.#notes],
      ...(error === undefined ? {} : { error }),
    };
    this.enter('done');
    return this.#result;
  }

  state(position: Position, plan: PlanSummary): MigrationState {
    return {
      startedAt: this.#startedAt,
      run: this.move.run,
      position,
      plan,
      gates: this.gates.records,
      counts: this.#counts,
      copiedBytes: this.#copiedBytes,
      notes: [...this.#notes],
      failures: [...this.#failures],
      made: this.made,
      updated: this.updated,
      projects: [...this.projects],
      sourcesKept: this.sourcesKept,
      paused: this.#paused,
      earlier: [...this.#earlier, workflowInfo().runId],
    };
  }

  #count(type: ResourceTypeName, outcome: ResourceOutcome['outcome'], by = 1): void {
    const counts = this.#counts[type] ?? NOTHING;
    const field = outcome === 'done' || outcome === 'deleted' ? 'done' : outcome === 'skipped' ? 'skipped' : 'failed';
    this.#counts[type] = { ...counts, [field]: counts[field] + by };
  }

  #fail(failure: string): void {
    this.#failures.push(failure);
    if (this.#failures.length > FAILURES_KEPT) this.#failures.shift();
  }

  #pause(paused: boolean): void {
    this.#paused = paused;
    this.#show();
  }

  #show(): void {
    setCurrentDetails(runDetails(this.progress(), this.plan, this.#result));
  }
}

function now(): string {
  return new Date().toISOString();
}
