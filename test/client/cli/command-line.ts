import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable, Writable } from 'node:stream';
import type { Program } from '../../../client/cli/command.ts';
import { pumpCloud } from '../../../client/cli/pump-cloud.ts';
import { pumpDev } from '../../../client/cli/pump-dev.ts';
import { pumpGlance } from '../../../client/cli/pump-glance.ts';
import { pumpHost } from '../../../client/cli/pump-host.ts';
import { pumpKeystone } from '../../../client/cli/pump-keystone.ts';
import { pumpNova } from '../../../client/cli/pump-nova.ts';
import { pumpRuns } from '../../../client/cli/pump-runs.ts';
import { pumpSim } from '../../../client/cli/pump-sim.ts';
import { pumpWorker } from '../../../client/cli/pump-worker.ts';
import { run } from '../../../client/cli/run.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Width of the window of the person who looks; without it nobody does. */
  readonly columns?: number;
  readonly program?: Program;
  readonly signal?: AbortSignal;
  /** What that person types. */
  readonly stdin?: Readable;
  /** Gets all that was written so far, each time something is. */
  readonly watch?: (stdout: string, stderr: string) => void;
}

export const PROGRAMS = [
  ...[pumpCloud, pumpKeystone, pumpNova, pumpGlance, pumpRuns],
  ...[pumpHost, pumpWorker, pumpDev, pumpSim],
] as const;

/** Runs a command line as a process would, and tells what came out. */
export async function commandLine(argv: readonly string[], place: Place = {}): Promise<Outcome> {
  const { env = {}, cwd = tmpdir(), columns, program = pumpCloud, signal, stdin, watch } = place;
  const look = () => watch?.(stdout.text, stderr.text);
  const stdout = new Captured(look);
  const stderr = new Captured(look);
  const exitCode = await run(program, argv, {
    stdout,
    stderr,
    env: { HOME: '/nowhere', LANG: 'C.UTF-8', ...env },
    cwd,
    isTty: columns !== undefined,
    isAttended: columns !== undefined,
    ...(columns === undefined ? {} : { columns }),
    ...(stdin === undefined ? {} : { stdin }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

class Captured extends Writable {
  text = '';
  readonly #look: () => void;

  constructor(look: () => void) {
    super();
    this.#look = look;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    this.#look();
    done();
  }
}

/** A folder with these files, readable by its owner only; `remove` deletes it. */
export function folderWith(files: Readonly<Record<string, string>>): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'pumphouse-cli-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text, { mode: 0o600 });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
