import type { ShortFidelity } from '../activities/short-fidelity.ts';
import type { PlanAction } from '../planning/plan.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { GateName, GateVerdict } from './run-messages.ts';

export type RunKind =
  | 'migrate-tenant'
  | 'migrate-resources'
  | 'rollback'
  | 'finalize'
  | 'transfer-host'
  | 'transfer-hosts'
  | 'decommission-controller'
  | 'evacuate-host';

/** `parked`: a gate's time limit has passed. */
export type RunStage =
  | 'preflight'
  | 'plan'
  | 'gate'
  | 'prepare'
  | 'instances'
  | 'verify'
  | 'delete-source'
  | 'take-out'
  | 'wire'
  | 'discovery'
  | 'deployment'
  | 'clean-up'
  | 'compensate'
  | 'done';

/**
 * How a run ended. `done`: all that was asked; `partly`: something failed or was skipped, its siblings are done;
 * `compensated`: rejected, cancelled or failed, and all of it undone; `nothing-to-do`: everything had been moved before; `left`: ended by
 * a person where there is no way back, and things are as the run says.
 */
export type RunOutcome = 'done' | 'partly' | 'compensated' | 'nothing-to-do' | 'left';

/**
 * `compensated`: it failed and its own half is undone; `left`: it could not be undone, which a person must look at; `deleted`: in the source,
 * after the gate. What is taken back is `started-again` or `restored` in the source, `removed` from the target, or `kept` there.
 */
export type ResourceOutcomeKind =
  | 'done'
  | 'failed'
  | 'skipped'
  | 'compensated'
  | 'left'
  | 'deleted'
  | 'started-again'
  | 'restored'
  | 'removed'
  | 'kept';

export interface ResourceOutcome {
  readonly type: ResourceTypeName;
  /** In the source. */
  readonly id: string;
  readonly name: string;
  /** What was planned; absent where nothing was, as in a rollback. */
  readonly action?: PlanAction;
  readonly outcome: ResourceOutcomeKind;
  readonly targetId?: string;
  readonly durationMs?: number;
  /** Why it failed, was skipped or is kept, in the words of who refused. */
  readonly error?: string;
  readonly notes?: readonly string[];
  readonly fidelity?: ShortFidelity;
  /** Of servers. */
  readonly instance?: InstanceOutcome;
}

export interface InstanceOutcome {
  readonly strategy: 'image' | 'snapshot' | 'volume';
  /** From the confirmed stop in the source to ACTIVE in the target; absent for one that was not running. */
  readonly downtimeMs?: number;
  readonly copiedBytes: number;
}

export interface GateRecord {
  readonly gate: GateName;
  readonly verdict: GateVerdict;
  readonly by: string;
  readonly at: string;
  readonly comment?: string;
  /** Given with the command, before the gate was reached. */
  readonly beforehand?: true;
  /** It holds no more: the gate was asked again, since there was more to do or something else. */
  readonly askedAgain?: true;
}

export interface OpenGate {
  readonly name: GateName;
  readonly since: string;
  readonly question: string;
  /** Commands that answer it, ready to be copied. */
  readonly answers: readonly string[];
  readonly until?: string;
  /** What it counts as then. */
  readonly lapse?: 'reject' | 'skip';
}

export interface TypeProgress {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Running {
  readonly type: ResourceTypeName;
  readonly id: string;
  readonly name: string;
  /** What is done to it now, as `copy its disk`. */
  readonly step: string;
  readonly since: string;
  /** The run of its own that moves it. */
  readonly workflowId?: string;
}

/** Of a run that takes a host: what was done to it, in order. `skipped`: a person said to go on without it. */
export interface HostStep {
  readonly name: string;
  readonly state: 'running' | 'done' | 'failed' | 'skipped';
  readonly startedAt: string;
  readonly endedAt?: string;
  /** What came of it, or why it failed. */
  readonly detail?: string;
  /** The run of its own that does it. */
  readonly workflowId?: string;
}

export interface HostProgress {
  readonly host: string;
  readonly steps: readonly HostStep[];
  /** The machine as it was seen last, a line each: `power: off`, `port: leaf-1 Ethernet7: untagged 100`. */
  readonly machine: Readonly<Record<string, string>>;
}

/** What a run is doing, small whatever its size. */
export interface RunProgress {
  readonly kind: RunKind;
  readonly source: string;
  readonly target: string;
  /** What is moved, as `tenant acme`. */
  readonly what: string;
  readonly stage: RunStage;
  readonly paused: boolean;
  readonly gate?: OpenGate;
  readonly startedAt: string;
  readonly counts: Readonly<Partial<Record<ResourceTypeName, TypeProgress>>>;
  /** At most 50. */
  readonly running: readonly Running[];
  readonly copiedBytes: number;
  /** Of all that is to be copied; an upper bound. */
  readonly sizeBytes: number;
  /** The newest, at most 50. */
  readonly failures: readonly string[];
  readonly notes: readonly string[];
  /** Answers that were not understood, and why; newest last, at most 10. */
  readonly misunderstood: readonly string[];
  /** Of runs that take a host. */
  readonly host?: HostProgress;
}

/** The result of a run: counts, never lists that grow with the tenant. */
export interface RunResult {
  readonly kind: RunKind;
  readonly source: string;
  readonly target: string;
  readonly what: string;
  readonly outcome: RunOutcome;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly counts: Readonly<Partial<Record<ResourceTypeName, TypeProgress>>>;
  readonly copiedBytes: number;
  readonly gates: readonly GateRecord[];
  /** Sources that are left, stopped and locked: to be finalized or rolled back. */
  readonly sourcesKept: number;
  readonly notes: readonly string[];
  readonly error?: string;
  /** It ended before it had changed anything. */
  readonly untouched?: true;
  /** Of runs that take a host. */
  readonly host?: HostProgress;
}

/** A page of what became of each resource. */
export interface RunReport {
  readonly result?: RunResult;
  readonly progress: RunProgress;
  readonly outcomes: readonly ResourceOutcome[];
  /** Outcomes that this execution has. */
  readonly total: number;
  /** Earlier executions of the same run, which continued as new: their outcomes come first. */
  readonly earlier: readonly string[];
}
