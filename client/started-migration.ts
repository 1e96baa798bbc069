import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  isGrpcServiceError,
  QueryNotRegisteredError,
  QueryRejectedError,
  ServiceError,
  type WorkflowHandle,
} from '@temporalio/client';
import type { PlanSummary } from '../planning/plan.ts';
import type { GateAnswer, GateName, GateVerdict, ReportPage } from '../workflows/run-messages.ts';
import type { RunProgress, RunReport, RunResult } from '../workflows/run-report.ts';
import { takes } from './gate-answers.ts';
import { type MigrationReport, mergedReport } from './merged-report.ts';
import { type PendingActivity, pendingActivitiesOf } from './pending-activities.ts';
import { RunError } from './run-error.ts';
import { described, type RunSummary } from './run-list.ts';
import type { StartedRun } from './started-run.ts';

/** Who answers, for the record of the run. */
export interface Answer {
  /** As `ann@laptop`. */
  readonly by: string;
  readonly comment?: string;
}

/** A look at a run. */
export interface RunLook {
  readonly atMs: number;
  readonly isRunning: boolean;
  /** Absent while no worker answers. */
  readonly progress?: RunProgress;
  /** What is at work, for the run and for its children, with the bytes of what is being copied. */
  readonly pending: readonly PendingActivity[];
}

export interface FollowOptions {
  readonly everyMs?: number;
  /** Ends the following, not the run. */
  readonly signal?: AbortSignal;
}

/** A worker that is there answers a query long before. */
const PATIENCE_MS = 8_000;
const BETWEEN_LOOKS_MS = 1_000;
/** Children that are asked for their bytes at each look. */
const CHILDREN_ASKED = 20;

/** A run that moves something, finalizes or rolls back: what it does, and how to answer it. */
export class StartedMigration implements StartedRun<RunResult, RunProgress> {
  readonly workflowId: string;
  readonly runId: string;
  /** It ran before this call: what was asked for now beyond its id was not heard. */
  readonly joined: boolean;
  readonly #client: Client;

  constructor(client: Client, run: { readonly workflowId: string; readonly runId: string; readonly joined: boolean }) {
    this.#client = client;
    this.workflowId = run.workflowId;
    this.runId = run.runId;
    this.joined = run.joined;
  }

  /** Settles when the run ends, also when it continues as new meanwhile; a failed one rejects with `WorkflowFailedError`. */
  result(): Promise<RunResult> {
    return this.#handle().result();
  }

  /** @throws {RunError} `no-worker` */
  progress(): Promise<RunProgress> {
    return this.#ask<RunProgress>('progress');
  }

  /** Undefined until the plan is made. */
  plan(): Promise<PlanSummary | undefined> {
    return this.#ask<PlanSummary | undefined>('plan');
  }

  /** What became of everything, from all executions of the run. */
  report(): Promise<MigrationReport> {
    return mergedReport((page, runId) => this.#ask<RunReport, [ReportPage]>('report', [page], runId));
  }

  /** As Temporal knows it, without a worker. */
  async summary(): Promise<RunSummary> {
    const summary = await described(this.#client, this.workflowId);
    if (summary !== undefined) return summary;
    throw new RunError('unknown', `no run is called ${JSON.stringify(this.workflowId)}`);
  }

  async look(): Promise<RunLook> {
    const description = await this.#handle().describe();
    const isRunning = description.status.name === 'RUNNING';
    const progress = await this.progress().catch((error: unknown) => {
      if (error instanceof RunError && error.problem === 'no-worker') return undefined;
      throw error;
    });
    const children = [...new Set((progress?.running ?? []).flatMap(({ workflowId: id }) => (id ? [id] : [])))];
    const pending = isRunning
      ? await Promise.all([
          pendingActivitiesOf(this.#client, description),
          ...children.slice(0, CHILDREN_ASKED).map((id) => this.#pendingOfChild(id)),
        ])
      : [];
    return {
      atMs: Date.now(),
      isRunning,
      ...(progress === undefined ? {} : { progress }),
      pending: pending.flat(),
    };
  }

  /** Looks again and again, until the run has ended: the last look says so. */
  async *follow({ everyMs = BETWEEN_LOOKS_MS, signal }: FollowOptions = {}): AsyncIterable<RunLook> {
    const isGivenUp = () => signal?.aborted === true;
    while (!isGivenUp()) {
      const look = await this.look();
      if (isGivenUp()) return;
      yield look;
      if (!look.isRunning) return;
      await sleep(everyMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }

  /**
   * Passes the open gate; with a name only if that is the open one.
   *
   * @throws {RunError} `wrong-gate`, `ended`
   */
  approve(answer: Answer, gate?: GateName): Promise<void> {
    return this.#answer('approve', answer, gate);
  }

  /** What the run has done is undone. */
  reject(answer: Answer, gate?: GateName): Promise<void> {
    return this.#answer('reject', answer, gate);
  }

  /** At `delete-source`, where something has failed: what was not moved is planned and moved again. */
  retry(answer: Answer, gate?: GateName): Promise<void> {
    return this.#answer('retry', answer, gate);
  }

  /** At `delete-source`: the sources are kept, stopped and locked, and the run ends. */
  skip(answer: Answer, gate?: GateName): Promise<void> {
    return this.#answer('skip', answer, gate);
  }

  /** Nothing new is begun; what is under way ends. */
  pause(answer: Answer): Promise<void> {
    return this.#tell('pause', answer);
  }

  resume(answer: Answer): Promise<void> {
    return this.#tell('resume', answer);
  }

  /** What the run has done is undone, then it ends. */
  async cancel(): Promise<void> {
    await this.#running();
    await this.#handle().cancel();
  }

  #handle(runId?: string): WorkflowHandle<() => Promise<RunResult>> {
    return this.#client.workflow.getHandle<() => Promise<RunResult>>(this.workflowId, runId);
  }

  async #pendingOfChild(workflowId: string): Promise<readonly PendingActivity[]> {
    try {
      return await pendingActivitiesOf(this.#client, await this.#client.workflow.getHandle(workflowId).describe());
    } catch {
      // It has ended since, or is about to begin: the next look tells.
      return [];
    }
  }

  /** A query needs a worker: one that does not come is not waited for. */
  async #ask<Answered, Args extends unknown[] = []>(query: string, args?: Args, runId?: string): Promise<Answered> {
    const handle = this.#handle(runId);
    try {
      return await this.#client.workflow.withDeadline(Date.now() + PATIENCE_MS, () =>
        handle.query<Answered, unknown[]>(query, ...(args ?? [])),
      );
    } catch (error) {
      if (error instanceof QueryNotRegisteredError || error instanceof QueryRejectedError)
        throw new RunError('other-kind', `run ${this.workflowId} is no migration`, { cause: error });
      if (!(error instanceof ServiceError) && !isGrpcServiceError(error)) throw error;
      throw new RunError('no-worker', `no worker answers for run ${this.workflowId}`, { cause: error });
    }
  }

  async #answer(verdict: GateVerdict, answer: Answer, gate: GateName | undefined): Promise<void> {
    const { gate: open, stage } = await this.#running();
    const at = open === undefined ? `no gate now (stage ${stage ?? 'unknown'})` : `gate ${open}`;
    if (open === undefined || (gate !== undefined && gate !== open))
      throw new RunError(
        'wrong-gate',
        `run ${this.workflowId} waits at ${at}${gate === undefined || open === undefined ? '' : `, not ${gate}`}`,
      );
    await this.#refuseWhatItDoesNotTake(verdict, open);
    await this.#handle().signal<[GateAnswer]>(verdict, { gate: open, ...answer });
  }

  /** The run would refuse it too, where nobody who has typed it would look. */
  async #refuseWhatItDoesNotTake(verdict: GateVerdict, open: string): Promise<void> {
    if (verdict === 'reject' || (verdict === 'approve' && open !== 'park')) return;
    const { workflowId } = this;
    const gate = await this.progress().then(
      (progress) => progress.gate,
      () => undefined,
    );
    if (gate === undefined || takes(gate, verdict)) return;
    if (open === 'delete-source')
      throw new RunError('wrong-gate', `nothing has failed in run ${workflowId}: there is nothing to try again`);
    const past = { approve: 'approved', skip: 'skipped', retry: 'tried again' }[verdict];
    const words = (['approve', 'reject', 'skip', 'retry'] as const).filter((word) => takes(gate, word));
    throw new RunError(
      'wrong-gate',
      `gate ${open} of run ${workflowId} cannot be ${past}: it takes ${words.join(', ')}`,
    );
  }

  async #tell(signal: 'pause' | 'resume', answer: Answer): Promise<void> {
    await this.#running();
    await this.#handle().signal<[GateAnswer]>(signal, { ...answer });
  }

  async #running(): Promise<RunSummary> {
    const summary = await this.summary();
    if (summary.status === 'running') return summary;
    throw new RunError('ended', `run ${this.workflowId} has ended: ${summary.status}`);
  }
}
