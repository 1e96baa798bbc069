import type { ResourceRef, ResourceTypeName } from '../resource-type.ts';

/** What the clouds call differently without being a resource that moves. */
export type NamedOnly = 'availability-zone' | 'volume-type' | 'physical-network';

/** Ids and names of the source in the target's terms. */
export interface Translation {
  /**
   * The id in the target of a resource of the source.
   *
   * @throws {NotInTarget} when the target has none
   */
  id(type: ResourceTypeName, sourceId: string): string;
  /** The same for what may be left out: who may use it, where it is attached. */
  idIfThere(type: ResourceTypeName, sourceId: string): string | undefined;
  /** The target's name of a zone or volume type: the same, unless `mappings` says otherwise. */
  name(kind: NamedOnly, sourceName: string): string;
}

/** Something needed does not exist in the target: it must be moved, or mapped, first. */
export class NotInTarget extends Error {
  override readonly name = 'NotInTarget';
  readonly ref: ResourceRef;

  constructor(ref: ResourceRef) {
    super(`the target has nothing that stands for ${ref.type} ${ref.id} of the source: move it first, or map it`);
    this.ref = ref;
  }
}
