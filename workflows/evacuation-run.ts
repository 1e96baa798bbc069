import { setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import type { EvacuateHostRequest } from './evacuation-requests.ts';
import { Outcomes } from './outcomes.ts';
import { runDetails } from './run-details.ts';
import { pauseSignal, planQuery, progressQuery, reportQuery, resumeSignal } from './run-messages.ts';
import type { RunOutcome, RunProgress, RunReport, RunResult, RunStage } from './run-report.ts';
import { stageKey } from './search-attributes.ts';

const KIND = 'evacuate-host' as const;
const PAGE = { offset: 0, limit: 200 };
const MOST_SHOWN = 50;

/** What a run that empties a host has done and does: the record behind its queries, its details and its result. */
export class EvacuationRun {
  readonly request: EvacuateHostRequest;
  readonly outcomes = new Outcomes(undefined, () => this.#show());
  readonly #startedAt = now();
  readonly #notes = new Set<string>();
  #stage: RunStage = 'preflight';
  #paused = false;
  #result: RunResult | undefined;

  constructor(request: EvacuateHostRequest) {
    this.request = request;
    setHandler(progressQuery, () => this.progress(), { description: 'What is done, and what is under way' });
    setHandler(planQuery, () => undefined, {
      description: 'None: pump-cloud evacuate --dry-run shows what would be done',
    });
    setHandler(reportQuery, (page = PAGE) => this.#report(page.offset, page.limit), {
      description: 'What became of each instance: {"offset":0,"limit":200}',
    });
    setHandler(pauseSignal, () => this.#pause(true), {
      description: 'Begin no further instance; what is under way ends',
    });
    setHandler(resumeSignal, () => this.#pause(false), { description: 'Go on after a pause' });
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

  progress(): RunProgress {
    return {
      ...this.#told(),
      stage: this.#stage,
      paused: this.#paused,
      running: this.outcomes.running.slice(0, MOST_SHOWN),
      sizeBytes: 0,
      failures: this.outcomes.failures,
      misunderstood: [],
    };
  }

  end(outcome: RunOutcome, error?: string, { untouched = false } = {}): RunResult {
    this.#result = {
      ...this.#told(),
      outcome,
      endedAt: now(),
      gates: [],
      sourcesKept: 0,
      ...(error === undefined ? {} : { error }),
      ...(untouched ? { untouched } : {}),
    };
    this.#stage = 'done';
    upsertSearchAttributes([{ key: stageKey, value: outcome }]);
    this.#show();
    return this.#result;
  }

  /** Instances stay in their cloud: it is source and target. */
  #told() {
    const { cloud, host, to } = this.request;
    return {
      kind: KIND,
      source: cloud,
      target: cloud,
      what: `host ${host}${to === undefined ? '' : ` to ${to}`}`,
      startedAt: this.#startedAt,
      counts: this.outcomes.counts,
      copiedBytes: 0,
      notes: [...this.#notes],
    };
  }

  #report(offset: number, limit: number): RunReport {
    return {
      ...(this.#result === undefined ? {} : { result: this.#result }),
      progress: this.progress(),
      outcomes: this.outcomes.ended.slice(offset, offset + limit),
      total: this.outcomes.ended.length,
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
