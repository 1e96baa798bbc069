import { cancellationSignal } from '@temporalio/activity';
import { volume } from '../resources/volume/volume.ts';
import type { TransferImage } from './image-activities.ts';
import { carriedThrough } from './keep-alive.ts';
import { madeVolume } from './made-volume.ts';
import type { ResourceRequest } from './move-request.ts';
import type { OpenMoves } from './open-moves.ts';
import { removedTransferImages } from './removed-transfer-images.ts';
import { uploadedVolume, volumeFacts } from './uploaded-volume.ts';

export type VolumeRequest = ResourceRequest & { readonly type: 'volume' };

export interface VolumeFacts {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly sizeGib: number;
  readonly bootable: boolean;
  readonly status: string;
  /** Servers that have it. */
  readonly serverIds: readonly string[];
  /** Why it cannot be moved, as a sentence; absent when it can. */
  readonly obstacle?: string;
}

export type RemoveTransferImages = ResourceRequest & {
  readonly imageId?: string;
  readonly targetImageId?: string;
  /** The copies stay: a server is built on one. */
  readonly inSourceOnly?: true;
};

/** A volume goes as an image: uploaded by Cinder, copied as `copyTransferImage` does, made again from the copy. */
export interface VolumeActivities {
  inspectVolume(request: VolumeRequest): Promise<VolumeFacts>;
  /**
   * Has Cinder write the volume to an image of its project in the source and waits for it. The image is found again by its
   * mark. A volume that servers have is copied within the source first where Cinder wants that; all of them must be off.
   */
  uploadVolume(request: VolumeRequest): Promise<TransferImage>;
  /** Makes the volume from the copied image and waits until it is available. Found again by its mark. */
  makeVolume(
    request: VolumeRequest & { readonly targetImageId: string },
  ): Promise<{ readonly targetId: string; readonly made: boolean }>;
  /**
   * Removes transfer images of this run, of a volume or a server's disk, on both sides: the only images (and volumes, see
   * `uploadVolume`) of the source that a run may remove. Without ids, all that carry the marks.
   */
  removeTransferImages(request: RemoveTransferImages): Promise<void>;
}

export function volumeActivities(moves: OpenMoves): VolumeActivities {
  /** Heartbeats carry the state that is seen. */
  const waiting = <T>(work: (seen: (state: string) => void) => Promise<T>) => {
    let state = '';
    const seen = (now: string) => {
      state = now;
    };
    return carriedThrough(
      () => ({ state }),
      () => work(seen),
    );
  };
  return {
    async inspectVolume(request) {
      return volumeFacts(await volume.get(moves.get(request).source, request.id));
    },
    uploadVolume: (request) =>
      waiting((seen) => uploadedVolume(moves.get(request), request, { seen, signal: cancellationSignal() })),
    makeVolume: (request) =>
      waiting((seen) => madeVolume(moves.get(request), request, { seen, signal: cancellationSignal() })),
    removeTransferImages: (request) => waiting(() => removedTransferImages(moves.get(request), request)),
  };
}
