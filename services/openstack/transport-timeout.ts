/** A connect or idle time-out of ours, before it is classified. node-fetch wraps errors and keeps only their `code`. */
export class TransportTimeout extends Error {
  override readonly name = 'TransportTimeout';
  readonly code: 'CONNECT_TIMEOUT' | 'IDLE_TIMEOUT';

  constructor(phase: 'connect' | 'idle', afterMs: number) {
    super(phase === 'connect' ? `no connection within ${afterMs} ms` : `the server was silent for ${afterMs} ms`);
    this.code = phase === 'connect' ? 'CONNECT_TIMEOUT' : 'IDLE_TIMEOUT';
  }
}
