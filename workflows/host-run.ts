import {
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { reasonOf } from './compensations.ts';
import { Gates } from './gates.ts';
import { runDetails } from './run-details.ts';
import { type GateName, pauseSignal, planQuery, progressQuery, reportQuery, resumeSignal } from './run-messages.ts';
import type {
  HostProgress,
  HostStep,
  RunKind,
  RunOutcome,
  RunProgress,
  RunReport,
  RunResult,
  RunStage,
} from './run-report.ts';
import { stageKey } from './search-attributes.ts';
import type { TransferRequest } from './transfer-requests.ts';

/** What a person may say where a step has failed: again, without it, or no further. */
export type ParkVerdict = 'retry' | 'skip' | 'reject';

export type StepBody<T> = (summary: { readonly summary: string }) => Promise<T>;

const WHAT: Readonly<Partial<Record<RunKind, string>>> = {
  'transfer-hosts': 'hosts',
  'decommission-controller': 'controller',
};

/** What a run that takes a host has done, does and asks: the record behind its queries, its details and its result. */
export class HostRun {
  readonly kind: RunKind;
  readonly request: TransferRequest;
  readonly gates: Gates;
  readonly #startedAt = now();
  readonly #steps: HostStep[] = [];
  readonly #machine = new Map<string, string>();
  readonly #notes = new Set<string>();
  readonly #failures: string[] = [];
  #stage: RunStage = 'preflight';
  #paused = false;
  #result: RunResult | undefined;

  constructor(kind: RunKind, request: TransferRequest) {
    this.kind = kind;
    this.request = request;
    const { workflowId } = workflowInfo();
    this.gates = new Gates({
      workflowId,
      settings: request.gates,
      approved: request.approved,
      records: [],
      onChange: () => this.#show(),
    });
    setHandler(progressQuery, () => this.progress(), { description: 'What is done, what runs, what waits' });
    setHandler(planQuery, () => undefined, { description: 'None: a transfer has its steps' });
    setHandler(reportQuery, () => this.#report(), { description: 'The steps, and how the machine is' });
    setHandler(pauseSignal, () => this.#pause(true), { description: 'Begin no further step; what is under way ends' });
    setHandler(resumeSignal, () => this.#pause(false), { description: 'Go on after a pause' });
  }

  get what(): string {
    return `${WHAT[this.kind] ?? 'host'} ${this.request.host}`;
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  enter(stage: RunStage): void {
    this.#stage = stage;
    upsertSearchAttributes([{ key: stageKey, value: stage }]);
    this.#show();
  }

  note(...notes: readonly string[]): void {
    for (const note of notes) this.#notes.add(note);
    this.#show();
  }

  /** How the machine is, in a word or two. */
  seen(what: string, how: string): void {
    this.#machine.set(what, how);
    this.#show();
  }

  get machine(): readonly string[] {
    return [...this.#machine].map(([what, how]) => `${what}: ${how}`);
  }

  /** One step, shown from its beginning to its end; `tell` says what came of it. Waits before it while the run is paused. */
  async step<T>(name: string, body: StepBody<T>, tell?: (result: T) => string): Promise<T> {
    await condition(() => !this.#paused);
    return this.takeBack(name, body, tell);
  }

  /** The same also while the run is paused: what is undone does not wait. */
  takeBack<T>(name: string, body: StepBody<T>, tell?: (result: T) => string): Promise<T> {
    return this.#shown({ name }, body, tell);
  }

  /** A step that a run of its own does. */
  childStep(name: string, workflowId: string, body: () => Promise<RunResult>): Promise<RunResult> {
    return this.#shown({ name, workflowId }, body, ({ outcome }) => outcome);
  }

  async #shown<T>(
    step: Pick<HostStep, 'name' | 'workflowId'>,
    body: StepBody<T>,
    tell: ((result: T) => string) | undefined,
  ): Promise<T> {
    const index = this.#steps.push({ ...step, state: 'running', startedAt: now() }) - 1;
    this.#show();
    try {
      const result = await body({ summary: step.name });
      this.#endStep(index, 'done', tell?.(result));
      return result;
    } catch (error) {
      this.#endStep(index, 'failed', isCancellation(error) ? 'cancelled' : reasonOf(error));
      throw error;
    }
  }

  /** A person has said to go on without the last step of this name. */
  skipped(name: string): void {
    const index = this.#steps.findLastIndex((step) => step.name === name);
    const step = this.#steps[index];
    if (step !== undefined) this.#steps[index] = { ...step, state: 'skipped' };
    this.#show();
  }

  /** Asks a person, also at a gate that was passed before. */
  async ask(name: GateName, question: string): Promise<boolean> {
    this.gates.askAgain(name);
    return (await this.gates.pass(name, { question })) === 'approve';
  }

  /** Something has failed where a person must say what becomes of it. Only what has a meaning here can be answered. */
  async park(what: string, why: string, answers: Readonly<Partial<Record<ParkVerdict, string>>>): Promise<ParkVerdict> {
    this.#failures.push(`${what}: ${why}`);
    this.gates.askAgain('park');
    const question = [
      `could not ${what}: ${why}`,
      'The machine:',
      ...this.machine.map((line) => `- ${line}`),
      'Answers:',
      ...Object.entries(answers).map(([verdict, meaning]) => `- ${verdict}: ${meaning}`),
    ].join('\n');
    const verdict = await this.gates.pass('park', { question, takes: Object.keys(answers) as ParkVerdict[] });
    return verdict === 'retry' || verdict === 'skip' ? verdict : 'reject';
  }

  progress(): RunProgress {
    const { source, target } = this.request;
    const gate = this.gates.open;
    return {
      kind: this.kind,
      source,
      target,
      what: this.what,
      stage: gate === undefined ? this.#stage : 'gate',
      paused: this.#paused,
      ...(gate === undefined ? {} : { gate }),
      startedAt: this.#startedAt,
      counts: {},
      running: [],
      copiedBytes: 0,
      sizeBytes: 0,
      failures: this.#failures,
      notes: [...this.#notes],
      misunderstood: [...this.gates.misunderstood],
      host: this.#host(),
    };
  }

  end(outcome: RunOutcome, error?: string, { untouched = false } = {}): RunResult {
    const { source, target } = this.request;
    this.#result = {
      kind: this.kind,
      source,
      target,
      what: this.what,
      outcome,
      startedAt: this.#startedAt,
      endedAt: now(),
      counts: {},
      copiedBytes: 0,
      gates: [...this.gates.records],
      sourcesKept: 0,
      notes: [...this.#notes],
      ...(error === undefined ? {} : { error }),
      ...(untouched ? { untouched } : {}),
      host: this.#host(),
    };
    this.#stage = 'done';
    upsertSearchAttributes([{ key: stageKey, value: outcome }]);
    this.#show();
    return this.#result;
  }

  #endStep(index: number, state: HostStep['state'], detail: string | undefined): void {
    const step = this.#steps[index]!;
    this.#steps[index] = { ...step, state, endedAt: now(), ...(detail === undefined ? {} : { detail }) };
    this.#show();
  }

  #host(): HostProgress {
    return { host: this.request.host, steps: [...this.#steps], machine: Object.fromEntries(this.#machine) };
  }

  #report(): RunReport {
    return {
      ...(this.#result === undefined ? {} : { result: this.#result }),
      progress: this.progress(),
      outcomes: [],
      total: 0,
      earlier: [],
    };
  }

  #pause(paused: boolean): void {
    this.#paused = paused;
    this.#show();
  }

  #show(): void {
    setCurrentDetails(runDetails(this.progress(), undefined, this.#result));
  }
}

function now(): string {
  return new Date().toISOString();
}
