import type { MoveRequest } from '../activities/move-request.ts';
import type { MovedServer } from '../activities/moved-activities.ts';
import { finding, undoing } from './move-activities.ts';

/** One instance that was moved. `run` of `move` is the mark of the run that made the copy. */
export interface EndInstanceRequest {
  readonly move: MoveRequest;
  readonly moved: Pick<MovedServer, 'id' | 'name' | 'targetId' | 'former' | 'addresses'>;
}

/**
 * The move of one instance taken back: its addresses are taken from the copy, the copy is removed, and only then does the source
 * answer again. What fails leaves the rest as it is: never both at once.
 */
export async function bringInstanceBack({ move, moved }: EndInstanceRequest): Promise<void> {
  const { id, name, targetId, former, addresses } = moved;
  // It may have been deleted since it was looked at: then its copy is the only one.
  const look = `look for ${name || id} in ${move.source}`;
  await finding.requireInSource.executeWithOptions({ summary: look }, [{ ...move, type: 'server', id }]);
  const server = { ...move, type: 'server', id } as const;
  const led = addresses.map((address) => ({ ...move, type: 'floating-ip' as const, ...address }));
  for (const address of led) {
    const summary = `take address ${address.id} from the target`;
    await undoing.detachTargetAddress.executeWithOptions({ summary }, [address]);
  }
  const remove = `remove the copy of ${name || id}`;
  await undoing.removeServer.executeWithOptions({ summary: remove }, [{ ...server, targetId }]);
  for (const address of led) {
    const summary = `lead address ${address.id} of the source back`;
    await undoing.attachSourceAddress.executeWithOptions({ summary }, [address]);
  }
  const restore = `bring ${name || id} back in the source`;
  await undoing.restoreServer.executeWithOptions({ summary: restore }, [{ ...server, former }]);
  await undoing.removeTransferImages.executeWithOptions({ summary: 'remove the image of its disk' }, [server]);
}

/** After the gate: the source's instance is deleted, after a last look at both clouds. */
export async function deleteSourceInstance({ move, moved: { id, name } }: EndInstanceRequest): Promise<void> {
  const summary = `delete ${name || id} in ${move.source}`;
  await undoing.deleteSourceServer.executeWithOptions({ summary }, [{ ...move, type: 'server', id }]);
}
