import type { TransferImage } from './image-activities.ts';
import type { ResourceRequest } from './move-request.ts';

type VolumeRequest = ResourceRequest & { readonly type: 'volume' };

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

/** A volume goes as an image: uploaded by Cinder, copied as `copyTransferImage` does, made again from the copy. */
export interface VolumeActivities {
  inspectVolume(request: VolumeRequest): Promise<VolumeFacts>;
  /** Has Cinder write the volume to an image of its project in the source and waits for it. The image is found again by its mark. */
  uploadVolume(request: VolumeRequest): Promise<TransferImage>;
  /** Makes the volume from the copied image and waits until it is available. Found again by its mark. */
  makeVolume(
    request: VolumeRequest & { readonly targetImageId: string },
  ): Promise<{ readonly targetId: string; readonly made: boolean }>;
  /** Removes transfer images of this run, of a volume or a server's disk, on both sides: the only images of the source that a run may remove. */
  removeTransferImages(
    request: ResourceRequest & { readonly imageId?: string; readonly targetImageId?: string },
  ): Promise<void>;
}
