import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type ServerAttributes, server } from '../resources/compute/server.ts';
import { deleteSource } from '../resources/compute/source-server/delete-source.ts';
import { lockAsFailed, lockServer } from '../resources/compute/source-server/lock-server.ts';
import { formerOf, ourLock } from '../resources/compute/source-server/our-lock.ts';
import { restoreServer } from '../resources/compute/source-server/restore-server.ts';
import { snapshotServer } from '../resources/compute/source-server/snapshot-server.ts';
import { SourceFailed } from '../resources/compute/source-server/source-failed.ts';
import { stopServer } from '../resources/compute/source-server/stop-server.ts';
import type { SourceWork } from '../resources/compute/source-server/work.ts';
import type { Correspondence, Found } from '../resources/moving/correspondence.ts';
import { NotInTarget } from '../resources/moving/translation.ts';
import { whyNotLed } from '../resources/network/way-outside.ts';
import type { Resource, ResourceTypeName } from '../resources/resource-type.ts';
import { obstacleOf } from '../resources/selecting/obstacle.ts';
import { unlessGone } from '../resources/visibility.ts';
import { carriedThrough } from './keep-alive.ts';
import type { Move, OpenMoves } from './open-moves.ts';
import { mayRun, runningCopy } from './running-copy.ts';
import type { ServerActivities, ServerFacts } from './server-activities.ts';

type Names =
  | 'inspectServer'
  | 'lockServer'
  | 'lockAsFailed'
  | 'stopServer'
  | 'snapshotServer'
  | 'restoreServer'
  | 'deleteSourceServer';
type SourceServerActivities = Pick<ServerActivities, Names>;
type Request = Parameters<SourceServerActivities['lockServer']>[0];

/**
 * What happens to a server in the source. Our lock tells what the server was before it: that is what `inspectServer` gives as its former state
 * once it is locked. A Nova that takes no reasons (before 2.73) tells what it is by then: callers keep the first facts.
 */
export function sourceServerActivities(moves: OpenMoves): SourceServerActivities {
  const working = <T>(request: Request, work: (work: SourceWork) => Promise<T>) =>
    watched((onState) => {
      const { source, making, inSourceProject } = moves.get(request);
      const { id, target } = request;
      const { origin } = making(id);
      return work({ source, id, target, origin, inProject: inSourceProject, signal: cancellationSignal(), onState });
    });
  return {
    inspectServer: (request) => working(request, (work) => inspect(work, moves.afresh(request))),
    lockServer: (request) => working(request, lockServer),
    lockAsFailed: (request) => working(request, lockAsFailed),
    stopServer: (request) =>
      working(request, async (work) => ({ offAt: (await stopServer(work, request.stopTimeoutMs)).toISOString() })),
    snapshotServer: (request) => working(request, snapshotServer),
    restoreServer: (request) =>
      working(request, async (work) => {
        await requireNoCopyThatRuns(work, moves.afresh(request));
        await restoreServer(work, request.former);
      }),
    deleteSourceServer: (request) =>
      // A look at both clouds as they are now: what the run remembers is no proof.
      working(request, (work) => deleteSource(work, moves.afresh(request).correspondence)),
  };
}

async function inspect(
  { source, id, target, origin }: SourceWork,
  { correspondence, target: targetNow }: Move,
): Promise<ServerFacts> {
  const resource = await server.get(source, id);
  await requireInTarget(correspondence, resource);
  const copy = await correspondence.match(resource);
  const { name, projectId, host, attributes } = resource;
  const { imageId, flavor, interfaces, floatingIpIds, volumes } = attributes;
  const bootsFromVolume = volumes.some(({ isRoot }) => isRoot);
  const rootFirst = [...volumes].sort((a, b) => Number(b.isRoot) - Number(a.isRoot));
  const obstacle =
    movedElsewhere(target, attributes) ??
    movedByOthers(origin.run, copy) ??
    obstacleOf(resource) ??
    (await noWayFor({ source, target: targetNow, correspondence }, floatingIpIds));
  return {
    id,
    name,
    projectId: projectId ?? '',
    ...(host === undefined ? {} : { host }),
    former: formerOf(attributes),
    ...(imageId === undefined ? {} : { imageId }),
    rootDiskGib: bootsFromVolume ? 0 : flavor.diskGib,
    portIds: interfaces.map(({ portId }) => portId),
    floatingIpIds,
    volumeIds: rootFirst.map((volume) => volume.id),
    ...(obstacle === undefined ? {} : { obstacle: `server ${name || id} cannot be moved: ${obstacle}` }),
  };
}

/** It is not stopped for a move that cannot be: what is looked up when the copy is booted must be there. */
async function requireInTarget(correspondence: Correspondence, resource: Resource<ServerAttributes>): Promise<void> {
  const { projectId, attributes } = resource;
  const needed: readonly (readonly [ResourceTypeName, string | undefined])[] = [
    ['project', projectId],
    ['flavor', attributes.flavor.id],
    ['server-group', attributes.serverGroupId],
  ];
  for (const [type, id] of needed)
    if (id !== undefined && (await correspondence.targetOf({ type, id })) === undefined)
      throw new NotInTarget({ type, id });
}

/** An address that nothing can lead to it is found out before it is down. */
async function noWayFor(clouds: Parameters<typeof whyNotLed>[0], ids: readonly string[]): Promise<string | undefined> {
  for (const id of ids) {
    const why = await whyNotLed(clouds, id);
    if (why !== undefined) return why;
  }
  return undefined;
}

function movedElsewhere(target: string, attributes: ServerAttributes): string | undefined {
  const lock = ourLock(attributes);
  if (lock === undefined || lock.target === target) return undefined;
  return `run ${lock.run} has locked it, which moves it to ${lock.target}: finalize that move or roll it back`;
}

/** The copy that another run has made is not this run's to remove: the source must not be started beside it. */
function movedByOthers(run: string, copy: Found | undefined): string | undefined {
  const by = copy?.resource.origin?.run;
  if (copy?.how !== 'made' || by === run) return undefined;
  return `run ${by} has moved it: finalize that move or roll it back`;
}

/** An instance never runs in both clouds, whatever else goes wrong. */
async function requireNoCopyThatRuns({ source, id }: SourceWork, move: Move): Promise<void> {
  const resource = await unlessGone(() => server.get(source, id));
  // One that runs already is not made worse by getting its former lock.
  if (resource === undefined || mayRun(resource.attributes)) return;
  const copy = await runningCopy(move, resource);
  if (copy === undefined) return;
  throw ApplicationFailure.nonRetryable(`server ${id} is not started again: ${copy.why}`, 'copy-runs');
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
    if (!(error instanceof SourceFailed)) throw error;
    const { message, problem, isPassing } = error;
    throw ApplicationFailure.create({ message, type: problem, nonRetryable: !isPassing });
  }
}
