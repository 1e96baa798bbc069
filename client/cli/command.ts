import type { CallObserver } from '../../services/openstack/index.ts';
import type { OptionSpecs, PositionalSpecs, RawValues, Values } from './option.ts';
import type { Terminal } from './terminal.ts';

/**
 * 0 done; 1 failed or partly done; 2 usage or configuration; 3 waiting at a gate (`--no-wait`); 130 interrupted, 129 and
 * 143 the same by SIGHUP and SIGTERM; 141 the reader of our output went away.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 129 | 130 | 141 | 143;

/** What a command finds around it. */
export interface Context {
  /** `pump-cloud`. */
  readonly program: string;
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by Ctrl-C and its like. The command is given up then, unless it says that it {@link Command.endsItself}. */
  readonly signal: AbortSignal;
  /** `--debug`: errors are shown with their stack. */
  readonly debug: boolean;
  /** For every session that is opened: `--debug` and `--timing`. */
  readonly observers: readonly CallObserver[];
}

interface Example {
  readonly line: string;
  readonly says: string;
}

interface CommandSpec<O extends OptionSpecs, P extends PositionalSpecs> {
  /** `resources`, `config check`; empty: what the program does when no command is named. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** More for the command's own help. */
  readonly details?: string;
  readonly positionals: P;
  readonly options: O;
  /** Options of which only one can be given. */
  readonly exclusive?: readonly (readonly string[])[];
  readonly examples: readonly Example[];
  /** Values of `--column`, for completion. */
  readonly columns?: readonly string[];
  /** Listens to the context's `signal` and ends by itself when it is aborted; the frame waits for that. */
  readonly endsItself?: true;
  /** Throws a `UsageError` for what does not go together; runs before any cloud is asked. */
  check?(values: Values<O, P>): void;
  run(values: Values<O, P>, context: Context): Promise<ExitCode>;
}

/** A command as the frame sees it. */
export type Command = Omit<CommandSpec<OptionSpecs, PositionalSpecs>, 'check' | 'run'> & {
  check(values: RawValues): void;
  run(values: RawValues, context: Context): Promise<ExitCode>;
};

/** One executable. */
export interface Program {
  readonly name: string;
  readonly summary: string;
  /** What all its commands take. */
  readonly common: OptionSpecs;
  readonly commands: readonly Command[];
}

/** How a command is typed: `pump-cloud tree`, and `pump-dev` for what it does without a command. */
export function typedName(program: string, command: string): string {
  return command === '' ? program : `${program} ${command}`;
}

export function defineCommand<const O extends OptionSpecs, const P extends PositionalSpecs>(
  spec: CommandSpec<O, P>,
): Command {
  // The frame makes the values from these very specifications (values.ts), which is what `Values` says in types.
  const typed = (values: RawValues): Values<O, P> => values as Values<O, P>;
  return {
    ...spec,
    check: (values) => spec.check?.(typed(values)),
    run: (values, context) => spec.run(typed(values), context),
  };
}
