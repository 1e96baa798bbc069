import type { Readable } from 'node:stream';
import { pathOf } from './answer-part.ts';
import type { StreamAnswer, StreamingServiceClient } from './create-service-client.ts';

/** The bytes of images (Image API v2, "Image data"): never held whole. */
export class GlanceData {
  readonly #client: StreamingServiceClient;

  constructor(client: StreamingServiceClient) {
    this.#client = client;
  }

  /** Of a deactivated image admins only get them (403). An image without bytes is an empty 204. */
  download(imageId: string, signal: AbortSignal): Promise<StreamAnswer> {
    return this.#client.requestStream('GET', pathOf(this.#client, ['images', imageId, 'file']), { signal });
  }

  /**
   * For a `queued` image, which is `saving` meanwhile and `active` once this returns. Cut short, it is `queued` again after a
   * moment, because the length is told beforehand. `body` is not resent: on 401 the caller comes again with another.
   */
  async upload(imageId: string, body: Readable, sizeBytes: number, signal: AbortSignal): Promise<void> {
    const path = pathOf(this.#client, ['images', imageId, 'file']);
    const answer = await this.#client.requestStream('PUT', path, { body, sizeBytes, signal });
    answer.body.resume();
  }
}
