import type { Cloud } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { ResourceTypeName } from '../resource-type.ts';
import type { Origin } from './origin.ts';

/** What a user of the target can log in with when we make it. Never leaves the worker. */
export type NewPassword = { readonly kind: 'password'; readonly password: string } | { readonly kind: 'none' };

/** A change of the target under way: what types need to make, complete and remove resources there. */
export interface Making {
  /** The target. Its memory is as old as the run. */
  readonly target: Reader;
  readonly source: Reader;
  /** What is written on everything made. */
  readonly origin: Origin;
  /** The target as one sees it who has a role in this project of it: what is made belongs to the project. */
  inProject(projectId: string): Cloud;
  /** For a user of the target. */
  passwordOf(user: { readonly name: string; readonly domainId: string }): NewPassword;
  /** Aborted when the activity is cancelled. */
  readonly signal: AbortSignal;
}

/** What a run did to something that exists by nature (quotas, a default group), so that it can be undone. At most 16 KiB as JSON. */
export type Undo = Readonly<Record<string, unknown>>;

/** A resource of the target that stands for one of the source, and how it is known. */
export interface Match {
  /**
   * `mapped`: `mappings` says so; `made`: it carries the mark of where it came from; `same-id`, `same-key`: it is like it.
   */
  readonly how: 'mapped' | 'made' | 'same-id' | 'same-key';
  readonly type: ResourceTypeName;
  readonly id: string;
}
