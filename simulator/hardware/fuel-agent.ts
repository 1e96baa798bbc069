import type { Clock } from '../clock.ts';
import { agentReport } from './agent-report.ts';
import type { Machine } from './machine.ts';

/** From its start until it is heard of; then once a minute by cron. */
const FIRST_MS = 300;
const EVERY_MS = 60_000;

export interface AgentNetwork {
  /** Of Fuel's API, without a slash at its end: `http://127.0.0.1:8000/api/v1`. `undefined`: nobody is there. */
  fuelUrl(): string | undefined;
  /** Whether frames come from the machine's PXE interface to Fuel and back. */
  reachesFuel(machine: Machine): boolean;
}

/**
 * nailgun-agent on one machine, in the bootstrap image and in what Fuel has installed: POST of a machine that may be new, PUT of a known one,
 * every minute for as long as the system runs. What fails is tried again a minute later and not before.
 */
export class FuelAgent {
  readonly #machine: Machine;
  readonly #clock: Clock;
  readonly #network: AgentNetwork;
  readonly #ip: string;
  readonly #answers: string[] = [];
  readonly #closing = new AbortController();
  #system: 'bootstrap' | 'fuel node' | undefined;
  /** Of the start that a planned report belongs to. */
  #run = 0;

  constructor(machine: Machine, clock: Clock, network: AgentNetwork, ip: string) {
    this.#machine = machine;
    this.#clock = clock;
    this.#network = network;
    this.#ip = ip;
  }

  /** `POST 201`, `PUT 200` …, or why there was no answer, oldest first. */
  get answers(): readonly string[] {
    return this.#answers;
  }

  /** Which system it runs in now; `undefined`: in none. */
  runIn(system: 'bootstrap' | 'fuel node' | undefined): void {
    if (system === this.#system) return;
    this.#system = system;
    this.#run += 1;
    if (system !== undefined) this.#plan(FIRST_MS, this.#run);
  }

  close(): void {
    this.runIn(undefined);
    this.#closing.abort();
  }

  #plan(delayMs: number, run: number): void {
    this.#clock.after(delayMs, () => {
      if (run !== this.#run || this.#closing.signal.aborted) return;
      this.#plan(EVERY_MS, run);
      this.#report().catch((error: unknown) => this.#answers.push(String(error)));
    });
  }

  async #report(): Promise<void> {
    const url = this.#network.fuelUrl();
    if (this.#system === undefined || url === undefined || !this.#network.reachesFuel(this.#machine)) return;
    const body = JSON.stringify(agentReport(this.#machine, this.#ip, this.#system));
    const post = (): Promise<number> => this.#send('POST', `${url}/nodes/`, body);
    const put = (): Promise<number> => this.#send('PUT', `${url}/nodes/agent/`, body);
    // The bootstrap has no /etc/nailgun_uid and introduces itself; the installed system is known.
    if (this.#system === 'bootstrap') {
      const status = await post();
      if (status === 409 || status === 403) await put();
    } else if ((await put()) === 400) await post();
  }

  async #send(method: 'POST' | 'PUT', url: string, body: string): Promise<number> {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(url, { method, headers, body, signal: this.#closing.signal });
    await answer.text();
    this.#answers.push(`${method} ${answer.status}`);
    return answer.status;
  }
}
