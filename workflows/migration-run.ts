import { condition, setCurrentDetails, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { MoveRequest } from '../activities/move-request.ts';
import type { PlanOutline, PlanSummary } from '../planning/plan.ts';
import { isRejectedPlan } from '../planning/rejected-plan.ts';
import type { ResourceRef } from '../resources/resource-type.ts';
import type { Whereabouts } from './continuation.ts';
import { Gates } from './gates.ts';
import type { MadeRef, MigrationState, UpdatedRef } from './migration-state.ts';
import type { AfterwardsRequest, MigrateRequest } from './move-requests.ts';
import { type End, Outcomes } from './outcomes.ts';
import { runDetails } from './run-details.ts';
import { pauseSignal, planQuery, progressQuery, reportQuery, resumeSignal } from './run-messages.ts';
import type { RunKind, RunOutcome, RunProgress, RunReport, RunResult, RunStage } from './run-report.ts';
import { stageKey } from './search-attributes.ts';
import { runMark } from './workflow-ids.ts';

const RUNNING_SHOWN = 50;
const NOTES_KEPT = 100;
const PAGE = { offset: 0, limit: 200 };

/** What a run has done, does and asks: the record behind its queries, its details and its result. */
export class MigrationRun {
  readonly kind: RunKind;
  readonly request: MigrateRequest | AfterwardsRequest;
  readonly move: MoveRequest;
  readonly gates: Gates;
  readonly outcomes: Outcomes;
  /** Projects of the source in which the mover has got a role. */
  readonly projects: Set<string>;
  /** Projects of the source for which something was made or changed in the target. */
  readonly madeIn: Set<string>;
  readonly made: MadeRef[];
  readonly updated: UpdatedRef[];
  plan: PlanSummary | undefined;
  /** Of the plan that was approved: what came later is not in it. */
  outline: PlanOutline;
  givenUp: string | undefined;
  sourcesKept: number;
  /** Instances that could be neither brought back nor deleted. */
  readonly staying: Set<string>;
  /** Beginnings of the ids of the sources that were asked about at `delete-source`: no others are deleted. */
  readonly askedAbout: Set<string>;
  /** Instances whose moves failed and could not be undone: their copies are no reason to delete their sources. */
  readonly failedMoves: Set<string>;
  /** Things that could not be removed, by earlier executions. */
  leftBefore: number;
  readonly #startedAt: string;
  readonly #notes: Set<string>;
  readonly #earlier: readonly string[];
  #stage: RunStage = 'preflight';
  #paused: boolean;
  #notesLeftOut: number;
  #result: RunResult | undefined;

  constructor(kind: RunKind, request: MigrateRequest | AfterwardsRequest) {
    const { resume } = request;
    const { workflowId, firstExecutionRunId } = workflowInfo();
    this.kind = kind;
    this.request = request;
    const { source, target } = request;
    this.move = { source, target, run: resume?.run ?? runMark(workflowId, firstExecutionRunId) };
    this.#startedAt = resume?.startedAt ?? now();
    this.outcomes = new Outcomes(resume, () => this.#show());
    this.#notes = new Set(resume?.notes);
    this.#earlier = resume?.earlier ?? [];
    this.#paused = resume?.paused ?? false;
    this.#notesLeftOut = resume?.notesLeftOut ?? 0;
    this.plan = resume?.plan;
    this.outline = resume?.outline ?? {};
    this.projects = new Set(resume?.projects);
    this.madeIn = new Set(resume?.madeIn);
    this.made = [...(resume?.made ?? [])];
    this.updated = [...(resume?.updated ?? [])];
    this.sourcesKept = resume?.sourcesKept ?? 0;
    this.staying = new Set(resume?.staying);
    this.askedAbout = new Set(resume?.askedAbout);
    this.failedMoves = new Set(resume?.failedMoves);
    this.leftBefore = resume?.leftBefore ?? 0;
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
    for (const note of notes)
      if (this.#notes.size < NOTES_KEPT) this.#notes.add(note);
      else if (!this.#notes.has(note)) this.#notesLeftOut += 1;
    this.#show();
  }

  /** This run made it; the same again is one. */
  madeOne(made: MadeRef): void {
    if (!this.made.some(({ type, id }) => type === made.type && id === made.id)) this.made.push(made);
  }

  /** A failure of which the policy says that all is to be undone. */
  giveUp(why: string): void {
    this.givenUp ??= why;
  }

  /** What was moved is taken back, or kept all the same, which is told. */
  takenBack(item: ResourceRef & { readonly name: string }, end: End): void {
    const isUndoing = this.kind !== 'rollback';
    if (isUndoing && item.type === 'server' && end.outcome !== 'left')
      this.sourcesKept = Math.max(0, this.sourcesKept - 1);
    this.outcomes.takenBack(item, end, isUndoing);
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
      counts: this.outcomes.counts,
      running: this.outcomes.running.slice(0, RUNNING_SHOWN),
      copiedBytes: this.outcomes.copiedBytes,
      sizeBytes: this.plan?.sizeBytes ?? 0,
      failures: this.outcomes.failures,
      notes: this.#told(),
      misunderstood: [...this.gates.misunderstood],
    };
  }

  report(offset: number, limit: number): RunReport {
    return {
      ...(this.#result === undefined ? {} : { result: this.#result }),
      progress: this.progress(),
      outcomes: this.outcomes.ended.slice(offset, offset + limit),
      total: this.outcomes.ended.length,
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
      counts: this.outcomes.counts,
      copiedBytes: this.outcomes.copiedBytes,
      gates: [...this.gates.records],
      sourcesKept: this.sourcesKept,
      notes: this.#told(),
      ...(error === undefined ? {} : { error }),
    };
    this.#stage = 'done';
    // In a list of runs it says how each ended.
    upsertSearchAttributes([{ key: stageKey, value: isRejectedPlan(this.#result) ? 'rejected' : outcome }]);
    this.#show();
    return this.#result;
  }

  state(whereabouts: Whereabouts): MigrationState {
    return {
      startedAt: this.#startedAt,
      run: this.move.run,
      ...whereabouts,
      outline: this.outline,
      gates: this.gates.records,
      counts: this.outcomes.counts,
      copiedBytes: this.outcomes.copiedBytes,
      notes: [...this.#notes],
      notesLeftOut: this.#notesLeftOut,
      failures: this.outcomes.failures,
      made: this.made,
      updated: this.updated,
      projects: [...this.projects],
      madeIn: [...this.madeIn],
      sourcesKept: this.sourcesKept,
      staying: [...this.staying],
      askedAbout: [...this.askedAbout],
      failedMoves: [...this.failedMoves],
      leftBefore: this.leftBefore,
      paused: this.#paused,
      earlier: [...this.#earlier, workflowInfo().runId],
    };
  }

  #told(): readonly string[] {
    return this.#notesLeftOut === 0
      ? [...this.#notes]
      : [...this.#notes, `${this.#notesLeftOut} more notes are left out: the history has what each step said`];
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
