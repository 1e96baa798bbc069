import { type Command, type Program, typedName } from './command.ts';
import type { OptionSpec, OptionSpecs, PositionalSpec } from './option.ts';

interface Entry {
  readonly left: string;
  readonly right: string;
}

/** The text of `--help` for a command, or for a program or group of commands (`config`; empty: all). */
export function helpText(program: Program, group: string, command: Command | undefined, columns: number): string {
  return command === undefined ? overview(program, group, columns) : commandHelp(program, command, columns);
}

function overview(program: Program, group: string, columns: number): string {
  const below = program.commands.filter(({ name }) => group === '' || name.startsWith(`${group} `));
  return [
    `Usage: ${typedName(program.name, group)} <command> [options]\n`,
    ...(group === '' ? [`${program.summary}\n`] : []),
    section('Commands', below.map(commandEntry), columns),
    section('Common options', Object.entries(program.common).map(optionEntry), columns),
    examples(below.flatMap((each) => each.examples.slice(0, 1))),
    `${program.name} <command> --help shows the options of a command, with examples.\n`,
  ].join('\n');
}

function commandHelp(program: Program, command: Command, columns: number): string {
  const positionals = Object.values(command.positionals).map((spec) => ({
    left: placeholder(spec),
    right: `${spec.describe}${spec.kind === 'choice' ? `: ${spec.choices.join(', ')}` : ''}`,
  }));
  // What a program does without a command stands for the program: its help also leads to the commands.
  const others = command.name === '' ? program.commands.filter((each) => each !== command) : [];
  const groups = new Map<string, Entry[]>();
  const all: OptionSpecs = { ...command.options };
  for (const [name, spec] of Object.entries(all)) {
    const title = spec.group ?? 'Options';
    groups.set(title, [...(groups.get(title) ?? []), optionEntry([name, spec])]);
  }
  const shape = command.name === '' ? `${program.name} [command]` : typedName(program.name, command.name);
  return [
    `Usage: ${shape}${shapeOf(command)} [options]\n`,
    `${wrapped(`${command.summary}.${command.details === undefined ? '' : ` ${command.details}`}`, columns).join('\n')}\n`,
    ...(others.length === 0 ? [] : [section('Commands', others.map(commandEntry), columns)]),
    ...(positionals.length === 0 ? [] : [section('Arguments', positionals, columns)]),
    ...[...groups].map(([title, entries]) => section(title, entries, columns)),
    section('Common options', Object.entries(program.common).map(optionEntry), columns),
    examples([...command.examples, ...others.flatMap((each) => each.examples.slice(0, 1))]),
  ].join('\n');
}

function commandEntry(command: Command): Entry {
  return { left: `${command.name}${shapeOf(command)}`, right: command.summary };
}

function shapeOf({ positionals }: Command): string {
  return Object.values(positionals)
    .map((spec) => ` ${placeholder(spec)}`)
    .join('');
}

function placeholder({ value, required, kind }: PositionalSpec): string {
  const several = kind === 'texts' ? '...' : '';
  return required === true ? `<${value}>${several}` : `[${value}]${several}`;
}

function optionEntry([name, spec]: readonly [string, OptionSpec]): Entry {
  const left = `${spec.short === undefined ? '    ' : `-${spec.short}, `}--${name}`;
  const right = `${spec.describe}${standardOf(spec)}`;
  switch (spec.kind) {
    case 'flag':
      return { left, right };
    case 'text':
    case 'number':
    case 'seconds':
    case 'port':
    case 'endpoint':
      return { left: `${left} ${spec.value}`, right };
    case 'texts':
      return { left: `${left} ${spec.value}`, right: `${right}; may be given several times` };
    case 'flag-or-text':
      return { left: `${left} [${spec.value}]`, right };
    case 'choice':
      return {
        left: `${left} ${name.toUpperCase()}`,
        right: `${spec.describe}: ${spec.choices.join(', ')}${standardOf(spec)}`,
      };
    case 'choices':
      return {
        left: `${left} ${name.toUpperCase()}`,
        right: `${right}; may be given several times: ${spec.choices.join(', ')}`,
      };
    default:
      return spec satisfies never;
  }
}

function standardOf(spec: OptionSpec): string {
  return 'standard' in spec && spec.standard !== undefined ? ` (default: ${spec.standard})` : '';
}

const GAP = 2;

function section(title: string, entries: readonly Entry[], columns: number): string {
  const width = Math.max(...entries.map(({ left }) => left.length)) + GAP;
  const lines = entries.flatMap(({ left, right }) =>
    wrapped(right, Math.max(columns - GAP - width, 30)).map(
      (line, index) => `${' '.repeat(GAP)}${(index === 0 ? left : '').padEnd(width)}${line}`,
    ),
  );
  return `${title}:\n${lines.join('\n')}\n`;
}

function examples(list: Command['examples']): string {
  return `Examples:\n${list.map(({ line, says }) => `  ${line}\n      ${says}\n`).join('')}`;
}

function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > columns) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
