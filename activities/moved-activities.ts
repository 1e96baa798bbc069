import type { MoveSelection } from '../planning/selection.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { FormerAddress } from './address-activities.ts';
import type { MoveRequest } from './move-request.ts';
import type { FormerState } from './server-activities.ts';

/** What stands in the target for a resource of the source, as its mark says. */
export interface MovedResource {
  readonly type: ResourceTypeName;
  /** In the source. */
  readonly id: string;
  readonly name: string;
  readonly targetId: string;
  /** The mark of the run that made it. */
  readonly run: string;
}

export interface MovedServer extends MovedResource {
  /** The state of the target's server now, which the source's gets back: what the source was is told by its copy. */
  readonly former: FormerState;
  /** The source's floating IPs that led to it, by the marks of what stands for them. */
  readonly addresses: readonly { readonly id: string; readonly former: FormerAddress }[];
  /** The source's server still exists. */
  readonly isInSource: boolean;
}

export interface MovedRequest extends MoveRequest {
  readonly selection: MoveSelection;
  readonly type: ResourceTypeName;
  readonly offset: number;
  readonly limit: number;
  /** Only what the run itself has made. */
  readonly ofRunOnly: boolean;
}

export interface MovedPage<M extends MovedResource = MovedResource> {
  readonly moved: readonly M[];
  readonly isLast: boolean;
}

/** What has been moved, found from the marks in the target alone. Reads only. */
export interface MovedActivities {
  movedResources(request: MovedRequest): Promise<MovedPage>;
  movedServers(request: MovedRequest): Promise<MovedPage<MovedServer>>;
}
