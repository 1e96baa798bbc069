import { setTimeout as pause } from 'node:timers/promises';
import { ApiError, isApiError } from '../api-error.ts';
import type { PowerDriver, PowerState } from './power-driver.ts';

const ORDER_LIMIT_MS = 2 * 60_000;
/** A controller can lose an order that comes right after another. */
const REPEAT_MS = 20_000;
const FIRST_PAUSE_MS = 250;
const GROWTH = 1.5;
const LONGEST_PAUSE_MS = 5_000;
/** Between the two looks that make "off". */
const SECOND_LOOK_MS = 1_000;

/** What was asked for, and when (of this machine's clock): kept over attempts, so that a repeated one goes on where the first was. */
export interface PowerOffOrder {
  readonly how: 'soft' | 'hard';
  readonly atMs: number;
}

export interface SeenPower {
  readonly state: PowerState;
  readonly ordered?: PowerOffOrder;
}

export interface Settling {
  /** Ends the waiting: its reason is thrown. */
  readonly signal: AbortSignal;
  readonly onState?: (seen: SeenPower) => void;
  /** The longest pause between two looks; 5 s. They begin with a quarter of a second. */
  readonly pollMs?: number;
  /** How long the controller may say otherwise after the power was cut, or the button pressed; 2 minutes. */
  readonly orderLimitMs?: number;
}

/**
 * Off: the controller says so, twice, one look after the other. Soft first, hard when that was not enough after `softTimeoutMs`,
 * or at once when the machine knows no soft way or `softTimeoutMs` is 0. A machine that is off is not asked.
 *
 * @throws {ApiError} `conflict`: it went off and is on again, so that somebody else is at work there; `timeout`: hard was not enough either
 */
export async function settlePowerOff(
  driver: PowerDriver,
  { softTimeoutMs, ordered: former, ...settling }: Settling & { softTimeoutMs: number; ordered?: PowerOffOrder },
): Promise<'was-off' | 'soft' | 'hard'> {
  const looks = new Looks(driver, settling);
  let ordered = former;
  let hard: Order | undefined;
  for (;;) {
    if ((await looks.next(ordered)) === 'off') {
      if ((await looks.again(ordered)) === 'off') return ordered?.how ?? 'was-off';
      if (ordered !== undefined) throw startedAgain(driver);
    }
    const isDue = softTimeoutMs <= 0 || (ordered !== undefined && Date.now() - ordered.atMs >= softTimeoutMs);
    if (hard !== undefined || ordered?.how === 'hard' || isDue) {
      hard ??= new Order(driver, 'off', settling, () => driver.powerOff('hard'));
      await hard.give();
      ordered = { how: 'hard', atMs: Date.now() };
    } else ordered ??= await askedSoftly(driver);
    looks.tell({ state: 'on', ordered });
  }
}

/** On: the controller says so. A machine that is on is left as it is. */
export async function settlePowerOn(driver: PowerDriver, settling: Settling): Promise<void> {
  const looks = new Looks(driver, settling);
  const order = new Order(driver, 'on', settling, () => driver.powerOn());
  while ((await looks.next()) === 'off') await order.give();
}

/** Where the machine knows no soft way, its time is over at once. */
async function askedSoftly(driver: PowerDriver): Promise<PowerOffOrder> {
  try {
    const atMs = Date.now();
    await driver.powerOff('soft');
    return { how: 'soft', atMs };
  } catch (error) {
    if (isApiError(error, 'invalid')) return { how: 'soft', atMs: 0 };
    throw error;
  }
}

/** Looks with growing pauses between them. */
class Looks {
  readonly #driver: PowerDriver;
  readonly #settling: Settling;
  readonly #longestMs: number;
  #pauseMs = 0;

  constructor(driver: PowerDriver, settling: Settling) {
    this.#driver = driver;
    this.#settling = settling;
    this.#longestMs = settling.pollMs ?? LONGEST_PAUSE_MS;
  }

  async next(ordered?: PowerOffOrder): Promise<PowerState> {
    await this.#wait(this.#pauseMs);
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * GROWTH, FIRST_PAUSE_MS), this.#longestMs);
    return this.#look(ordered);
  }

  async again(ordered?: PowerOffOrder): Promise<PowerState> {
    await this.#wait(Math.min(SECOND_LOOK_MS, this.#longestMs));
    return this.#look(ordered);
  }

  tell(seen: SeenPower): void {
    this.#settling.onState?.(seen);
  }

  async #look(ordered: PowerOffOrder | undefined): Promise<PowerState> {
    const state = await this.#driver.powerState();
    this.tell({ state, ...(ordered === undefined ? {} : { ordered }) });
    return state;
  }

  async #wait(ms: number): Promise<void> {
    const { signal } = this.#settling;
    signal.throwIfAborted();
    await pause(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** An order that the controller takes at once and the machine follows a little later: given again now and then, until its time is over. */
class Order {
  readonly #driver: PowerDriver;
  readonly #wanted: PowerState;
  readonly #limitMs: number;
  readonly #send: () => Promise<void>;
  #firstMs: number | undefined;
  #lastMs = 0;

  constructor(driver: PowerDriver, wanted: PowerState, { orderLimitMs }: Settling, send: () => Promise<void>) {
    this.#driver = driver;
    this.#wanted = wanted;
    this.#limitMs = orderLimitMs ?? ORDER_LIMIT_MS;
    this.#send = send;
  }

  async give(): Promise<void> {
    const now = Date.now();
    this.#firstMs ??= now;
    if (now - this.#firstMs >= this.#limitMs) throw notFollowed(this.#driver, this.#wanted, now - this.#firstMs);
    if (now - this.#lastMs < REPEAT_MS) return;
    this.#lastMs = now;
    await this.#send();
  }
}

function notFollowed({ host }: PowerDriver, wanted: PowerState, forMs: number): ApiError {
  const otherwise = wanted === 'off' ? 'on' : 'off';
  return new ApiError({
    ...{ cloud: host, service: 'power', method: '', path: '', kind: 'timeout', retry: { when: 'back-off' } },
    reason: `switched ${wanted} ${Math.round(forMs / 1000)} s ago, and the controller still says ${otherwise}`,
    hint: 'look at the machine',
  });
}

function startedAgain({ host }: PowerDriver): ApiError {
  return new ApiError({
    ...{ cloud: host, service: 'power', method: '', path: '', kind: 'conflict', retry: { when: 'never' } },
    reason: 'it was off, and is on again',
    hint: 'somebody or something else switches it on: find out who before it is tried again',
  });
}
