import type { PlanSummary } from '../planning/plan.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { GateRecord, TypeProgress } from './run-report.ts';

/** What a migration carries over when it continues as new: ids and counts. */
export interface MigrationState {
  readonly startedAt: string;
  readonly plan?: PlanSummary;
  readonly gates: readonly GateRecord[];
  readonly counts: Readonly<Partial<Record<ResourceTypeName, TypeProgress>>>;
  readonly copiedBytes: number;
  readonly notes: readonly string[];
  readonly failures: readonly string[];
  /** Run ids of earlier executions. */
  readonly earlier: readonly string[];
}
