import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';
import { IpmiProtocolError, IpmiTimeoutError } from './errors.ts';

export interface Patience {
  /** For one answer, all attempts together. */
  readonly timeoutMs: number;
  /** Before it is sent again; doubled each time. */
  readonly retransmitMs: number;
}

/** Reads a packet: what it says, or undefined when it is for somebody else. */
export type Reader<T> = (packet: Buffer) => T | undefined;

interface Waiting {
  readonly read: (packet: Buffer) => void;
  readonly fail: (error: Error) => void;
}

/** UDP to one BMC: sends until an answer comes, and hands each packet to whoever waits. */
export class Link {
  readonly #host: string;
  readonly #port: number;
  readonly #waiting = new Set<Waiting>();
  /** Address and port, for messages. */
  readonly bmc: string;
  readonly patience: Patience;
  #socket: Socket;
  #unreachable: Error | undefined;
  #tag = 0;
  #isClosed = false;

  private constructor(host: string, port: number, socket: Socket, patience: Patience) {
    this.#host = host;
    this.#port = port;
    this.bmc = addressOf(host, port);
    this.patience = patience;
    this.#socket = this.#listening(socket);
  }

  /** @throws {IpmiTimeoutError} `unreachable`: the name has no address */
  static async open(host: string, port: number, patience: Patience): Promise<Link> {
    return new Link(host, port, await connected(host, port), patience);
  }

  /** From another port of ours: there are BMCs that take all that comes from one port for one session. */
  async renew(): Promise<void> {
    const former = this.#socket;
    this.#socket = this.#listening(await connected(this.#host, this.#port));
    former.close();
  }

  /**
   * Sends a request, again and again with back-off, until an answer is read. `packet` is called for each attempt, since each
   * has a sequence number of its own in a session.
   *
   * @throws {IpmiTimeoutError} no answer in time; and whatever `read` throws but {@link IpmiProtocolError}: a packet that
   *   cannot be read is noise, which anybody can send
   */
  exchange<T>(what: string, packet: () => Buffer, read: Reader<T>, patience: Patience = this.patience): Promise<T> {
    return new Promise((resolve, reject) => {
      let noise: Error | undefined;
      let timer: NodeJS.Timeout | undefined;
      const { timeoutMs, retransmitMs } = patience;
      const end = () => {
        clearTimeout(timer);
        clearTimeout(deadline);
        this.#waiting.delete(waiting);
      };
      const fail = (error: Error) => {
        end();
        reject(error);
      };
      const waiting: Waiting = {
        fail,
        read: (bytes) => {
          try {
            const answer = read(bytes);
            if (answer === undefined) return;
            end();
            resolve(answer);
          } catch (error) {
            if (error instanceof IpmiProtocolError) noise = error;
            else fail(error as Error);
          }
        },
      };
      const deadline = setTimeout(() => fail(this.#timeOut(what, noise, timeoutMs)), timeoutMs);
      const send = (waitMs: number) => {
        this.#socket.send(packet(), (error) => {
          if (error) this.#unreachable = error;
        });
        timer = setTimeout(() => send(waitMs * 2), waitMs);
      };
      this.#unreachable = undefined;
      this.#waiting.add(waiting);
      send(retransmitMs);
    });
  }

  /** Reads for a while what comes without being asked for once more. */
  async overhear(read: (packet: Buffer) => void, forMs: number): Promise<void> {
    const waiting = { read, fail: () => undefined };
    this.#waiting.add(waiting);
    await later(forMs);
    this.#waiting.delete(waiting);
  }

  /** One byte that pairs a message of a session set-up with its answer, another one for each. */
  nextTag(): number {
    this.#tag = (this.#tag + 1) & 0xff;
    return this.#tag;
  }

  /** Sends a packet that nothing is answered to. */
  tell(packet: Buffer): void {
    this.#socket.send(packet);
  }

  /** Another one to the same BMC, from a port of its own. */
  beside(): Promise<Link> {
    return Link.open(this.#host, this.#port, this.patience);
  }

  /** What waits for an answer fails. */
  abandon(error: Error): void {
    for (const waiting of [...this.#waiting]) waiting.fail(error);
  }

  close(error: Error): void {
    this.abandon(error);
    if (!this.#isClosed) this.#socket.close();
    this.#isClosed = true;
  }

  #listening(socket: Socket): Socket {
    socket.on('message', (packet) => {
      for (const waiting of [...this.#waiting]) waiting.read(packet);
    });
    // What a connected socket is told by ICMP: nobody listens there, now. It may be a BMC that starts.
    socket.on('error', (error) => {
      this.#unreachable = error;
    });
    return socket;
  }

  #timeOut(what: string, noise: Error | undefined, timeoutMs: number): IpmiTimeoutError {
    const seconds = `${timeoutMs / 1000} s`;
    const cause = noise ?? this.#unreachable;
    const options = cause === undefined ? {} : { cause };
    if (noise === undefined && this.#unreachable !== undefined) {
      const { code } = this.#unreachable as NodeJS.ErrnoException;
      return new IpmiTimeoutError(
        'unreachable',
        `BMC ${this.bmc}: ${what}: nothing there for ${seconds} (${code ?? 'unreachable'})`,
        options,
      );
    }
    const heard = noise === undefined ? 'no answer' : `no answer that can be read (${noise.message})`;
    return new IpmiTimeoutError('time-out', `BMC ${this.bmc}: ${what}: ${heard} in ${seconds}`, options);
  }
}

function addressOf(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

async function connected(host: string, port: number): Promise<Socket> {
  const bmc = addressOf(host, port);
  // A name with addresses of both kinds: BMCs that speak IPv6 only are rare.
  const { address, family } = await lookup(host, { verbatim: false }).catch((error: Error) => {
    throw new IpmiTimeoutError('unreachable', `BMC ${bmc} has no address: ${error.message}`, { cause: error });
  });
  const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4' });
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      socket.close();
      reject(new IpmiTimeoutError('unreachable', `BMC ${bmc} cannot be reached: ${error.message}`, { cause: error }));
    };
    socket.once('error', refuse);
    socket.connect(port, address, () => {
      socket.off('error', refuse);
      resolve(socket);
    });
  });
}
