import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Configuration, ConfigurationError, loadConfiguration } from '../../config/index.ts';

/** A folder of files for one test, with nothing of the machine around it: no home, no OS_*. */
export class Scratch {
  readonly cwd = mkdtempSync(join(tmpdir(), 'pumphouse-config-'));
  readonly env: Record<string, string> = { HOME: join(this.cwd, 'home'), XDG_CONFIG_DIRS: join(this.cwd, 'xdg') };

  write(name: string, text: string, mode = 0o600): string {
    const path = join(this.cwd, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  load(text: string): Configuration {
    this.write('pumphouse.yaml', text);
    return this.reload();
  }

  /** What the file says that is already there. */
  reload(): Configuration {
    return loadConfiguration({ env: this.env, cwd: this.cwd });
  }

  chmod(path: string, mode: number): void {
    chmodSync(path, mode);
  }

  /** The lines that the operator reads when the configuration is wrong. */
  errorLines(text: string): readonly string[] {
    return errorLinesOf(() => this.load(text));
  }

  remove(): void {
    rmSync(this.cwd, { recursive: true, force: true });
  }
}

export function errorLinesOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split('\n');
    throw error;
  }
  throw new Error('there was no error');
}
