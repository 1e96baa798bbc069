import type { PlanEntry, PlanSummary } from '../planning/plan.ts';
import type { MovePolicy } from '../planning/policy.ts';
import type { MoveSelection } from '../planning/selection.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { MoveRequest } from './move-request.ts';

export interface PlanRequest extends MoveRequest {
  readonly selection: MoveSelection;
  readonly policy: MovePolicy;
}

export interface PlanPageRequest extends PlanRequest {
  readonly type: ResourceTypeName;
  /** Entries of the type that come before the page. */
  readonly offset: number;
  readonly limit: number;
}

export interface PlanPage {
  readonly entries: readonly PlanEntry[];
  readonly isLast: boolean;
  /** Of the whole plan as it is now. */
  readonly digest: string;
}

/** Plans, by reading both clouds. Nothing is changed. The worker remembers a run's plan; another worker makes it again. */
export interface PlanActivities {
  /** `afresh`: what the worker remembers does not count. */
  makePlan(request: PlanRequest & { readonly afresh?: true }): Promise<PlanSummary>;
  /** Entries of one type in the order in which they are to be made. */
  planPage(request: PlanPageRequest): Promise<PlanPage>;
}
