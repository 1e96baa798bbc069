import { type CloudSettings, ConfigurationError, loadConfiguration } from '../../config/index.ts';
import type { Command, ExitCode, Program } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import type { OptionSpec, Suggestion } from './option.ts';
import type { Terminal } from './terminal.ts';

interface Around {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** `--complete WORDS…`: writes what the last word can become, a line each. Nothing: the shell offers files. */
export async function complete(program: Program, words: readonly string[], around: Around): Promise<ExitCode> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const found = candidates(program, before, current, around).filter((word) => word.startsWith(current));
  await around.terminal.write(found.map((word) => `${word}\n`).join(''));
  await around.terminal.flush();
  return 0;
}

function candidates(program: Program, before: readonly string[], current: string, around: Around): readonly string[] {
  const asked = before[0] === 'help' ? before.slice(1) : before;
  const command = program.commands.find(({ name }) => name.split(' ').every((word, index) => asked[index] === word));
  if (command === undefined) {
    if (current.startsWith('-')) return ['--help', '--version'];
    return nextWords(program, asked, before.length === 0);
  }
  const options: Readonly<Record<string, OptionSpec>> = { ...command.options, ...GLOBAL_OPTIONS };
  const last = before.at(-1) ?? '';
  const spec = Object.entries(options).find(([name, { short }]) => last === `--${name}` || last === `-${short}`)?.[1];
  const values = spec === undefined ? undefined : optionValues(spec, command, before, around);
  if (values !== undefined && !(spec?.kind === 'flag-or-text' && current.startsWith('-'))) return values;
  if (current.startsWith('-')) return Object.keys(options).map((name) => `--${name}`);
  return positionalValues(command, options, before);
}

function nextWords(program: Program, given: readonly string[], first: boolean): readonly string[] {
  const below = program.commands
    .map(({ name }) => name.split(' '))
    .filter((path) => given.every((word, i) => path[i] === word));
  const next = below.map((path) => path[given.length]).filter((word) => word !== undefined);
  return [...new Set(first ? [...next, 'help'] : next)];
}

/** Undefined for a flag, which takes no value. */
function optionValues(
  spec: OptionSpec,
  command: Command,
  before: readonly string[],
  around: Around,
): readonly string[] | undefined {
  switch (spec.kind) {
    case 'flag':
      return undefined;
    case 'choice':
    case 'choices':
      return spec.choices;
    case 'number':
      return [];
    case 'text':
    case 'texts':
    case 'flag-or-text':
      return spec.suggest === undefined ? [] : suggestions(spec.suggest, command, before, around);
    default:
      return spec satisfies never;
  }
}

function suggestions(
  suggest: Suggestion,
  command: Command,
  before: readonly string[],
  around: Around,
): readonly string[] {
  switch (suggest) {
    case 'file':
      return [];
    case 'column':
      return command.columns ?? [];
    case 'cloud':
      return cloudNames(before, around, (cloud) => cloud.role === 'source' || cloud.role === 'target');
    case 'source':
    case 'target':
      return cloudNames(before, around, (cloud) => cloud.role === suggest);
    default:
      return suggest satisfies never;
  }
}

/** From the configuration that the command would read. What is wrong with it is not for now. */
function cloudNames(
  before: readonly string[],
  { env, cwd }: Around,
  wanted: (cloud: CloudSettings) => boolean,
): readonly string[] {
  const at = before.lastIndexOf('--config');
  const path = at < 0 ? undefined : before[at + 1];
  try {
    const { sources, targets } = loadConfiguration({ env, cwd, ...(path === undefined ? {} : { path }) });
    return [...sources, ...targets].filter(wanted).map(({ name }) => name);
  } catch (error) {
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

function positionalValues(
  command: Command,
  options: Readonly<Record<string, OptionSpec>>,
  before: readonly string[],
): readonly string[] {
  let place = 0;
  for (let index = command.name.split(' ').length; index < before.length; index++) {
    const word = before[index]!;
    if (!word.startsWith('-')) place += 1;
    else if (options[word.slice(2)]?.kind !== 'flag' && !word.includes('=')) index += 1;
  }
  const spec = Object.values(command.positionals)[place];
  return spec?.kind === 'choice' ? spec.choices : [];
}
