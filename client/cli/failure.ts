import { ConfigurationError, formatProblem } from '../../config/index.ts';
import { AmbiguousName, UnknownName } from '../../resources/find.ts';
import { HostTaken } from '../../resources/hosts/host-facts.ts';
import { isApiError } from '../../services/openstack/index.ts';
import { StartupError } from '../../workers/startup-error.ts';
import { RunError } from '../run-error.ts';
import { type ExitCode, typedName } from './command.ts';
import { Interrupted, STOP_EXIT_CODES } from './interruption.ts';
import { CommandUsageError } from './parse.ts';
import { UsageError } from './usage-error.ts';

/** A failure that the message tells in full; it may have several lines. */
export class Explained extends Error {
  override readonly name = 'Explained';
}

export interface Failure {
  readonly exitCode: ExitCode;
  /** For stderr; without a line the command ends silently. */
  readonly lines: readonly string[];
}

/** What a person is told of an error, and the exit code. `where` is the command: `pump-cloud tree`. */
export function failureOf(error: unknown, program: string, where: string, debug: boolean): Failure {
  const told = explain(error, program, where);
  const stack = debug && told.exitCode === 1 && error instanceof Error ? (error.stack ?? '').split('\n') : [];
  return { ...told, lines: [...told.lines, ...stack] };
}

function explain(error: unknown, program: string, where: string): Failure {
  if (error instanceof CommandUsageError) return usage(`${typedName(program, error.command)}: ${error.message}`);
  if (error instanceof UsageError) return usage(`${where}: ${error.message}`);
  if (error instanceof RunError && error.problem === 'ambiguous')
    return { exitCode: 2, lines: [`${where}: ${error.message}:`, ...error.candidates.map((id) => `  ${id}`)] };
  // Without the program's name in front: editors and people jump to file:line:column.
  if (error instanceof ConfigurationError) return { exitCode: 2, lines: error.problems.map(formatProblem) };
  if (error instanceof StartupError) return { exitCode: error.exitCode, lines: [`${where}: ${error.message}`] };
  if (error instanceof Interrupted) {
    const how = error.by === 'SIGINT' ? 'interrupted' : `interrupted by ${error.by}`;
    return { exitCode: STOP_EXIT_CODES[error.by], lines: [`${where}: ${how}`] };
  }
  if (isBrokenPipe(error)) return { exitCode: 141, lines: [] };
  if (isExpected(error))
    return {
      exitCode: 1,
      lines: error.message.split('\n').map((line, index) => (index === 0 ? `${where}: ${line}` : line)),
    };
  const message = error instanceof Error ? error.message : String(error);
  const [first = ''] = message.split('\n');
  return { exitCode: 1, lines: [`${where}: unexpected error: ${first}; run again with --debug for the stack`] };
}

function isExpected(error: unknown): error is Error {
  return (
    isApiError(error) ||
    [Explained, UnknownName, AmbiguousName, HostTaken, RunError].some((known) => error instanceof known)
  );
}

function usage(message: string): Failure {
  return { exitCode: 2, lines: message.split('\n') };
}

/** The reader of our output went away, as `head` does when it has enough. */
function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
}
