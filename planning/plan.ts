import type { Difference } from '../resources/moving/compare.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { ServerStrategy } from './policy.ts';

/**
 * `create`: the target has nothing of the kind. `adopt`: what the target has is taken. `update`: what exists there by
 * nature is brought to what the source has. `skip`: nothing is to be done, or nothing may be. `conflict`: the target
 * has something else in its place, or it cannot be moved as it is.
 */
export type PlanAction = 'create' | 'adopt' | 'update' | 'rename' | 'skip' | 'conflict';

/** What is to be done about one resource of the source. */
export interface PlanEntry {
  readonly type: ResourceTypeName;
  /** In the source. */
  readonly id: string;
  readonly name: string;
  /** What people call it where it has no name, and its id would tell them nothing. */
  readonly label?: string;
  readonly projectId?: string;
  readonly action: PlanAction;
  /** A sentence: why this action. */
  readonly reason: string;
  /** What is adopted, updated or in the way. */
  readonly targetId?: string;
  /** Bytes to be copied. */
  readonly sizeBytes?: number;
  /** Attribute by attribute, of what is adopted, updated or in the way. */
  readonly differences?: readonly Difference[];
  /**
   * The target has it already, moved by an earlier run or of its own: nothing is to be done, and what depends on it can
   * go on.
   */
  readonly isDone?: true;
  /** It belongs to the installation of the source: that it stays there is no lack of the move. */
  readonly staysByRight?: true;
  /** The server that takes it along: its volumes, ports and addresses, if the plan moves it. */
  readonly movesWith?: string;
  /** Of servers: where it is in the source. */
  readonly host?: string;
  /** Of servers: how its root disk gets there. `volume`: with the volume that it boots from. */
  readonly strategy?: ServerStrategy;
}

/** Something that will go wrong or be otherwise, known before anything starts. `id` is stable, for scripts. */
export interface PlanWarning {
  readonly id: string;
  readonly severity: 'warning' | 'blocking';
  /** What, its consequence, and the remedy. */
  readonly text: string;
}

export type ActionCounts = Readonly<Partial<Record<PlanAction, number>>>;

/** A plan without its entries: small enough for a payload whatever the size of the tenant. */
export interface PlanSummary {
  /** Two looks that would do the same give the same digest. */
  readonly digest: string;
  readonly counts: Readonly<Partial<Record<ResourceTypeName, ActionCounts>>>;
  /** How many of those to skip are skipped because the target has them already; types without any are left out. */
  readonly done?: Readonly<Partial<Record<ResourceTypeName, number>>>;
  /** Bytes of all that is to be copied, where every disk counts as full. */
  readonly sizeBytes: number;
  /** Those of images among them, which are known. */
  readonly imageBytes: number;
  /** At most 100 of each, blocking ones first; `left` says how many more. */
  readonly warnings: readonly PlanWarning[];
  readonly conflicts: readonly PlanEntry[];
  readonly left: { readonly warnings: number; readonly conflicts: number };
  /** True when nothing is to be made or changed in the target, and nothing is in conflict. */
  readonly isDone: boolean;
}

/**
 * What a plan has, by type and in the plan's order: of each entry the letter of its action and a print of its id. It tells what was
 * approved from what came later, and is small enough for a run to carry: 9 KB for a thousand entries.
 */
export type PlanOutline = Readonly<Partial<Record<ResourceTypeName, string>>>;

/** Characters of an outline for one entry. */
export const PLACE_WIDTH = 9;
