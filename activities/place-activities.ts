import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { placesId } from '../planning/claims-id.ts';
import { askRegistry, holder } from './ask-registry.ts';
import type { MoveRequest } from './move-request.ts';

export interface Place {
  /** As people call it: `host compute-1`. */
  readonly key: string;
  readonly most: number;
}

/**
 * Limits that hold over all runs between two clouds, kept by the workflow `places`. The workflow that calls has its places until it leaves
 * them or ends. Both may run twice: a holder is in a place once.
 */
export interface PlaceActivities {
  /** Fails, to be tried again, while one of them has no room (`full`): no history grows by that. */
  enter(request: MoveRequest & { readonly places: readonly Place[] }): Promise<void>;
  leave(request: MoveRequest): Promise<void>;
}

export function placeActivities(): PlaceActivities {
  return {
    async enter({ places, ...move }) {
      try {
        await ask(move, 'enter', { holder: holder(), places });
      } catch (error) {
        if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) throw error;
        const { message, type } = error.cause;
        throw ApplicationFailure.retryable(message, type ?? undefined);
      }
    },

    async leave(move) {
      await ask(move, 'leave', { holder: holder() });
    },
  };
}

async function ask({ source, target }: MoveRequest, update: string, request: object): Promise<void> {
  const registry = {
    workflow: 'places',
    workflowId: placesId(source, target),
    summary: `How many instances are under way from ${source} to ${target}`,
  };
  await askRegistry(registry, update, request);
}
