import type { Fidelity } from '../resources/moving/compare.ts';
import type { Made } from '../resources/moving/make.ts';
import type { Undo } from '../resources/moving/making.ts';
import type { ResourceRequest } from './move-request.ts';

/** What of a resource's fidelity fits into a payload: values are shortened, the rest is counted. */
export interface FidelityReport extends Fidelity {
  readonly targetId: string;
}

export interface Updated {
  readonly targetId: string;
  readonly undo: Undo;
}

/** Moving of resources that need no steps of their own, one at a time. All may run twice. */
export interface ResourceActivities {
  /** Makes it in the target, or finds what an earlier try has made by the mark of its origin (`make`). */
  makeResource(request: ResourceRequest): Promise<Made>;
  /**
   * Brings what exists in the target by nature to what the source has. What was before is recorded for `revertResource` on
   * the first try only: it is found again by the mark of the run.
   */
  updateResource(request: ResourceRequest): Promise<Updated>;
  revertResource(request: ResourceRequest & Updated): Promise<void>;
  /** Removes what this run made and waits until it is gone (`unmake`). */
  removeResource(request: ResourceRequest & { readonly targetId: string }): Promise<void>;
  /** Compares attribute by attribute. */
  verifyResource(request: ResourceRequest): Promise<FidelityReport>;
}
