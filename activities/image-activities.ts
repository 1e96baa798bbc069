import { image } from '../resources/image/image.ts';
import { Pace } from '../resources/image/pace.ts';
import type { Made } from '../resources/moving/make.ts';
import { copiedImage } from './copied-image.ts';
import { copiedTransferImage } from './copied-transfer-image.ts';
import { carriedThrough } from './keep-alive.ts';
import type { MoveRequest, ResourceRequest } from './move-request.ts';
import type { OpenMoves } from './open-moves.ts';

export interface CopiedImage extends Made {
  /** Bytes that were sent in this try; zero when the target had them. */
  readonly sentBytes: number;
  readonly sizeBytes: number;
  /** What the operator should know, as sentences: its id could not be kept, it has no bytes. */
  readonly notes: readonly string[];
}

/** An image that only carries the bytes of a volume or a server's disk from one cloud to the other. */
export interface TransferImage {
  /** In the source. */
  readonly imageId: string;
  readonly sizeBytes: number;
}

export interface TransferRequest extends MoveRequest, TransferImage {
  /** Of the source. */
  readonly projectId: string;
  readonly name: string;
}

export interface CopiedTransferImage {
  readonly targetImageId: string;
  readonly sentBytes: number;
}

/** Bulk copying: on the queue of the data movers. Heartbeats carry `{ sentBytes, sizeBytes }`. */
export interface ImageActivities {
  /**
   * An image of the source with bytes, properties, tags, members and state. A retry first looks at what the target has; bytes
   * are checked on the way against the source's hash.
   */
  copyImage(request: ResourceRequest & { readonly type: 'image' }): Promise<CopiedImage>;
  /** A transfer image, into the target's project that stands for `projectId` of the source. Known in the target by its mark. */
  copyTransferImage(request: TransferRequest): Promise<CopiedTransferImage>;
}

export interface CopySettings {
  /** Of all copies of this worker together; no limit unless told. */
  readonly maxMibPerSecond?: number;
  /** How long a record that is `saving` may belong to somebody who still sends; grows with its size unless told. */
  readonly patienceMs?: number;
}

const MIB = 2 ** 20;

/** Often, so that a cancelled copy ends soon and bytes are seen to move. */
const HEARTBEAT_INTERVAL_MS = 3_000;

/** What a copy tells as its heartbeat. */
export interface CopyProgress {
  sentBytes: number;
  sizeBytes: number;
}

export function imageActivities(moves: OpenMoves, settings: CopySettings = {}): ImageActivities {
  const { maxMibPerSecond } = settings;
  const pace = new Pace(maxMibPerSecond === undefined ? undefined : maxMibPerSecond * MIB);
  const copying = <T>(work: (progress: CopyProgress) => Promise<T>) => {
    const progress: CopyProgress = { sentBytes: 0, sizeBytes: 0 };
    return carriedThrough(
      () => ({ ...progress }),
      () => work(progress),
      HEARTBEAT_INTERVAL_MS,
    );
  };
  return {
    copyImage: (request) =>
      copying(async (progress) => {
        const move = moves.get(request);
        const source = await image.get(move.source, request.id);
        return copiedImage(move, source, { progress, pace, ...settings });
      }),
    copyTransferImage: (request) =>
      copying((progress) => copiedTransferImage(moves.get(request), request, { progress, pace, ...settings })),
  };
}
