import { activityInfo } from '@temporalio/activity';
import { fidelity } from '../resources/moving/compare.ts';
import type { Correspondence } from '../resources/moving/correspondence.ts';
import { type Made, make, unmake } from '../resources/moving/make.ts';
import type { Undo } from '../resources/moving/making.ts';
import { NotInTarget } from '../resources/moving/translation.ts';
import type { ResourceRef } from '../resources/resource-type.ts';
import { resourceTypes } from '../resources/resource-types.ts';
import { carriedThrough } from './keep-alive.ts';
import type { ResourceRequest } from './move-request.ts';
import type { OpenMoves } from './open-moves.ts';
import { type ShortFidelity, shortFidelity } from './short-fidelity.ts';

export interface FidelityReport extends ShortFidelity {
  readonly targetId: string;
}

export interface Updated {
  readonly targetId: string;
  readonly undo: Undo;
}

/** Moving of resources that need no steps of their own, one at a time. All may run twice. */
export interface ResourceActivities {
  /** Makes it in the target, or finds what an earlier try has made by the mark of its origin (`make`). */
  makeResource(request: ResourceRequest & { readonly incomplete?: true; readonly begun?: true }): Promise<Made>;
  /**
   * Brings what exists in the target by nature to what the source has, and gives what undoes it. How a type tells the work of
   * an earlier try from what was there before is said at its `update`.
   */
  updateResource(request: ResourceRequest): Promise<Updated>;
  revertResource(request: ResourceRequest & Updated): Promise<void>;
  /** Removes what this run made and waits until it is gone (`unmake`). Without `targetId`, what was made of the resource. */
  removeResource(request: ResourceRequest & { readonly targetId?: string }): Promise<void>;
  /** Compares attribute by attribute; `withConditions`: also whether it runs as it did. */
  verifyResource(request: ResourceRequest & { readonly withConditions?: true }): Promise<FidelityReport>;
}

export function resourceActivities(moves: OpenMoves): ResourceActivities {
  /** The resource as it is in the source now, never as it was when the run began. */
  const inSource = ({ type, id, ...request }: ResourceRequest) =>
    resourceTypes[type].get(moves.get(request).source, id);
  const alive = <T>({ type }: ResourceRequest, work: () => Promise<T>) => carriedThrough(() => type, work);

  return {
    makeResource(request) {
      return alive(request, async () => {
        const move = moves.get(request);
        const { incomplete = false, begun = false } = request;
        const { isFound, ...made } = await make(move.making(request.id), move.correspondence, await inSource(request), {
          incomplete,
          begun,
        });
        // What an earlier try of this activity has made is not found.
        return isFound === true && (!made.made || activityInfo().attempt === 1) ? { ...made, isFound } : made;
      });
    },

    updateResource(request) {
      return alive(request, async () => {
        const { correspondence, making } = moves.get(request);
        const resource = await inSource(request);
        const there = await correspondence.match(resource);
        if (there === undefined) throw new NotInTarget(request);
        const wanted = await correspondence.wanted(resource);
        const undo = await resourceTypes[request.type].moving?.update?.(making(request.id), there.resource, wanted);
        return { targetId: there.id, undo: undo ?? {} };
      });
    },

    revertResource(request) {
      const { type, id, targetId, undo } = request;
      return alive(request, async () => {
        await resourceTypes[type].moving?.revert?.(moves.get(request).making(id), targetId, undo);
      });
    },

    removeResource(request) {
      return alive(request, async () => {
        const { correspondence, making } = moves.get(request);
        const targetId = request.targetId ?? (await madeFor(correspondence, request));
        if (targetId !== undefined) await unmake(making(request.id), correspondence, request, targetId);
      });
    },

    verifyResource(request) {
      return alive(request, async () => {
        const { correspondence } = moves.get(request);
        const options = request.withConditions === true ? { withConditions: true } : {};
        const resource = await inSource(request);
        const there = await correspondence.match(resource);
        if (there === undefined) throw new NotInTarget(request);
        const wanted = await correspondence.wanted(resource);
        return { targetId: there.id, ...shortFidelity(fidelity(wanted, there.resource, options)) };
      });
    },
  };
}

/** By its mark; what can carry none (a flavor, a keypair, an assignment) is known as what is made is: by its key. */
async function madeFor(correspondence: Correspondence, ref: ResourceRef): Promise<string | undefined> {
  const there = await correspondence.targetOf(ref);
  if (there === undefined || there.how === 'mapped') return undefined;
  return there.how === 'made' || resourceTypes[ref.type].moving?.unmarked === true ? there.id : undefined;
}
