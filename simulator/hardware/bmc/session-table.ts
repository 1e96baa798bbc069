import { randomInt } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { SessionKeys } from './datagram.ts';
import { SequenceWindow } from './sequence-window.ts';
import { type BmcSettings, type BmcUser, LEVELS } from './users.ts';

const LAST_SEQUENCE = 0xffff_ffff;

/** A session that both sides have proved themselves for. */
export class Session {
  readonly id: number;
  /** What the console calls it: answers carry this one. */
  readonly consoleId: number;
  readonly user: BmcUser;
  readonly keys: SessionKeys;
  /** The most that Set Session Privilege Level gives. */
  readonly limit: number;
  readonly window = new SequenceWindow();
  /** A new session has the level User and must ask for more (section 22.18). */
  level: number = LEVELS.user;
  lastHeard: Date;
  #sent = 0;

  constructor(given: Pick<Session, 'id' | 'consoleId' | 'user' | 'keys' | 'limit' | 'lastHeard'>) {
    this.id = given.id;
    this.consoleId = given.consoleId;
    this.user = given.user;
    this.keys = given.keys;
    this.limit = given.limit;
    this.lastHeard = given.lastHeard;
    this.level = Math.min(this.level, given.limit);
  }

  nextSequence(): number {
    this.#sent = this.#sent === LAST_SEQUENCE ? 1 : this.#sent + 1;
    return this.#sent;
  }
}

/** The few sessions that a BMC has room for. */
export class SessionTable {
  readonly #sessions = new Map<number, Session>();
  readonly #settings: BmcSettings;
  readonly #clock: Clock;

  constructor(settings: BmcSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  get isFull(): boolean {
    this.#drop();
    return this.#sessions.size >= this.#settings.maxSessions;
  }
  get all(): readonly Session[] {
    this.#drop();
    return [...this.#sessions.values()];
  }

  newId(): number {
    let id: number;
    do id = randomInt(1, LAST_SEQUENCE);
    while (this.#sessions.has(id));
    return id;
  }

  add(given: Omit<ConstructorParameters<typeof Session>[0], 'lastHeard'>): void {
    this.#sessions.set(given.id, new Session({ ...given, lastHeard: this.#clock.now() }));
  }

  /** `undefined` also for one that was silent for too long. */
  get(id: number): Session | undefined {
    this.#drop();
    return this.#sessions.get(id);
  }

  heard(session: Session): void {
    session.lastHeard = this.#clock.now();
  }

  remove(id: number): boolean {
    return this.#sessions.delete(id);
  }

  clear(): void {
    this.#sessions.clear();
  }

  #drop(): void {
    const oldest = this.#clock.now().getTime() - this.#settings.sessionTimeoutMs;
    for (const { id, lastHeard } of this.#sessions.values())
      if (lastHeard.getTime() < oldest) this.#sessions.delete(id);
  }
}
