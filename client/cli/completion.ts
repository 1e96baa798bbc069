import { type CloudSettings, ConfigurationError, loadConfiguration } from '../../config/index.ts';
import type { Command, ExitCode, Program } from './command.ts';
import type { OptionSpec, OptionSpecs, Suggestion } from './option.ts';
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
  const named = program.commands.find(({ name }) => name.split(' ').every((word, index) => asked[index] === word));
  const command = named ?? program.commands.find(({ name }) => name === '');
  if (command === undefined) {
    if (current.startsWith('-')) return ['--help', '--version'];
    return nextWords(program, asked, before.length === 0);
  }
  const options: OptionSpecs = { ...command.options, ...program.common };
  const last = before.at(-1) ?? '';
  const spec = Object.entries(options).find(([name, { short }]) => last === `--${name}` || last === `-${short}`)?.[1];
  const values = spec === undefined ? undefined : optionValues(spec, command, before, around);
  if (values !== undefined && !(spec?.kind === 'flag-or-text' && current.startsWith('-'))) return values;
  if (current.startsWith('-')) return Object.keys(options).map((name) => `--${name}`);
  const place = wordsPlaced(command, options, asked);
  if (named === undefined) return place === 0 ? nextWords(program, [], before.length === 0) : [];
  const positional = Object.values(command.positionals)[place];
  return positional?.kind === 'choice' ? positional.choices : [];
}

function nextWords(program: Program, given: readonly string[], first: boolean): readonly string[] {
  const below = program.commands
    .map(({ name }) => name.split(' '))
    .filter((path) => given.every((word, i) => path[i] === word));
  const next = below
    .map((path) => path[given.length])
    .filter((word): word is string => word !== undefined && word !== '');
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
    case 'seconds':
    case 'port':
    case 'endpoint':
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

/** How many words that are no options stand behind the command's name. */
function wordsPlaced({ name }: Command, options: OptionSpecs, words: readonly string[]): number {
  const isFlag = (word: string) =>
    Object.entries(options).some(
      ([long, { kind, short }]) => kind === 'flag' && (word === `--${long}` || word === `-${short}`),
    );
  let placed = 0;
  for (let index = name === '' ? 0 : name.split(' ').length; index < words.length; index++) {
    const word = words[index]!;
    if (!word.startsWith('-')) placed += 1;
    else if (!isFlag(word) && !word.includes('=')) index += 1;
  }
  return placed;
}
