import { Readable } from 'node:stream';
import fetch, { type Response } from 'node-fetch';
import type { RequestLimits, TlsSettings } from '../../config/index.ts';
import { ApiError } from '../api-error.ts';
import { Agents } from './agents.ts';
import { type CallEnd, CallObservation } from './call-observation.ts';
import type { Call } from './classify.ts';
import { classifyFailure } from './classify-failure.ts';
import type { CallObserver } from './observer.ts';
import { Redactor } from './redact.ts';
import { nextHop } from './redirect.ts';
import { RequestSlots } from './request-slots.ts';
import { SilenceWatch, watchDownload, watchUpload } from './silence.ts';
import { userAgent } from './user-agent.ts';

export interface HttpRequest {
  readonly cloud: string;
  readonly service: string;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Text is JSON; bytes come as a stream with their `content-length` in the headers. */
  readonly body?: string | Readable;
  readonly signal?: AbortSignal;
}

interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface HttpTextAnswer extends HttpAnswer {
  readonly text: string;
}

export interface HttpStreamAnswer extends HttpAnswer {
  /** Holds a request slot until it has ended or is destroyed. Fails with an `ApiError`. */
  readonly body: Readable;
}

interface OpenAnswer extends HttpAnswer {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the call: frees the slot and tells the observers. */
  readonly done: (end: { text?: string; failure?: ApiError }) => void;
  readonly abort: AbortController;
}

/**
 * All HTTP to one cloud goes through here: one pool of connections, one cap on what is in flight, time-outs,
 * same-origin redirects, observers. Any status is an answer; whatever gives no complete answer is an `ApiError`, except
 * the caller's own doing: an abort throws the signal's reason, a failing upload stream its own error.
 */
export class HttpPool {
  readonly redactor = new Redactor();
  readonly #limits: RequestLimits;
  readonly #tls: TlsSettings;
  readonly #observers: readonly CallObserver[];
  readonly #slots: RequestSlots;
  readonly #userAgent = userAgent();
  #agents: Agents | undefined;

  constructor(limits: RequestLimits, tls: TlsSettings, observers: readonly CallObserver[] = []) {
    this.#limits = limits;
    this.#tls = tls;
    this.#observers = observers;
    this.#slots = new RequestSlots(limits.maxConcurrentRequests);
  }

  /** Sends and reads the whole answer. */
  async text(request: HttpRequest): Promise<HttpTextAnswer> {
    const answer = await this.#open(request, true);
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of answer.chunks) {
        chunks.push(chunk);
      }
      const text = Buffer.concat(chunks).toString('utf8');
      answer.done({ text });
      return { status: answer.status, headers: answer.headers, text };
    } catch (error) {
      answer.done(error instanceof ApiError ? { failure: error } : {});
      throw error;
    }
  }

  /** Sends and gives the answer's body as a stream, undecoded. */
  async stream(request: HttpRequest): Promise<HttpStreamAnswer> {
    const { status, headers, chunks, done, abort } = await this.#open(request, false);
    const body = Readable.from(chunks, { objectMode: false });
    let failure: ApiError | undefined;
    body.once('error', (error) => {
      failure = error instanceof ApiError ? error : undefined;
    });
    body.once('close', () => {
      // A reader that leaves early must not leave a download running that nobody takes.
      if (!body.readableEnded) {
        abort.abort();
      }
      done(failure ? { failure } : {});
    });
    return { status, headers, body };
  }

  close(): void {
    this.#agents?.close();
    this.#agents = undefined;
  }

  async #open(request: HttpRequest, decompress: boolean): Promise<OpenAnswer> {
    const release = await this.#slots.acquire(request.signal);
    const observation = new CallObservation(this.#observers, this.redactor, request);
    const abort = new AbortController();
    const watch = new SilenceWatch(this.#limits.idleTimeoutMs, (reason) => abort.abort(reason));
    const onAbort = () => abort.abort(request.signal?.reason);
    request.signal?.addEventListener('abort', onAbort, { once: true });
    const finish = (end: CallEnd) => {
      watch.stop();
      request.signal?.removeEventListener('abort', onAbort);
      release();
      observation.finished(end);
    };
    const upload = new UploadFailure();
    const translate = (error: unknown): unknown => {
      if (error instanceof ApiError) {
        return error;
      }
      if (request.signal?.aborted) {
        return request.signal.reason;
      }
      const cause = abort.signal.aborted ? abort.signal.reason : error;
      return upload.error ?? classifyFailure(callOf(request), request.url.host, cause, this.redactor);
    };
    try {
      const response = await this.#fetch(request, abort.signal, watch, upload, decompress);
      // From here on the reader's pace decides when the server is waited for.
      watch.rest();
      const headers = Object.fromEntries(response.headers.entries());
      const source = response.body as Readable | null;
      const chunks = translating(watchDownload(source ?? Readable.from([]), watch), translate, observation);
      return {
        status: response.status,
        headers,
        chunks,
        abort,
        done: (end) => finish({ ...end, status: response.status, headers }),
      };
    } catch (error) {
      const translated = translate(error);
      finish(translated instanceof ApiError ? { failure: translated } : {});
      throw translated;
    }
  }

  async #fetch(
    request: HttpRequest,
    signal: AbortSignal,
    watch: SilenceWatch,
    upload: UploadFailure,
    decompress: boolean,
  ): Promise<Response> {
    this.#agents ??= new Agents(this.#limits, this.#tls);
    const agents = this.#agents;
    let url = request.url;
    for (let hop = 0; ; hop++) {
      watch.listen();
      const response = await fetch(url, {
        method: request.method,
        headers: { accept: 'application/json', 'user-agent': this.#userAgent, ...request.headers },
        agent: (target) => agents.for(target),
        redirect: 'manual',
        compress: decompress,
        signal,
        ...(request.body !== undefined && {
          body:
            typeof request.body === 'string'
              ? request.body
              : Readable.from(watchUpload(upload.watching(request.body), watch), { objectMode: false }),
        }),
      });
      const target = nextHop(callOf(request), url, response, hop);
      if (target === undefined) {
        return response;
      }
      response.body?.resume();
      url = target;
    }
  }
}

/** Keeps a failure of the stream being uploaded apart from a failure of the connection that it causes. */
class UploadFailure {
  error: unknown;

  async *watching(body: Readable): AsyncGenerator<Uint8Array | string> {
    try {
      yield* body as AsyncIterable<Uint8Array | string>;
    } catch (error) {
      this.error = error;
      throw error;
    }
  }
}

async function* translating(
  chunks: AsyncIterable<Uint8Array>,
  translate: (error: unknown) => unknown,
  observation: CallObservation,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      observation.count(chunk);
      yield chunk;
    }
  } catch (error) {
    throw translate(error);
  }
}

export function callOf(request: HttpRequest): Call {
  return {
    cloud: request.cloud,
    service: request.service,
    method: request.method,
    path: request.url.pathname + request.url.search,
  };
}
