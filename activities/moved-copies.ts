import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { server } from '../resources/compute/server.ts';
import { lockServer } from '../resources/compute/source-server/lock-server.ts';
import { formerOf, ourLock } from '../resources/compute/source-server/our-lock.ts';
import { restoreServer } from '../resources/compute/source-server/restore-server.ts';
import { SourceFailed } from '../resources/compute/source-server/source-failed.ts';
import { stopServer } from '../resources/compute/source-server/stop-server.ts';
import type { SourceWork } from '../resources/compute/source-server/work.ts';
import { unlessGone } from '../resources/visibility.ts';
import { furnishingsOf, furnishingsOfSource } from './furnishings.ts';
import { carriedThrough } from './keep-alive.ts';
import { isDeleted, type MovedResource } from './moved-activities.ts';
import type { OpenMoves } from './open-moves.ts';
import { mayRun, runningCopy } from './running-copy.ts';
import type { FormerState, ServerRequest } from './server-activities.ts';

/** What bringing an instance back begins with. */
export interface Return {
  /** What the source's is to be: as it was, or as somebody has brought it to since. */
  readonly former: FormerState;
  /** False when somebody has removed the copy. */
  readonly hasCopy: boolean;
  /** What was made for it alone, in the order in which it can be removed. */
  readonly furnishings: readonly MovedResource[];
}

export type CopyRequest = ServerRequest & { readonly targetId: string };

/** Copies in the target whose move is taken back. All may run twice. */
export interface CopyActivities {
  /**
   * Looks at both as they are now; nothing is changed. Fails, as a sentence that says what to do, when bringing it back could
   * do harm: the source has lost it (`only-copy`), has started it (`runs-in-both`) or has broken it (`source-broken`).
   */
  inspectReturn(request: ServerRequest & { readonly targetId?: string; readonly former: FormerState }): Promise<Return>;
  /** Locks the copy, so that its owner does not start it again, stops it and confirms that it is off. */
  stopCopy(request: CopyRequest & { readonly stopTimeoutMs: number }): Promise<void>;
  /** Lets the copy be again what it was before `stopCopy`, unless the source's may run. */
  startCopy(request: CopyRequest & { readonly former: FormerState }): Promise<void>;
}

export function copyActivities(moves: OpenMoves): CopyActivities {
  const working = (request: CopyRequest, work: (work: SourceWork) => Promise<unknown>) =>
    watched(async (onState) => {
      const { target: reader, inTargetProject } = moves.get(request);
      const { targetId: id, source, target, run } = request;
      if ((await unlessGone(() => server.get(reader, id))) === undefined) return;
      // The same work as in the source, the other way round.
      const origin = { cloud: target, id, run };
      const signal = cancellationSignal();
      await work({ source: reader, id, target: source, origin, inProject: inTargetProject, signal, onState });
    });

  return {
    inspectReturn: (request) => watched(async () => inspect(moves, request)),

    stopCopy: (request) =>
      working(request, async (work) => {
        await lockServer(work);
        await stopServer(work, request.stopTimeoutMs);
      }),

    startCopy: (request) =>
      working(request, async (work) => {
        const inSource = await unlessGone(() => server.get(moves.get(request).source, request.id));
        if (inSource !== undefined && mayRun(inSource.attributes))
          throw final('runs-in-both', `it may run in ${request.source}: its copy is not started again`);
        const { attributes } = await server.get(work.source, work.id);
        await restoreServer(work, ourLock(attributes)?.former ?? request.former);
      }),
  };
}

type ReturnRequest = Parameters<CopyActivities['inspectReturn']>[0];

async function inspect(moves: OpenMoves, request: ReturnRequest): Promise<Return> {
  const { id, source, target, targetId } = request;
  const move = moves.afresh(request);
  const there = await unlessGone(() => server.get(move.source, id));
  if (there === undefined || isDeleted(there.attributes))
    throw final('only-copy', `its source is deleted: only the copy is left, and stays`);
  const { vmState, powerState, status } = there.attributes;
  const copy = targetId === undefined ? undefined : await unlessGone(() => server.get(move.target, targetId));
  const hasCopy = copy !== undefined && !isDeleted(copy.attributes);
  const furnishings = hasCopy
    ? await furnishingsOf(move, copy.attributes)
    : await furnishingsOfSource(move, there.attributes);
  if (!mayRun(there.attributes)) {
    const other = hasCopy ? undefined : await runningCopy(move, there);
    if (other !== undefined)
      throw final(
        'copy-runs',
        `it is off in ${source} and is not started: ${other.why}; stop that one, then ask again`,
      );
    return { former: request.former, hasCopy, furnishings };
  }
  if (vmState === 'error')
    throw final(
      'source-broken',
      `it is ${status} in ${source}, and its copy stays as it is: bring it to SHUTOFF, then ask again`,
    );
  const running = hasCopy && mayRun(copy.attributes) ? `its copy ${copy.id} runs in ${target}` : undefined;
  const why = running ?? (await runningCopy(move, there))?.why;
  if (why !== undefined)
    throw final(
      'runs-in-both',
      `it runs in both clouds: somebody has started it in ${source} (${status}), and ${why}; nothing is changed: stop one of ` +
        'them, then ask again',
    );
  // Whoever has started it wants it to run.
  return { former: { ...formerOf(there.attributes), vmState, powerState }, hasCopy, furnishings };
}

function final(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
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
