import type { BmcSettings } from '../../config/index.ts';
import { ApiError, type ApiErrorDetails } from '../api-error.ts';
import { runProgram } from '../program.ts';
import { isSameOverride, isSameStart, notTaken } from './boot-words.ts';
import type { BootOverride, BootSetting, PowerDriver, PowerState } from './power-driver.ts';

export type CommandSettings = Extract<BmcSettings, { driver: 'command' }>;

const TIME_LIMIT_MS = 60_000;
/** Of a program that knows that trying again won't help. */
const FINAL_EXIT_CODE = 2;
const LONGEST_REASON = 600;

const BOOT_ANSWER = /^(?:none|(?<source>pxe|disk|other)(?: (?<persistence>once|always))?)(?: (?<firmware>bios|uefi))?$/;

/** A program of the operator: `PROGRAM ARGS… VERB…`, as docs/configuration.md tells it under "Power". */
export class CommandPower implements PowerDriver {
  readonly host: string;
  readonly #command: readonly string[];
  readonly #timeLimitMs: number;

  constructor(host: string, { command }: CommandSettings, timeLimitMs = TIME_LIMIT_MS) {
    this.host = host;
    this.#command = command;
    this.#timeLimitMs = timeLimitMs;
  }

  async powerState(): Promise<PowerState> {
    const answer = await this.#ask(['status']);
    if (answer === 'on' || answer === 'off') return answer;
    throw this.#unclear(['status'], answer, 'on or off');
  }

  async powerOn(): Promise<void> {
    if ((await this.powerState()) === 'off') await this.#ask(['on']);
  }

  async powerOff(how: 'soft' | 'hard'): Promise<void> {
    if ((await this.powerState()) === 'on') await this.#ask([how === 'soft' ? 'soft' : 'off']);
  }

  async bootOverride(): Promise<BootOverride> {
    const answer = await this.#ask(['boot-get']);
    const said = BOOT_ANSWER.exec(answer)?.groups;
    if (said === undefined) throw this.#unclear(['boot-get'], answer, 'none, or as pxe once');
    const {
      source = 'none',
      persistence = 'once',
      firmware,
    } = said as {
      source?: BootOverride['source'];
      persistence?: BootOverride['persistence'];
      firmware?: NonNullable<BootOverride['firmware']>;
    };
    return { source, persistence, ...(firmware === undefined ? {} : { firmware }) };
  }

  async setBootOverride(wanted: BootSetting): Promise<void> {
    if (isSameOverride(await this.bootOverride(), wanted)) return;
    const { source, persistence, firmware } = wanted;
    const verb = ['boot-set', source, persistence, ...(firmware === undefined ? [] : [firmware])];
    await this.#ask(verb);
    const now = await this.bootOverride();
    if (!isSameStart(now, wanted)) throw notTaken(this.#call(verb), wanted, now);
  }

  /** Nothing stays open between two calls. */
  close(): void {}

  /** What it wrote to its standard output: in lower case, one line. */
  async #ask(verb: readonly string[]): Promise<string> {
    const call = this.#call(verb);
    const [program, ...args] = this.#command;
    if (program === undefined) throw new ApiError({ ...call, ...FINAL, kind: 'configuration', reason: 'no program' });
    const { exitCode, stdout, stderr } = await runProgram({
      call,
      program,
      args: [...args, ...verb],
      env: { ...process.env, PUMPHOUSE_HOST: this.host },
      timeLimitMs: this.#timeLimitMs,
      ifMissing: `check bmc.command of host ${this.host}`,
    });
    if (exitCode === 0) return oneLine(stdout).toLowerCase();
    const said = oneLine(stderr) || 'it says nothing on its standard error';
    const reason = `${exitCode === undefined ? 'ended by a signal' : `exit code ${exitCode}`}: ${said}`;
    if (exitCode === FINAL_EXIT_CODE) throw new ApiError({ ...call, ...FINAL, kind: 'invalid', reason });
    throw new ApiError({ ...call, kind: 'unavailable', retry: { when: 'back-off' }, reason });
  }

  /** Names the program without its arguments: a password may be among them. */
  #call(verb: readonly string[]): Pick<ApiErrorDetails, 'cloud' | 'service' | 'method' | 'path'> {
    const path = [this.#command[0] ?? '', ...verb].join(' ');
    return { cloud: this.host, service: 'command', method: '', path };
  }

  #unclear(verb: readonly string[], answer: string, expected: string): ApiError {
    const reason = `answered ${JSON.stringify(answer.slice(0, LONGEST_REASON))}, and not ${expected}`;
    return new ApiError({ ...this.#call(verb), ...FINAL, kind: 'protocol', reason });
  }
}

const FINAL = { retry: { when: 'never' } } as const;

/** Its end where it is long: there stands what went wrong. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(-LONGEST_REASON);
}
