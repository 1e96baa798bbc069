import type { Login } from './auth/login.ts';

const LONGEST_MARGIN_MS = 5 * 60_000;
const MARGIN_SHARE = 0.1;

interface Held {
  readonly login: Login;
  /** By our clock. */
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * Holds a session's token: logs in when first asked, renews before expiry (5 minutes or a tenth of its life ahead,
 * whichever is less) and after a refusal; callers that come at the same time share one login. The expiry counts by
 * the server's clock.
 */
export class TokenHolder {
  readonly #logIn: (refused: Login | undefined) => Promise<Login>;
  readonly #now: () => number;
  #held: Held | undefined;
  #pending: Promise<Login> | undefined;

  /** `logIn` is told the login that it replaces because the cloud refused it. */
  constructor(logIn: (refused: Login | undefined) => Promise<Login>, now: () => number = Date.now) {
    this.#logIn = logIn;
    this.#now = now;
  }

  /** A login that is good for now. `refused`: the one that the cloud answered with 401. */
  async login(refused?: Login): Promise<Login> {
    if (this.#pending) {
      return this.#pending;
    }
    const held = this.#held;
    const known = held !== undefined && held.login !== refused;
    if (known && this.#now() < held.renewAtMs) {
      return held.login;
    }
    this.#pending = this.#renew(known ? undefined : refused).catch((error: unknown) => {
      // Renewing early may fail for a moment; the old token is still good.
      if (known && this.#now() < held.expiresAtMs) {
        return held.login;
      }
      throw error;
    });
    try {
      return await this.#pending;
    } finally {
      this.#pending = undefined;
    }
  }

  async #renew(refused: Login | undefined): Promise<Login> {
    const askedAtMs = this.#now();
    const login = await this.#logIn(refused);
    const skewMs = login.serverTime === undefined ? 0 : login.serverTime.getTime() - askedAtMs;
    const expiresAtMs = login.whoAmI.expiresAt.getTime() - skewMs;
    const lifeMs = Math.max(0, expiresAtMs - askedAtMs);
    const renewAtMs = expiresAtMs - Math.min(LONGEST_MARGIN_MS, lifeMs * MARGIN_SHARE);
    this.#held = { login, renewAtMs, expiresAtMs };
    return login;
  }
}
