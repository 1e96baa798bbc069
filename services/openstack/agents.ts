import { readFileSync } from 'node:fs';
import { type AgentOptions, type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RequestLimits, TlsSettings } from '../../config/index.ts';
import { TransportTimeout } from './transport-timeout.ts';

// Below Apache's KeepAliveTimeout of 5 s: a connection that the server is about to close must not get a POST.
const FREE_SOCKET_TIMEOUT_MS = 4_000;

type Connected = (error: Error | null, stream: Duplex) => void;

/** The keep-alive connections to one cloud. Reads the TLS files: a missing one throws the system's error. */
export class Agents {
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  constructor(limits: RequestLimits, tls: TlsSettings) {
    const options: AgentOptions = {
      keepAlive: true,
      timeout: FREE_SOCKET_TIMEOUT_MS,
      maxFreeSockets: limits.maxConcurrentRequests,
    };
    this.#http = new TimedHttpAgent(options, limits.connectTimeoutMs);
    this.#https = new TimedHttpsAgent(
      {
        ...options,
        rejectUnauthorized: tls.verify,
        ...(tls.cacert !== undefined && { ca: readFileSync(tls.cacert) }),
        ...(tls.cert !== undefined && { cert: readFileSync(tls.cert) }),
        ...(tls.key !== undefined && { key: readFileSync(tls.key) }),
      },
      limits.connectTimeoutMs,
    );
  }

  for(url: URL): HttpAgent {
    return url.protocol === 'https:' ? this.#https : this.#http;
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}

class TimedHttpAgent extends HttpAgent {
  readonly #connectTimeoutMs: number;

  constructor(options: AgentOptions, connectTimeoutMs: number) {
    super(options);
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  override createConnection(options: ClientRequestArgs, callback?: Connected): Duplex | null | undefined {
    return timed(super.createConnection(options, callback), 'connect', this.#connectTimeoutMs);
  }
}

class TimedHttpsAgent extends HttpsAgent {
  readonly #connectTimeoutMs: number;

  constructor(options: AgentOptions & { rejectUnauthorized: boolean }, connectTimeoutMs: number) {
    super(options);
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  override createConnection(options: ClientRequestArgs, callback?: Connected): Duplex | null | undefined {
    return timed(super.createConnection(options, callback), 'secureConnect', this.#connectTimeoutMs);
  }
}

function timed<S extends Duplex | null | undefined>(socket: S, ready: 'connect' | 'secureConnect', ms: number): S {
  if (socket) {
    const timer = setTimeout(() => socket.destroy(new TransportTimeout('connect', ms)), ms);
    const connected = () => clearTimeout(timer);
    (socket as Duplex as Socket).once(ready, connected).once('close', connected);
  }
  return socket;
}
