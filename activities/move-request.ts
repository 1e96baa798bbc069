import type { ResourceTypeName } from '../resources/resource-type.ts';

/** From where to where, and for which run: the 16 digits that mark what it makes. */
export interface MoveRequest {
  readonly source: string;
  readonly target: string;
  readonly run: string;
}

/** One resource of the source. */
export interface ResourceRequest extends MoveRequest {
  readonly type: ResourceTypeName;
  readonly id: string;
}
