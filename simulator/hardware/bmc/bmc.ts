import { createHash } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '../../clock.ts';
import type { Machine } from '../machine.ts';
import { BootParameters } from './boot-parameters.ts';
import { CODE, type Controller, execute, findCommand } from './commands.ts';
import {
  clearDatagram,
  type Datagram,
  openPayload,
  PAYLOAD,
  pong,
  type RmcpPlus,
  readDatagram,
  sealedDatagram,
  v15Datagram,
} from './datagram.ts';
import { BmcFaults } from './faults.ts';
import { type Outcome, type Request, readRequest, response } from './message.ts';
import { SessionSetup } from './session-setup.ts';
import { type Session, SessionTable } from './session-table.ts';
import { type BmcOptions, type BmcSettings, bmcOptionsSchema, HIGHEST_LEVEL, LEVELS } from './users.ts';

/** The management controller of a machine, as IPMI v2.0 revision 1.1 has it on the LAN: RMCP+ over UDP. */
export class Bmc {
  readonly machine: Machine;
  readonly settings: BmcSettings;
  readonly faults: BmcFaults;
  readonly host: string;
  readonly #socket: Socket;
  readonly #controller: Controller;
  readonly #setup: SessionSetup;
  readonly #log: string[] = [];
  readonly #late = new Set<NodeJS.Timeout>();
  #isClosed = false;

  private constructor(machine: Machine, clock: Clock, options: BmcOptions, socket: Socket, host: string) {
    this.machine = machine;
    this.settings = bmcOptionsSchema.parse(options);
    this.faults = new BmcFaults(machine.name);
    this.host = host;
    this.#socket = socket;
    const guid = createHash('sha256').update(machine.name).digest().subarray(0, 16);
    const sessions = new SessionTable(this.settings, clock);
    this.#controller = { settings: this.settings, machine, guid, boot: new BootParameters(machine, clock), sessions };
    const highest = (): number => (this.faults.refusesAdministrator ? LEVELS.operator : HIGHEST_LEVEL);
    this.#setup = new SessionSetup(this.settings, sessions, guid, highest);
    socket.on('message', (bytes, from) => this.#received(bytes, from));
    // An unreachable console is its own affair.
    socket.on('error', () => undefined);
  }

  /** Listens on `host`, at a free port when `port` is 0. Throws a ZodError for options without sense. */
  static async start(
    machine: Machine,
    clock: Clock,
    { host = '127.0.0.1', port = 0, ...options }: BmcOptions & { readonly host?: string; readonly port?: number } = {},
  ): Promise<Bmc> {
    const socket = createSocket('udp4');
    const bmc = new Bmc(machine, clock, options, socket, host);
    socket.bind(port, host);
    await once(socket, 'listening');
    return bmc;
  }

  get port(): number {
    return this.#socket.address().port;
  }
  /** Names of the commands that were carried out or refused, oldest first. */
  get commands(): readonly string[] {
    return this.#log;
  }
  /** How many sessions are open. */
  get sessions(): number {
    return this.#controller.sessions.all.length;
  }

  /** As after a reset of the BMC itself: nobody has a session any more, and nobody is told. */
  forgetSessions(): void {
    this.#controller.sessions.clear();
  }

  /** Also pulls its plug; again does nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of this.#late) clearTimeout(timer);
    await new Promise<void>((closed) => this.#socket.close(() => closed()));
  }

  #received(bytes: Buffer, from: RemoteInfo): void {
    const datagram = this.faults.losesPacket ? undefined : readDatagram(bytes);
    if (datagram === undefined) return;
    const answer = this.#answer(datagram);
    if (answer === undefined || this.faults.losesPacket) return;
    this.#send(answer, from);
  }

  #answer(datagram: Datagram): Answer | undefined {
    switch (datagram.kind) {
      case 'ping':
        return this.#unlessStruck(() => pong(datagram.tag));
      case 'v1.5':
        return this.#command(readRequest(datagram.message), undefined, v15Datagram);
      case 'rmcp+':
        return datagram.sessionId === 0 ? this.#outside(datagram) : this.#inside(datagram);
      default:
        return datagram satisfies never;
    }
  }

  #outside({ payloadType, payload, encrypted, authenticated }: RmcpPlus): Answer | undefined {
    if (encrypted || authenticated) return undefined;
    const setup = this.#setup;
    const answered = (type: number, bytes: Buffer | undefined): Buffer | undefined =>
      bytes === undefined ? undefined : clearDatagram(type, bytes);
    switch (payloadType) {
      case PAYLOAD.ipmi:
        return this.#command(readRequest(payload), undefined, (bytes) => clearDatagram(PAYLOAD.ipmi, bytes));
      case PAYLOAD.openSessionRequest:
        return this.#unlessStruck(() => answered(PAYLOAD.openSessionResponse, setup.openSession(payload)));
      case PAYLOAD.rakp1:
        return this.#unlessStruck(() => answered(PAYLOAD.rakp2, setup.rakp1(payload)));
      case PAYLOAD.rakp3:
        return this.#unlessStruck(() => answered(PAYLOAD.rakp4, setup.rakp3(payload)));
      default:
        return undefined;
    }
  }

  #inside(packet: RmcpPlus): Answer | undefined {
    const { sessions } = this.#controller;
    const session = sessions.get(packet.sessionId);
    if (session === undefined || packet.payloadType !== PAYLOAD.ipmi) return undefined;
    const message = openPayload(packet, session.keys);
    if (message === undefined || !session.window.accept(packet.sequence)) return undefined;
    sessions.heard(session);
    return this.#command(readRequest(message), session, (bytes) =>
      sealedDatagram(session.consoleId, session.nextSequence(), bytes, session.keys),
    );
  }

  #command(
    request: Request | undefined,
    session: Session | undefined,
    seal: (message: Buffer) => Buffer,
  ): Answer | undefined {
    // A response is no request; another LUN than the BMC's own has nobody.
    if (request === undefined || (request.netFn & 1) !== 0) return undefined;
    const command = findCommand(request);
    const effect = this.faults.strike(command?.name);
    if (effect?.kind === 'mute') return undefined;
    this.#log.push(command?.name ?? `${request.netFn.toString(16)}h/${request.command.toString(16)}h`);
    let outcome: Outcome;
    if (effect?.kind === 'code') outcome = { code: effect.code };
    else if (effect?.kind === 'lies') outcome = { code: CODE.ok };
    else if (command === undefined || request.responderLun !== 0) outcome = { code: CODE.invalidCommand };
    else outcome = execute(this.#controller, command, request.data, session);
    const bytes = seal(response(request, outcome));
    return { bytes, delayMs: effect?.kind === 'slow' ? effect.delayMs : 0 };
  }

  /** What is before a session has no completion code: it is answered, late, or not. */
  #unlessStruck(answer: () => Buffer | undefined): Answer | undefined {
    const effect = this.faults.strike(undefined);
    if (effect?.kind === 'mute') return undefined;
    const bytes = answer();
    return bytes === undefined ? undefined : { bytes, delayMs: effect?.kind === 'slow' ? effect.delayMs : 0 };
  }

  #send({ bytes, delayMs }: Answer, { port, address }: RemoteInfo): void {
    if (delayMs === 0) {
      this.#socket.send(bytes, port, address);
      return;
    }
    const timer = setTimeout(() => {
      this.#late.delete(timer);
      this.#socket.send(bytes, port, address);
    }, delayMs);
    this.#late.add(timer);
  }
}

interface Answer {
  readonly bytes: Buffer;
  /** Real milliseconds. */
  readonly delayMs: number;
}
