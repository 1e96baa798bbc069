import yargs, { type Argv } from 'yargs';
import type { Command, Program } from './command.ts';
import { helpText } from './help.ts';
import type { OptionSpecs, RawValues } from './option.ts';
import { suggestion, UsageError } from './usage-error.ts';
import { type RawArguments, readValues } from './values.ts';

export type Parsed =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly command: Command; readonly values: RawValues };

/** A {@link UsageError} with the command that it is about. */
export class CommandUsageError extends UsageError {
  readonly command: string;

  constructor(command: string, error: Error) {
    super(error.message, { cause: error });
    this.command = command;
  }
}

export interface ParseSettings {
  readonly version: string;
  /** Width of help texts. */
  readonly columns: number;
}

interface Call {
  /** `config` of `config check`; empty at the top. */
  readonly group: string;
  /** Undefined when no command has the name that was given, or none was given and the program needs one. */
  readonly command: Command | undefined;
  readonly argv: RawValues;
}

/** Finds the command and its values, or the text of `--help` and `--version`. Throws a {@link UsageError}. */
export function parse(program: Program, argv: readonly string[], settings: ParseSettings): Parsed {
  const args = withoutShortcuts(program, argv);
  const { group, command, argv: parsed } = find(program, args);
  if (parsed.version === true) return { kind: 'text', text: `${settings.version}\n` };
  const isNamed = command !== undefined || wordsOf(parsed).length === (group === '' ? 0 : 1);
  if (parsed.help === true && isNamed)
    return { kind: 'text', text: helpText(program, group, command, settings.columns) };
  if (command === undefined) throw noCommand(program, group, parsed, args);
  try {
    const values = readValues(command, program.common, rawArguments(program, command, parsed, args));
    command.check(values);
    return { kind: 'command', command, values };
  } catch (error) {
    throw error instanceof UsageError ? new CommandUsageError(command.name, error) : error;
  }
}

function find(program: Program, args: readonly string[]): Call {
  let call: Call | undefined;
  const parser = yargs([])
    .scriptName(program.name)
    .locale('en')
    // Its help breaks words in ES modules, and its messages have several lines: help.ts and values.ts have ours.
    .help(false)
    .version(false)
    .exitProcess(false)
    .parserConfiguration({
      // Values stay the text that was typed: an id such as 007 is no number, and --no-x is an option of its own.
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'strip-aliased': true,
    });
  addOptions(parser, program.common, true);
  addCommands(parser, program, '', (called) => {
    call = called;
  });
  parser.parse([...args], {}, (error: Error | undefined | null) => {
    if (error) throw new UsageError(error.message);
  });
  return call ?? { group: '', command: undefined, argv: {} };
}

type Called = (call: Call) => void;

/**
 * The commands below `group` (empty: all), and one without a name: it catches all other words, and is what the program
 * does without a word if there is such a command.
 */
function addCommands(parser: Argv, program: Program, group: string, called: Called): Argv {
  const prefix = group === '' ? '' : `${group} `;
  const unnamed = group === '' ? program.commands.find(({ name }) => name === '') : undefined;
  // Known here too, though not to the commands below: a flag before a command must not take the command for its value.
  addOptions(parser, unnamed?.options ?? {}, false);
  for (const name of namesBelow(program, prefix)) {
    const command = program.commands.find((candidate) => candidate.name === `${prefix}${name}`);
    if (command === undefined) {
      parser.command(name, '', (inner) => addCommands(inner, program, `${prefix}${name}`, called));
      continue;
    }
    const words = Object.keys(command.positionals).map((positional) => ` [${positional}]`);
    parser.command(
      `${name}${words.join('')}`,
      '',
      (inner) => {
        for (const positional of Object.keys(command.positionals)) inner.positional(positional, { type: 'string' });
        return addOptions(inner, command.options, true);
      },
      (argv) => called({ group, command, argv }),
    );
  }
  return parser.command(
    '$0',
    false,
    (inner) => addOptions(inner, unnamed?.options ?? {}, true),
    (argv) => called({ group, command: wordsOf(argv).length === 0 || takesWords(unnamed) ? unnamed : undefined, argv }),
  );
}

/** Whatever is no command's name is then what it is about: `pump-host compute-7`. */
function takesWords(command: Command | undefined): boolean {
  return Object.keys(command?.positionals ?? {}).length > 0;
}

/** First words of the commands behind `prefix`, each once. */
function namesBelow(program: Program, prefix: string): readonly string[] {
  const below = program.commands.filter((command) => command.name.startsWith(prefix));
  const names = below.map((command) => command.name.slice(prefix.length).split(' ')[0]!);
  return [...new Set(names.filter((name) => name !== ''))];
}

function addOptions(parser: Argv, specs: OptionSpecs, global: boolean): Argv {
  for (const [name, spec] of Object.entries(specs)) {
    const alias = spec.short === undefined ? {} : { alias: spec.short };
    parser.option(name, { type: spec.kind === 'flag' ? 'boolean' : 'string', global, ...alias });
  }
  return parser;
}

/** `help tree` is `tree --help`, `-fjson` is `-f json`. */
function withoutShortcuts(program: Program, argv: readonly string[]): readonly string[] {
  const asked = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  const all = program.commands.flatMap((command) => Object.values(command.options));
  const letters = new Set(all.flatMap((spec) => (spec.kind === 'flag' || !spec.short ? [] : [spec.short])));
  const end = asked.includes('--') ? asked.indexOf('--') : asked.length;
  return asked.flatMap((word, index) => {
    if (index >= end) return [word];
    // Names that every object has confuse the parser; none of them is an option.
    const long = /^--([^=]+)/.exec(word)?.[1];
    if (long !== undefined && long in Object.prototype) throw new UsageError(`unknown option --${long}`);
    const letter = /^-([A-Za-z])[^=]/.exec(word)?.[1];
    return letter !== undefined && letters.has(letter) ? [`-${letter}`, word.slice(2)] : [word];
  });
}

function rawArguments({ common }: Program, command: Command, argv: RawValues, args: readonly string[]): RawArguments {
  const specs: OptionSpecs = { ...common, ...command.options };
  const { _: _words, $0: _program, ...named } = argv;
  const options = Object.fromEntries(Object.entries(named).filter(([name]) => !(name in command.positionals)));
  for (const name of Object.keys(options)) if (!Object.hasOwn(specs, name)) throw unknownOption(name, specs, args);
  for (const word of args) {
    const [, name = '', value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    if (value !== undefined && specs[name]?.kind === 'flag') throw new UsageError(`--${name} takes no value`);
  }
  const placed = Object.keys(command.positionals).flatMap((name) => (name in argv ? [String(argv[name])] : []));
  // What stands behind `--` is left over here also when a positional is still free.
  const rest = wordsOf(argv).slice(command.name === '' ? 0 : command.name.split(' ').length);
  return { options, positionals: [...placed, ...rest] };
}

/** What is neither an option nor a named positional. */
function wordsOf(argv: RawValues): readonly string[] {
  return Array.isArray(argv._) ? argv._.map(String) : [];
}

function unknownOption(name: string, specs: OptionSpecs, args: readonly string[]): UsageError {
  const typed = args.map((word) => word.replace(/=.*$/s, ''));
  const word =
    typed.find((text) => text === `--${name}`) ?? typed.find((text) => /^-[^-]/.test(text) && text.includes(name));
  const shown = word ?? `--${name}`;
  const hint = suggestion(shown.replace(/^-+/, ''), Object.keys(specs), (known) => `--${known}`);
  return new UsageError(`unknown option ${shown}${hint}`);
}

function noCommand(program: Program, group: string, argv: RawValues, args: readonly string[]): UsageError {
  const names = namesBelow(program, group === '' ? '' : `${group} `);
  const word = wordsOf(argv)[group === '' ? 0 : 1];
  const isOptional = group === '' && program.commands.some(({ name }) => name === '');
  const list = `it is one of ${names.join(', ')}${isOptional ? ', or left out' : ''}`;
  const known = new Set(['_', '$0', ...program.commands.flatMap(({ options }) => Object.keys(options))]);
  const unknown = Object.keys(argv).find((name) => !known.has(name) && !Object.hasOwn(program.common, name));
  if (word === undefined && unknown !== undefined) return unknownOption(unknown, program.common, args);
  if (word === undefined)
    return inGroup(group, new UsageError(`no command is given; it comes before its options; ${list}`));
  return inGroup(
    group,
    new UsageError(`unknown command ${JSON.stringify(word)}${suggestion(word, names) || `; ${list}`}`),
  );
}

function inGroup(group: string, error: UsageError): UsageError {
  return group === '' ? error : new CommandUsageError(group, error);
}
