import type { MovePolicy } from '../planning/policy.ts';
import type { MoveSelection } from '../planning/selection.ts';
import type { MigrationState } from './migration-state.ts';
import type { GateName } from './run-messages.ts';

export interface GateSettings {
  readonly timeLimitMs?: number;
  readonly reminderMs?: number;
}

/** Given with the command, so that a gate need not wait. */
export interface Approval {
  readonly by: string;
  readonly comment?: string;
  /** Of the gate `plan`: the plan that was seen. Any other is asked about. */
  readonly digest?: string;
}

/** Moves a tenant, or any selection. */
export interface MigrateRequest {
  readonly source: string;
  readonly target: string;
  readonly selection: MoveSelection;
  /** The selection as an operator would say it: `tenant acme`, `instances web-1, web-2`. */
  readonly what: string;
  readonly policy: MovePolicy;
  readonly gates: Readonly<Partial<Record<GateName, GateSettings>>>;
  readonly approved: Readonly<Partial<Record<GateName, Approval>>>;
  /** End after the verification, with the sources stopped and locked: no gate `delete-source`. */
  readonly keepSource: boolean;
  /** Queue of the data movers. */
  readonly dataTaskQueue: string;
  /** After so many events the run continues as new; for tests. */
  readonly eventsARun?: number;
  /** Entries of the plan, and instances, that are dealt with at a time: a run continues as new between two pages; for tests. */
  readonly entriesAPage?: number;
  /** Where a run goes on after continue-as-new; not for callers. */
  readonly resume?: MigrationState;
}

/** Ends what a migration has left open: `finalize` deletes the sources, `rollback` brings them back. */
export interface AfterwardsRequest {
  readonly source: string;
  readonly target: string;
  readonly selection: MoveSelection;
  readonly what: string;
  readonly policy: MovePolicy;
  readonly approved: Readonly<Partial<Record<GateName, Approval>>>;
  readonly gates: Readonly<Partial<Record<GateName, GateSettings>>>;
  /** As of a migration; for tests. */
  readonly eventsARun?: number;
  readonly entriesAPage?: number;
  readonly resume?: MigrationState;
}
