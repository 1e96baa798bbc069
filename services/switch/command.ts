import { z } from 'zod';
import type { SwitchSettings } from '../../config/index.ts';
import { ApiError, type ApiErrorDetails } from '../api-error.ts';
import { runProgram } from '../program.ts';
import type { PortVlans, SwitchDriver } from './switch-driver.ts';
import { turnsOf } from './turns.ts';
import { ascending, describeVlans, isSame, problemOf } from './vlan-moves.ts';

type CommandSettings = Extract<SwitchSettings, { driver: 'command' }>;

const TIME_LIMIT_MS = 60_000;
/** Of a program that knows that trying again won't help. */
const FINAL_EXIT_CODE = 2;
const LONGEST_REASON = 600;
const NEVER = { when: 'never' } as const;

const answerSchema = z.object({ pvid: z.int(), untagged: z.array(z.int()), tagged: z.array(z.int()) });

/** A program of the operator: `PROGRAM ARGS… get PORT` and `PROGRAM ARGS… set PORT JSON`, as docs/configuration.md tells it. */
export class CommandSwitch implements SwitchDriver {
  readonly name: string;
  readonly #command: readonly string[];
  readonly #timeLimitMs: number;

  constructor({ name, command }: CommandSettings, timeLimitMs = TIME_LIMIT_MS) {
    this.name = name;
    this.#command = command;
    this.#timeLimitMs = timeLimitMs;
  }

  portVlans(port: string): Promise<PortVlans> {
    return turnsOf(this.name)(() => this.#get(port));
  }

  setPortVlans(port: string, wanted: PortVlans): Promise<void> {
    return turnsOf(this.name)(async () => {
      const problem = problemOf(wanted);
      if (problem !== undefined) throw this.#error('set', port, 'invalid', problem);
      if (isSame(await this.#get(port), wanted)) return;
      await this.#run('set', port, JSON.stringify(inOrder(wanted)));
      const now = await this.#get(port);
      if (isSame(now, wanted)) return;
      const [has, asked] = [describeVlans(now), describeVlans(wanted)];
      throw this.#error('set', port, 'protocol', `it has ended well, but the port has ${has} instead of ${asked}`);
    });
  }

  /** Nothing stays open between two calls. */
  close(): void {}

  async #get(port: string): Promise<PortVlans> {
    const output = await this.#run('get', port);
    const answer = answerSchema.safeParse(jsonOf(output));
    const vlans = answer.success ? inOrder(answer.data) : undefined;
    const problem = vlans === undefined ? 'it is not {"pvid":1,"untagged":[1],"tagged":[]}' : problemOf(vlans);
    if (vlans !== undefined && problem === undefined) return vlans;
    const said = JSON.stringify(oneLine(output));
    throw this.#error('get', port, 'protocol', `cannot use the answer ${said}: ${problem}`);
  }

  async #run(verb: 'get' | 'set', port: string, ...more: readonly string[]): Promise<string> {
    const [program, ...args] = this.#command;
    if (program === undefined) throw this.#error(verb, port, 'configuration', 'no program');
    const { exitCode, stdout, stderr } = await runProgram({
      call: this.#call(verb, port),
      program,
      args: [...args, verb, port, ...more],
      env: { ...process.env, PUMPHOUSE_SWITCH: this.name },
      timeLimitMs: this.#timeLimitMs,
      ifMissing: `check command of switch ${this.name}`,
    });
    if (exitCode === 0) return stdout;
    const said = oneLine(stderr) || 'it says nothing on its standard error';
    const reason = `${exitCode === undefined ? 'ended by a signal' : `exit code ${exitCode}`}: ${said}`;
    if (exitCode === FINAL_EXIT_CODE) throw this.#error(verb, port, 'invalid', reason);
    throw new ApiError({ ...this.#call(verb, port), kind: 'unavailable', retry: { when: 'back-off' }, reason });
  }

  /** Names the program without its arguments: a password may be among them. */
  #call(verb: 'get' | 'set', port: string): Pick<ApiErrorDetails, 'cloud' | 'service' | 'method' | 'path'> {
    return { cloud: this.name, service: 'command', method: '', path: `${this.#command[0] ?? ''} ${verb} ${port}` };
  }

  #error(verb: 'get' | 'set', port: string, kind: 'configuration' | 'invalid' | 'protocol', reason: string): ApiError {
    return new ApiError({ ...this.#call(verb, port), kind, retry: NEVER, reason });
  }
}

function inOrder({ pvid, untagged, tagged }: PortVlans): PortVlans {
  return { pvid, untagged: ascending(untagged), tagged: ascending(tagged) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Its end where it is long: there stands what went wrong. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(-LONGEST_REASON);
}
