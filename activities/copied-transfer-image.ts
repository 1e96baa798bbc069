import { ApplicationFailure } from '@temporalio/common';
import { type ImageAttributes, image } from '../resources/image/image.ts';
import { hasBytes } from '../resources/image/image-moving.ts';
import { madeTransferImage, transferImagesOf } from '../resources/image/transfer-image.ts';
import type { Resource } from '../resources/resource-type.ts';
import { bringBytes, type CopyTools } from './bring-bytes.ts';
import type { CopiedTransferImage, TransferRequest } from './image-activities.ts';
import type { Move } from './open-moves.ts';

/** The bytes of a transfer image of the source in a private image of the target's project. Its id is new: none is burned. */
export async function copiedTransferImage(
  move: Move,
  request: TransferRequest,
  tools: CopyTools,
): Promise<CopiedTransferImage> {
  const source = await image.get(move.source, request.imageId);
  if (!hasBytes(source.attributes.status))
    throw ApplicationFailure.retryable(`image ${source.id} of the source is ${source.attributes.status}`, 'busy');
  const making = move.making(source.id);
  const [present] = await transferImagesOf(move.target, making.origin);
  const wanted = await move.correspondence.wanted({ ...source, name: request.name, projectId: request.projectId });
  const targetImageId = present?.id ?? (await madeTransferImage(making, wanted as Resource<ImageAttributes>));
  const brought = await bringBytes(move, source, targetImageId, tools);
  if (brought.kind === 'there') return { targetImageId, sentBytes: brought.sentBytes };
  await image.moving?.remove?.(making, targetImageId);
  const what = `transfer image ${source.id}: its copy ${targetImageId} in the target`;
  throw ApplicationFailure.retryable(`${what} did not get its bytes and was removed`, 'bytes-lost');
}
