import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { RedfishSettings, RedfishUser } from './options.ts';
import { RedfishRefusal } from './refusal.ts';

export interface RedfishSession {
  readonly id: string;
  readonly token: string;
  readonly user: RedfishUser;
  lastUsed: Date;
}

/** Who may ask: sessions with tokens, and HTTP Basic (DSP0266 section 13.3). */
export class RedfishSessions {
  readonly #settings: RedfishSettings;
  readonly #clock: Clock;
  readonly #sessions = new Map<string, RedfishSession>();
  #nextId = 1;

  constructor(settings: RedfishSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  get all(): readonly RedfishSession[] {
    const oldest = this.#clock.now().getTime() - this.#settings.sessionTimeoutMs;
    for (const { id, lastUsed } of this.#sessions.values()) if (lastUsed.getTime() < oldest) this.#sessions.delete(id);
    return [...this.#sessions.values()];
  }

  open(name: string, password: string): RedfishSession {
    const user = this.#find(name, password);
    if (user === undefined) throw new RedfishRefusal('unauthorized');
    if (this.all.length >= this.#settings.maxSessions) throw new RedfishRefusal('sessionLimit');
    const id = String(this.#nextId++);
    const session = { id, token: randomBytes(16).toString('hex'), user, lastUsed: this.#clock.now() };
    this.#sessions.set(id, session);
    return session;
  }

  get(id: string): RedfishSession {
    const session = this.all.find((other) => other.id === id);
    if (session === undefined) throw new RedfishRefusal('notFound');
    return session;
  }

  close(id: string): void {
    if (!this.#sessions.delete(id)) throw new RedfishRefusal('notFound');
  }

  /** As after a restart of the BMC. */
  forget(): void {
    this.#sessions.clear();
  }

  userOf(headers: { readonly [name: string]: string | string[] | undefined }): RedfishUser {
    const { authentication } = this.#settings;
    const token = headers['x-auth-token'];
    if (typeof token === 'string' && authentication !== 'basic') {
      const session = this.all.find((other) => other.token === token);
      if (session === undefined) throw new RedfishRefusal('noValidSession');
      session.lastUsed = this.#clock.now();
      return session.user;
    }
    const [scheme, encoded = ''] = String(headers.authorization ?? '').split(' ', 2);
    if (scheme?.toLowerCase() !== 'basic' || authentication === 'session') throw new RedfishRefusal('noValidSession');
    const [, name = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
    const user = this.#find(name, password);
    if (user === undefined) throw new RedfishRefusal('unauthorized');
    return user;
  }

  #find(name: string, password: string): RedfishUser | undefined {
    return this.#settings.users.find((user) => user.name === name && user.password === password);
  }
}
