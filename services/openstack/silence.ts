import { TransportTimeout } from './transport-timeout.ts';

/**
 * Measures how long the other side stays silent. It runs only while we wait for the server: a reader of ours that is
 * slow to take what arrived, or slow to give what is to be sent, is no silence of the cloud.
 */
export class SilenceWatch {
  readonly #idleTimeoutMs: number;
  readonly #expired: (reason: TransportTimeout) => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(idleTimeoutMs: number, expired: (reason: TransportTimeout) => void) {
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#expired = expired;
  }

  listen(): void {
    if (this.#stopped) {
      return;
    }
    this.#timer ??= setTimeout(
      () => this.#expired(new TransportTimeout('idle', this.#idleTimeoutMs)),
      this.#idleTimeoutMs,
    );
    this.#timer.refresh();
  }

  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The call is over; what is left of an upload that the server did not want is no longer watched. */
  stop(): void {
    this.rest();
    this.#stopped = true;
  }
}

/** The chunks of a request's body on their way out: while the connection does not take more, the server is silent. */
export async function* watchUpload(
  body: AsyncIterable<Uint8Array | string>,
  watch: SilenceWatch,
): AsyncGenerator<Uint8Array | string> {
  watch.rest();
  for await (const chunk of body) {
    watch.listen();
    yield chunk;
    watch.rest();
  }
  watch.listen();
}

/** The chunks of an answer's body: while the next one is awaited, the server is silent. */
export async function* watchDownload(body: AsyncIterable<Uint8Array>, watch: SilenceWatch): AsyncGenerator<Uint8Array> {
  watch.listen();
  for await (const chunk of body) {
    watch.rest();
    yield chunk;
    watch.listen();
  }
  watch.rest();
}
