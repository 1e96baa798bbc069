import type { Updated } from '../activities/resource-activities.ts';
import type { PlanOutline, PlanSummary } from '../planning/plan.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { GateRecord, TypeProgress } from './run-report.ts';

/** Something that this run made and must remove when it is undone. */
export interface MadeRef {
  readonly type: ResourceTypeName;
  readonly id: string;
  readonly name: string;
  readonly targetId: string;
}

/** Something that existed in the target and was changed by this run. */
export interface UpdatedRef extends MadeRef, Updated {}

/** Where a run goes on: a step of the preparation, the instances after the last of them, or what becomes of the sources after these. */
export interface Position {
  readonly step: number;
  /** Places of the approved plan that were dealt with. */
  readonly offset: number;
  /** Those among them that are to be dealt with once more. */
  readonly again?: readonly OnceMore[];
  /** The run is being undone, for this reason. */
  readonly undoing?: string;
}

/** An entry that waits for others of its type, or has failed and is tried once more. */
export interface OnceMore {
  /** Its place among the approved plan's entries of the type. */
  readonly at: number;
  /** How it was counted so far; absent: not at all. */
  readonly counted?: 'failed' | 'skipped';
}

/**
 * What a migration carries over when it continues as new: ids and counts. What there can be thousands of (ports, addresses,
 * volumes, servers) is found again by its marks.
 */
export interface MigrationState {
  readonly startedAt: string;
  readonly run: string;
  readonly position: Position;
  /** Of a migration. */
  readonly plan?: PlanSummary;
  readonly outline: PlanOutline;
  readonly gates: readonly GateRecord[];
  readonly counts: Readonly<Partial<Record<ResourceTypeName, TypeProgress>>>;
  readonly copiedBytes: number;
  readonly notes: readonly string[];
  readonly notesLeftOut: number;
  readonly failures: readonly string[];
  readonly made: readonly MadeRef[];
  readonly updated: readonly UpdatedRef[];
  readonly projects: readonly string[];
  readonly madeIn: readonly string[];
  readonly sourcesKept: number;
  /** Instances that could be neither brought back nor deleted, by their ids in the source: they are not tried again. */
  readonly staying: readonly string[];
  readonly askedAbout: readonly string[];
  readonly failedMoves: readonly string[];
  readonly leftBefore: number;
  readonly paused: boolean;
  /** Run ids of earlier executions. */
  readonly earlier: readonly string[];
}
