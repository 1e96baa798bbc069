import type { Command } from './command.ts';
import { endpoint, portNumber, seconds, wholeNumber } from './numbers.ts';
import { isGiven, type OptionSpec, type OptionSpecs, type PositionalSpec, type RawValues } from './option.ts';
import { suggestion, UsageError } from './usage-error.ts';

/** What the parser found: every value is text as typed, an array where an option was given several times. */
export interface RawArguments {
  readonly options: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

/** Checks what was typed against what the command takes. Throws a {@link UsageError} at the first thing that is wrong. */
export function readValues(command: Command, common: OptionSpecs, given: RawArguments): RawValues {
  const specs = { ...common, ...command.options };
  const values: Record<string, unknown> = {};
  refuseFileAsColumn(specs, given.options.column);
  for (const [name, spec] of Object.entries<OptionSpec>(specs))
    values[name] = optionValue(name, spec, given.options[name]);
  Object.assign(values, positionalValues(command, given.positionals));
  for (const names of command.exclusive ?? []) {
    const [first, second] = names.filter((name) => isGiven(values[name]));
    if (first !== undefined && second !== undefined) {
      const show = (name: string) => (name in specs ? `--${name}` : `<${command.positionals[name]?.value ?? name}>`);
      throw new UsageError(`${show(first)} and ${show(second)} exclude each other; give one of them`);
    }
  }
  return values;
}

/** `-c` is `--config` of the commands that start processes: whoever is used to that gives a file here. */
function refuseFileAsColumn(specs: OptionSpecs, typed: unknown): void {
  if (specs.column?.kind === 'flag' || specs.column?.short !== 'c' || specs.config === undefined) return;
  const file = [typed].flat().find((text) => typeof text === 'string' && /\.ya?ml$|\//.test(text));
  if (file !== undefined)
    throw new UsageError(
      `-c is --column here, and no column is called ${JSON.stringify(file)}; did you mean --config?`,
    );
}

function optionValue(name: string, spec: OptionSpec, raw: unknown): unknown {
  const typed = raw === undefined ? [] : Array.isArray(raw) ? raw : [raw];
  switch (spec.kind) {
    case 'flag':
      return typed.includes(true);
    case 'flag-or-text': {
      const [only] = once(name, typed.map(String));
      return only === '' ? true : only;
    }
    case 'text':
      return single(name, spec, typed, String) ?? spec.standard;
    case 'texts':
      return filled(name, `--${name} ${spec.value}`, typed);
    case 'choice':
      return chosen(`--${name}`, spec, once(name, filled(name, wordsOf(spec), typed)))[0] ?? spec.standard;
    case 'choices':
      return chosen(`--${name}`, spec, filled(name, wordsOf(spec), typed));
    case 'number':
      return single(name, spec, typed, (text) => wholeNumber(name, text, spec)) ?? spec.standard;
    case 'seconds':
      return single(name, spec, typed, (text) => seconds(name, text)) ?? spec.standard;
    case 'port':
      return single(name, spec, typed, (text) => portNumber(name, text)) ?? spec.standard;
    case 'endpoint':
      return single(name, spec, typed, (text) => endpoint(name, text));
    default:
      return spec satisfies never;
  }
}

function single<T>(
  name: string,
  { value }: { readonly value: string },
  typed: readonly unknown[],
  read: (text: string) => T,
): T | undefined {
  const [text] = once(name, filled(name, `--${name} ${value}`, typed));
  return text === undefined ? undefined : read(text);
}

function once(name: string, texts: readonly string[]): readonly string[] {
  if (texts.length > 1) throw new UsageError(`--${name} is given ${texts.length} times; give it once`);
  return texts;
}

function filled(name: string, value: string, typed: readonly unknown[]): readonly string[] {
  return typed.map((item) => {
    const text = typeof item === 'string' ? item.trim() : '';
    if (text !== '') return text;
    throw new UsageError(`--${name} needs a value: ${value}`);
  });
}

/** So many words can all be shown. */
const FEW = 8;

interface Choices {
  readonly choices: readonly string[];
  readonly synonyms?: Readonly<Record<string, string>>;
}

function wordsOf({ choices }: Choices): string {
  return choices.length <= FEW ? `one of ${choices.join(', ')}` : `one of ${choices.slice(0, FEW).join(', ')} …`;
}

function chosen(shown: string, spec: Choices, texts: readonly string[]): readonly string[] {
  return texts.map((text) => {
    const meant = spec.synonyms?.[text] ?? text;
    if (spec.choices.includes(meant)) return meant;
    const list = `; it is one of ${spec.choices.join(', ')}`;
    const hint = spec.choices.length <= FEW ? list : suggestion(text, spec.choices) || list;
    throw new UsageError(`${shown} cannot be ${JSON.stringify(text)}${hint}`);
  });
}

function positionalValues(command: Command, texts: readonly string[]): RawValues {
  const specs = Object.entries(command.positionals);
  const surplus = specs.at(-1)?.[1].kind === 'texts' ? undefined : texts[specs.length];
  if (surplus !== undefined) {
    const takes = specs.map(([, spec]) => `<${spec.value}>`).join(' ') || 'no arguments, only options';
    throw new UsageError(`${JSON.stringify(surplus)} is one argument too many; it takes ${takes}`);
  }
  return Object.fromEntries(
    specs.map(([name, spec], index) => [
      name,
      spec.kind === 'texts' ? allWords(spec, texts.slice(index)) : positionalValue(spec, texts[index]),
    ]),
  );
}

/** Each once: the same word twice means one thing. */
function allWords(spec: PositionalSpec, typed: readonly string[]): readonly string[] {
  const [first] = typed;
  if (first === undefined) return spec.required === true ? [positionalValue(spec, undefined) ?? ''] : [];
  return [...new Set(typed.map((text) => positionalValue(spec, text) ?? ''))];
}

function positionalValue(spec: PositionalSpec, typed: string | undefined): string | undefined {
  if (typed === undefined) {
    if (spec.required !== true) return undefined;
    throw new UsageError(`<${spec.value}> is missing: ${spec.describe}`);
  }
  const text = typed.trim();
  if (text === '') throw new UsageError(`<${spec.value}> is empty: ${spec.describe}`);
  return spec.kind === 'choice' ? chosen(`<${spec.value}>`, spec, [text])[0] : text;
}
