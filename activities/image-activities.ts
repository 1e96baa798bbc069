import type { Made } from '../resources/moving/make.ts';
import type { MoveRequest, ResourceRequest } from './move-request.ts';

export interface CopiedImage extends Made {
  /** Bytes that were sent in this try; zero when the target had them. */
  readonly sentBytes: number;
  readonly sizeBytes: number;
}

/** An image that only carries the bytes of a volume or a server's disk from one cloud to the other. */
export interface TransferImage {
  /** In the source. */
  readonly imageId: string;
  readonly sizeBytes: number;
}

/** Bulk copying: on the queue of the data movers. Heartbeats carry `{ sentBytes, sizeBytes }`. */
export interface ImageActivities {
  /**
   * An image of the source with bytes, properties, tags, members and state. A retry first looks at what the target has; bytes
   * are checked on the way against the source's hash.
   */
  copyImage(request: ResourceRequest & { readonly type: 'image' }): Promise<CopiedImage>;
  /** A transfer image, into the target's project that stands for `projectId` of the source. Known in the target by its mark. */
  copyTransferImage(
    request: MoveRequest & TransferImage & { readonly projectId: string; readonly name: string },
  ): Promise<{ readonly targetImageId: string; readonly sentBytes: number }>;
}
