import { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { claimsId } from '../planning/claims-id.ts';
import { NotInTarget } from '../resources/moving/translation.ts';
import type { ResourceRef, ResourceTypeName } from '../resources/resource-type.ts';
import { askRegistry, holder } from './ask-registry.ts';
import type { MoveRequest } from './move-request.ts';
import type { OpenMoves } from './open-moves.ts';

/** `type/id` of the source. */
export type ClaimKey = `${string}/${string}`;

/** What a run has made that nobody else uses: it may be removed. `run`: the mark that it carries. */
export interface Removable {
  readonly key: ClaimKey;
  readonly run: string;
  readonly targetId?: string;
  readonly name?: string;
  /** It is not to be removed: another run uses it. */
  readonly stays?: true;
}

/** What may be removed of these types, so many at a time: the first type first. */
export interface ReleasePage {
  readonly types: readonly ResourceTypeName[];
  readonly limit: number;
}

/** What a run has made, as it is called there and here. */
export interface MadeResource extends ResourceRef {
  readonly targetId: string;
  readonly name: string;
}

/** What a workflow that ended cannot hold any more. */
export interface HolderActivities {
  /** Those that do not run any more. */
  endedRuns(request: { readonly workflowIds: readonly string[] }): Promise<readonly string[]>;
}

/**
 * Several runs may need the same network, image or user: what one made and another uses is not removed by the one's
 * compensation. Claims are kept by the workflow `claims` of the pair of clouds, as are the roles lent to the mover. The run is
 * the workflow that calls.
 */
export interface ClaimActivities {
  /** Waits while another run removes one of them. */
  claim(request: MoveRequest & { readonly refs: readonly ResourceRef[] }): Promise<void>;
  /** It claims them, and has made them: the registry keeps that for it, whatever becomes of its own history. */
  made(request: MoveRequest & { readonly made: readonly MadeResource[] }): Promise<void>;
  /**
   * Gives up all claims of the run. With `undo` the answer has what may be removed: what the run has made, and what others had
   * made and left to it, if nobody claims it any more; so too `made`, whoever made it. Who wants one of these waits until `removed` is
   * called. With `page` it is asked until nothing is left, and tells besides what the run has made and others use. `usedNothing`: the
   * run has only looked, so nothing stays on its behalf.
   */
  release(
    request: MoveRequest & {
      readonly made: readonly ResourceRef[];
      readonly undo: boolean;
      readonly page?: ReleasePage;
      readonly usedNothing?: true;
    },
  ): Promise<readonly Removable[]>;
  /** What `release` told is gone, or stays after all. `takenBack`: a run that had ended well, of which nothing is left. */
  removed(request: MoveRequest & { readonly keys: readonly ClaimKey[]; readonly takenBack?: string }): Promise<void>;
  /**
   * The mover gets a role in a project of the source and in what stands for it in the target, until the last run that
   * needs it has returned it.
   */
  lendRoles(request: MoveRequest & { readonly projectId: string }): Promise<void>;
  returnRoles(request: MoveRequest): Promise<void>;
}

export function claimActivities(moves: OpenMoves): ClaimActivities & HolderActivities {
  return {
    async claim({ refs, ...move }) {
      await ask(move, 'claim', { holder: holder(), keys: refs.map(keyOf) });
    },

    async made({ made, ...move }) {
      const told = made.map(({ targetId, name, ...ref }) => ({ key: keyOf(ref), targetId, name }));
      await ask(move, 'made', { holder: holder(), run: move.run, made: told });
    },

    async release({ made, undo, page, usedNothing, ...move }) {
      return ask(move, 'release', {
        ...{ holder: holder(), run: move.run, made: made.map(keyOf), undo },
        ...(page === undefined ? {} : { page }),
        ...(usedNothing === undefined ? {} : { usedNothing }),
      });
    },

    async removed({ keys, takenBack, ...move }) {
      await ask(move, 'removed', { holder: holder(), keys, ...(takenBack === undefined ? {} : { takenBack }) });
    },

    async lendRoles({ projectId, ...move }) {
      await ask(move, 'lend', { holder: holder(), cloud: move.source, projectId });
      const stand = await moves.get(move).correspondence.targetOf({ type: 'project', id: projectId });
      if (stand === undefined) throw new NotInTarget({ type: 'project', id: projectId });
      await ask(move, 'lend', { holder: holder(), cloud: move.target, projectId: stand.id });
    },

    async returnRoles(move) {
      await ask(move, 'return-roles', { holder: holder() });
    },

    async endedRuns({ workflowIds }) {
      const { client } = Context.current();
      const states = await Promise.all(workflowIds.map((id) => isRunning(client, id)));
      return workflowIds.filter((_id, index) => states[index] === false);
    },
  };
}

/** The workflow that keeps the claims is started when it does not run. */
function ask<Answer>({ source, target }: MoveRequest, update: string, request: object): Promise<Answer> {
  const registry = {
    workflow: 'claims',
    workflowId: claimsId(source, target),
    summary: `What runs from ${source} to ${target} use together`,
  };
  return askRegistry<Answer>(registry, update, request);
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

function keyOf({ type, id }: ResourceRef): ClaimKey {
  return `${type}/${id}`;
}
