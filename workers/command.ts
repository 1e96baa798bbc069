import type { Argv } from 'yargs';
import yargs from 'yargs';
import { ConfigurationError } from '../config/index.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import { packageVersion } from './package-version.ts';
import { StartupError } from './startup-error.ts';

/** A command line with what all of ours have: `--help`, `--version`, strict flags, one line for what is wrong. */
export function commandLine(name: string, argv: readonly string[]): Argv {
  return yargs([...argv])
    .scriptName(name)
    .version(packageVersion())
    .help()
    .alias({ h: 'help', V: 'version' })
    .strict()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .completion('completion', 'Print the script that completes this command in bash or zsh')
    .parserConfiguration({ 'duplicate-arguments-array': false })
    .fail((message, error) => {
      if (error instanceof StartupError) throw error;
      const what = (message ?? error?.message ?? 'wrong arguments').replace(/\s*\n\s*/g, ' ');
      throw new StartupError(`${name}: ${what}; see ${name} --help`, 2, { cause: error });
    });
}

/** For yargs' `coerce`: `HOST:PORT` of this machine. */
export function endpointOption(flag: string): (value: string | undefined) => Endpoint | undefined {
  return (value) => {
    if (value === undefined) return undefined;
    const endpoint = parseEndpoint(value);
    if (!endpoint)
      throw new StartupError(`--${flag} ${value}: an IP address and a port are needed, as 127.0.0.1:9464`, 2);
    return endpoint;
  };
}

/** For yargs' `coerce`: a port number; 0 is any free one. */
export function portOption(flag: string): (value: number | undefined) => number | undefined {
  return (value) => {
    if (value === undefined) return undefined;
    if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
    throw new StartupError(`--${flag}: a port is a number from 0 to 65535`, 2);
  };
}

async function exitCodeOf(body: () => Promise<number>): Promise<number> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof StartupError) && !(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof StartupError ? error.exitCode : 2;
  }
}

/**
 * Runs a command and exits with its code; what a person can mend is printed without a stack, all else keeps its own.
 * Exits by itself, since the SDK's native part would keep a process alive that failed before its first connection.
 */
export async function runCommand(body: () => Promise<number>): Promise<void> {
  process.exit(await exitCodeOf(body));
}
