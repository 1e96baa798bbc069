import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import type { MoveRequest } from '../activities/move-request.ts';
import type { MovedAddress, MovedResource, MovedServer } from '../activities/moved-activities.ts';
import type { FormerState } from '../activities/server-activities.ts';
import { Compensations, reasonOf } from './compensations.ts';
import { finding, returning, takingBack } from './move-activities.ts';
import { diskTimeMs } from './time-limits.ts';

/** One instance that was moved. `run` of `move` is the mark of the run that made the copy. */
export interface EndInstanceRequest {
  readonly move: MoveRequest;
  readonly moved: Pick<MovedServer, 'id' | 'name' | 'former' | 'addresses'> & {
    /** Absent when the target has no copy any more. */
    readonly targetId?: string;
  };
  /** How long a guest may take to shut down, as the policy says. */
  readonly stopTimeoutMs: number;
}

export interface BroughtBack {
  /** What was made in the target for it alone, in the order in which it can be removed. */
  readonly furnishings: readonly MovedResource[];
  /** The copy is stopped and locked, and could not be removed: why, in the words of who refused. */
  readonly left?: string;
  /** It runs in the source again; otherwise it is there as it was, stopped or else. */
  readonly isStarted: boolean;
  readonly notes: readonly string[];
}

/** A policy for guests that are quick says nothing of copies that somebody works with by now. */
const SHORTEST_STOP_TIMEOUT_MS = 300_000;
const STOP_SOURCE = 'stop it in the source again';

/** What is known of an instance on its way back. */
interface Way {
  readonly server: MoveRequest & { readonly type: 'server'; readonly id: string };
  readonly name: string;
  readonly former: FormerState;
  readonly stopTimeoutMs: number;
  readonly led: readonly (MoveRequest & { readonly type: 'floating-ip' } & MovedAddress)[];
  readonly undo: Compensations;
}

/**
 * The move of one instance taken back: its copy is stopped, its addresses lead to the source again, the source is started, and only then is
 * the copy removed. So it never runs in both, and what fails before the end leaves it at work where it was. What has begun is
 * brought to its end, whatever becomes of the run.
 */
export async function bringInstanceBack(request: EndInstanceRequest): Promise<BroughtBack> {
  return CancellationScope.nonCancellable(() => bringBack(request));
}

async function bringBack({ move, moved, stopTimeoutMs: wanted }: EndInstanceRequest): Promise<BroughtBack> {
  const { id, targetId, addresses } = moved;
  const name = moved.name || id;
  const server = { ...move, type: 'server', id } as const;
  const target = targetId === undefined ? {} : { targetId };
  // Much may have been done to either since they were looked for.
  const { former, hasCopy, furnishings } = await finding.inspectReturn.executeWithOptions(
    { summary: `look at ${name} in both clouds` },
    [{ ...server, ...target, former: moved.former }],
  );
  const led = addresses.map((address) => ({ ...move, type: 'floating-ip' as const, ...address }));
  const stopTimeoutMs = Math.max(wanted, SHORTEST_STOP_TIMEOUT_MS);
  const way: Way = { server, name, former, stopTimeoutMs, led, undo: new Compensations() };
  const copy = hasCopy && targetId !== undefined ? { ...server, targetId } : undefined;
  const isStopped = copy !== undefined && (await switchOff(way, copy));
  try {
    await leadBack(way);
    await restore(way);
  } catch (error) {
    throw await givenUp(way, error, isStopped);
  }
  const left = isStopped ? await removal(way, copy) : undefined;
  const notes = hasCopy ? [] : [`${move.target} had no copy of it any more`];
  if (!hasCopy) notes.push(...(await removeRemains(way)));
  try {
    const summary = 'remove the image of its disk';
    await returning.removeTransferImages.executeWithOptions({ summary }, [server]);
  } catch (error) {
    notes.push(`the image of its disk is left: ${reasonOf(error)}`);
  }
  const isStarted = former.vmState === 'active';
  return { furnishings, notes, isStarted, ...(left === undefined ? {} : { left }) };
}

type Copy = Way['server'] & { readonly targetId: string };

/** True when the copy is stopped and can be started again; false when it could not be stopped, and is removed instead. */
async function switchOff({ server, name, former, stopTimeoutMs, undo }: Way, copy: Copy): Promise<boolean> {
  const start = { summary: `let the copy of ${name} be as it was` };
  undo.add(start.summary, () => returning.startCopy.executeWithOptions(start, [{ ...copy, former }]), STOP_SOURCE);
  try {
    const stopping = stoppingIn(stopTimeoutMs, `stop the copy of ${name}`);
    await returning.stopCopy.executeWithOptions(stopping, [{ ...copy, stopTimeoutMs }]);
    return true;
  } catch (stopError) {
    try {
      await returning.removeServer.executeWithOptions({ summary: `remove the copy of ${name}` }, [copy]);
      return false;
    } catch (removeError) {
      await undo.undo();
      throw ApplicationFailure.nonRetryable(
        `it stays off in ${server.source}, since its copy ${copy.targetId} in ${server.target} may run: the copy could be neither ` +
          `stopped (${reasonOf(stopError)}) nor removed (${reasonOf(removeError)}); mend that or remove the copy there, ` +
          'then ask again',
        'copy-runs',
      );
    }
  }
}

function stoppingIn(stopTimeoutMs: number, summary: string) {
  return { summary, startToCloseTimeout: diskTimeMs(0) + stopTimeoutMs };
}

/** The same address never answers in both clouds. */
async function leadBack({ led, undo }: Way): Promise<void> {
  for (const address of led) {
    const again = { summary: `lead address ${address.id} to the target again` };
    const takeAgain = { summary: `take address ${address.id} from the source again` };
    undo.add(
      again.summary,
      () => returning.attachTargetAddress.executeWithOptions(again, [address]),
      takeAgain.summary,
    );
    const take = { summary: `take address ${address.id} from the target` };
    await returning.detachTargetAddress.executeWithOptions(take, [address]);
    undo.add(takeAgain.summary, () => returning.detachSourceAddress.executeWithOptions(takeAgain, [address]));
    const lead = { summary: `lead address ${address.id} of the source back` };
    await returning.attachSourceAddress.executeWithOptions(lead, [address]);
  }
}

async function restore({ server, name, former, stopTimeoutMs, undo }: Way): Promise<void> {
  undo.add(STOP_SOURCE, async () => {
    await returning.lockServer.executeWithOptions({ summary: 'lock it in the source again' }, [server]);
    const stop = { ...server, former, stopTimeoutMs };
    await returning.stopServer.executeWithOptions(stoppingIn(stopTimeoutMs, STOP_SOURCE), [stop]);
  });
  const summary = `bring ${name} back in the source`;
  await returning.restoreServer.executeWithOptions({ summary }, [{ ...server, former }]);
}

/** It works again where its copy is; without a copy it stays off, and the same command goes on from there. */
async function givenUp({ server, undo }: Way, error: unknown, isStopped: boolean): Promise<ApplicationFailure> {
  const { source, target } = server;
  const left = await undo.undo();
  const told = left.length === 0 ? '' : `; ${left.join('; ')}`;
  const state = !isStopped
    ? `it is off in ${source}, and ${target} has no copy of it any more${told}`
    : left.length === 0
      ? `its copy in ${target} is at work again`
      : `IT MAY BE OFF IN BOTH CLOUDS${told}`;
  const message = `it could not be brought back: ${reasonOf(error)}; ${state}; mend that, then ask again`;
  return ApplicationFailure.nonRetryable(message, 'not-brought-back');
}

/** Gives why it could not be removed: it harms nobody, stopped and locked. */
async function removal({ server, name }: Way, copy: Copy): Promise<string | undefined> {
  try {
    await returning.removeServer.executeWithOptions({ summary: `remove the copy of ${name}` }, [copy]);
    return undefined;
  } catch (error) {
    return (
      `it is at work in ${server.source} again, but its copy ${copy.targetId} in ${server.target} could not be removed ` +
      `and is left there, stopped and locked: ${reasonOf(error)}; mend that, then ask again`
    );
  }
}

/** What was lent or prepared for a copy that was never made, by a run that was terminated; gives what is left of it. */
async function removeRemains({ server, name }: Way): Promise<readonly string[]> {
  try {
    await returning.removeServer.executeWithOptions({ summary: `remove what was prepared for a copy of ${name}` }, [
      server,
    ]);
    return [];
  } catch (error) {
    return [`what was prepared for a copy of it is left: ${reasonOf(error)}`];
  }
}

/** After the gate: the source's instance is deleted, after a last look at both clouds. What has begun is brought to its end. */
export async function deleteSourceInstance({ move, moved: { id, name } }: EndInstanceRequest): Promise<void> {
  const summary = `delete ${name || id} in ${move.source}`;
  await CancellationScope.nonCancellable(() =>
    takingBack.deleteSourceServer.executeWithOptions({ summary }, [{ ...move, type: 'server', id }]),
  );
}
