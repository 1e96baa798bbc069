import { ApplicationFailure } from '@temporalio/common';
import { diskSnapshot } from '../resources/compute/disk-snapshot.ts';
import { server } from '../resources/compute/server.ts';
import {
  deleteServer,
  isLockedByUs,
  lockReason,
  lockServer,
  obstacleOf,
  restoreServer,
  type SourceServer,
  SourceServerFailed,
  stopServer,
} from '../resources/compute/source-server.ts';
import { unlessGone } from '../resources/visibility.ts';
import { carriedThrough } from './keep-alive.ts';
import type { Move, OpenMoves } from './open-moves.ts';
import type { ServerActivities, ServerFacts, ServerRequest } from './server-activities.ts';

type SourceServerActivities = Omit<ServerActivities, 'bootServer' | 'settleServer' | 'removeServer'>;

/** What happens to a server in the source. */
export function sourceServerActivities(moves: OpenMoves): SourceServerActivities {
  return {
    async inspectServer(request) {
      return factsOf(moves.get(request), request.id);
    },

    async lockServer(request) {
      await watched(moves, request, (it) => lockServer(it, lockReason(request.target, request.run)));
    },

    async stopServer({ stopTimeoutMs, former: _former, ...request }) {
      const offAt = await watched(moves, request, (it) => stopServer(it, stopTimeoutMs));
      return { offAt: offAt.toISOString() };
    },

    async snapshotServer(request) {
      return watched(moves, request, async (it) => {
        const { source, making, inSourceProject } = moves.get(request);
        const { tenant_id: projectId } = await it.cloud.compute.server(it.id);
        const { origin } = making(it.id);
        const image = await diskSnapshot({ ...it, source, origin, member: inSourceProject(projectId) });
        return { imageId: image.id, sizeBytes: image.size ?? 0 };
      });
    },

    async restoreServer({ former, ...request }) {
      await watched(moves, request, (it) => restoreServer(it, former));
    },

    async deleteSourceServer(request) {
      await watched(moves, request, async (it) => {
        if (await mayBeDeleted(moves.get(request), it)) await deleteServer(it);
      });
    },
  };
}

async function factsOf({ source }: Move, id: string): Promise<ServerFacts> {
  const body = await source.cloud.compute.server(id);
  const { name, projectId = '', host, attributes } = await server.get(source, id);
  const { vmState, powerState, locked, lockedReason, imageId, flavor, interfaces, floatingIpIds, volumes } = attributes;
  const obstacle = obstacleOf(body);
  return {
    id,
    name,
    projectId,
    ...(host === undefined ? {} : { host }),
    former: { vmState, powerState, locked, ...(lockedReason === undefined ? {} : { lockedReason }) },
    ...(imageId === undefined ? {} : { imageId }),
    rootDiskGib: imageId === undefined ? 0 : flavor.diskGib,
    portIds: interfaces.map(({ portId }) => portId),
    floatingIpIds,
    volumeIds: [...volumes].sort((a, b) => Number(b.isRoot) - Number(a.isRoot)).map((volume) => volume.id),
    ...(obstacle === undefined ? {} : { obstacle }),
  };
}

/** The last look before its end: it must be off, locked by us, and its copy must be there. False: it is gone already. */
async function mayBeDeleted({ correspondence, target }: Move, { cloud, id }: SourceServer): Promise<boolean> {
  const there = await unlessGone(() => cloud.compute.server(id));
  if (there === undefined) return false;
  const refuse = (why: string): never => {
    throw new SourceServerFailed('source-not-safe', `server ${id} of ${cloud.name} is not deleted: ${why}`);
  };
  const vmState = there['OS-EXT-STS:vm_state'] ?? '';
  if (vmState !== 'stopped' && !vmState.startsWith('shelved')) refuse(`it is ${there.status}, not off`);
  if (!isLockedByUs(there)) refuse('it is not locked by Pumphouse: somebody else has taken it up again');
  correspondence.forget({ type: 'server', id });
  const copy = await correspondence.targetOf({ type: 'server', id });
  if (copy?.how !== 'made') return refuse('its copy is not in the target');
  const { status } = await target.cloud.compute.server(copy.id);
  if (status === 'ERROR') refuse('its copy is in ERROR');
  return true;
}

/** Heartbeats carry what the cloud says of the server. */
async function watched<T>(
  moves: OpenMoves,
  request: ServerRequest,
  work: (it: SourceServer) => Promise<T>,
): Promise<T> {
  const { source, making } = moves.get(request);
  let state = '';
  const it: SourceServer = {
    cloud: source.cloud,
    id: request.id,
    signal: making(request.id).signal,
    onState: (seen) => {
      state = seen;
    },
  };
  try {
    return await carriedThrough(
      () => state,
      () => work(it),
    );
  } catch (error) {
    if (!(error instanceof SourceServerFailed)) throw error;
    throw ApplicationFailure.nonRetryable(error.message, error.problem);
  }
}
