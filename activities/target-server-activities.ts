import { ApplicationFailure } from '@temporalio/common';
import { BootFailed } from '../resources/compute/boot-failed.ts';
import { restorePorts } from '../resources/compute/boot-ports.ts';
import { bootServer, findMade } from '../resources/compute/boot-server.ts';
import { takeBackKeys } from '../resources/compute/lent-key.ts';
import { server } from '../resources/compute/server.ts';
import { settleServer } from '../resources/compute/settle-server.ts';
import { unmake } from '../resources/moving/make.ts';
import { splitProperties } from '../resources/moving/origin.ts';
import { unlessGone } from '../resources/visibility.ts';
import { carriedThrough } from './keep-alive.ts';
import type { Move, OpenMoves } from './open-moves.ts';
import type { ServerActivities } from './server-activities.ts';

type TargetServerActivities = Pick<ServerActivities, 'bootServer' | 'settleServer' | 'removeServer'>;

/** What happens to a server in the target. */
export function targetServerActivities(moves: OpenMoves): TargetServerActivities {
  return {
    async bootServer(request) {
      const { id, imageId, former } = request;
      const move = moves.get(request);
      return watched(async (onState) => {
        const source = await server.get(move.source, id);
        const booted = await bootServer({
          making: move.making(id),
          correspondence: move.correspondence,
          source,
          ...(imageId === undefined ? {} : { imageId }),
          ran: former.vmState === 'active',
          onState,
        });
        move.correspondence.learn(request, { how: 'made', type: 'server', id: booted.targetId });
        return { ...booted, activeAt: booted.activeAt.toISOString() };
      });
    },

    async settleServer(request) {
      const { id, targetId, former } = request;
      const move = moves.get(request);
      return watched(async (onState) => {
        const source = await server.get(move.source, id);
        const { correspondence } = move;
        const settling = { making: move.making(id), correspondence, source, former, targetId, onState };
        return { activeAt: (await settleServer(settling)).toISOString() };
      });
    },

    async removeServer(request) {
      const { id } = request;
      const move = moves.get(request);
      const making = move.making(id);
      await watched(async () => {
        const source = await unlessGone(() => server.get(move.source, id));
        const project = await targetProject(move, source?.projectId);
        const targetId = request.targetId ?? (await madeByThisRun(move, request, project));
        if (targetId !== undefined) await unmake(making, move.correspondence, request, targetId);
        if (source === undefined) return;
        await restorePorts(making, move.correspondence, source);
        if (project !== undefined && source.attributes.keyName !== undefined)
          await takeBackKeys(move.inTargetProject(project), id);
      });
    },
  };
}

type Request = Parameters<TargetServerActivities['removeServer']>[0];

async function madeByThisRun(move: Move, { id, source, run }: Request, project: string | undefined) {
  const found = await findMade(move.making(id), { cloud: source, id }, project);
  // What another run has made was only found: it is that run's.
  return found !== undefined && splitProperties(found.metadata).origin?.run === run ? found.id : undefined;
}

async function targetProject({ correspondence }: Move, projectId: string | undefined): Promise<string | undefined> {
  if (projectId === undefined) return undefined;
  return (await correspondence.targetOf({ type: 'project', id: projectId }))?.id;
}

/** Heartbeats carry what the cloud says of the server. */
async function watched<T>(work: (onState: (state: string) => void) => Promise<T>): Promise<T> {
  let state = '';
  try {
    return await carriedThrough(
      () => state,
      () =>
        work((seen) => {
          state = seen;
        }),
    );
  } catch (error) {
    if (!(error instanceof BootFailed)) throw error;
    const { message, problem, isPassing } = error;
    throw ApplicationFailure.create({ message, type: problem, nonRetryable: !isPassing });
  }
}
