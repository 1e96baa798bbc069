import type { Endpoint } from '../../workers/endpoint.ts';

/**
 * What a command takes, as data: parsing, checking, help and shell completion are all made from it, so they cannot
 * disagree. `value` is how the value is called in help and messages, `standard` what holds where the option is left out.
 */
export type OptionSpec = { readonly describe: string; readonly short?: string; readonly group?: string } & OptionKind;

type OptionKind =
  | { readonly kind: 'flag' }
  | { readonly kind: 'text'; readonly value: string; readonly suggest?: Suggestion; readonly standard?: string }
  /** May be given several times. */
  | { readonly kind: 'texts'; readonly value: string; readonly suggest?: Suggestion }
  /** `--source` and `--source NAME`. */
  | { readonly kind: 'flag-or-text'; readonly value: string; readonly suggest?: Suggestion }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly standard?: string }
  | ChoicesKind
  /** A whole number from 1 up, unless `least` and `most` say otherwise. */
  | {
      readonly kind: 'number';
      readonly value: string;
      readonly least?: 0;
      readonly most?: number;
      readonly standard?: number;
    }
  /** A time: `30`, `0.5`. */
  | { readonly kind: 'seconds'; readonly value: string; readonly standard?: number }
  /** A port to listen on; 0 is any free one. */
  | { readonly kind: 'port'; readonly value: string; readonly standard?: number }
  /** An IP address and a port to listen on. */
  | { readonly kind: 'endpoint'; readonly value: string };

interface ChoicesKind {
  readonly kind: 'choices';
  readonly choices: readonly string[];
  /** Other words for a choice. */
  readonly synonyms?: Readonly<Record<string, string>>;
}

/** Where shell completion finds values that are not known beforehand. */
export type Suggestion = 'file' | 'cloud' | 'source' | 'target' | 'column';

export type PositionalSpec = {
  readonly describe: string;
  /** How it is shown: `name|id`. */
  readonly value: string;
  readonly required?: true;
} & (
  | { readonly kind: 'text' }
  /** All words that are left: one or more when required. Stands last. */
  | { readonly kind: 'texts' }
  | {
      readonly kind: 'choice';
      readonly choices: readonly string[];
      readonly synonyms?: Readonly<Record<string, string>>;
    }
);

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;
export type PositionalSpecs = Readonly<Record<string, PositionalSpec>>;

type OptionValue<O> = O extends { kind: 'flag' }
  ? boolean
  : O extends { kind: 'text' }
    ? OrStandard<O, string>
    : O extends { kind: 'texts' }
      ? readonly string[]
      : O extends { kind: 'flag-or-text' }
        ? true | string | undefined
        : O extends { kind: 'choice'; choices: readonly (infer C)[] }
          ? OrStandard<O, C>
          : O extends { kind: 'choices'; choices: readonly (infer C)[] }
            ? readonly C[]
            : O extends { kind: 'number' | 'seconds' | 'port' }
              ? OrStandard<O, number>
              : O extends { kind: 'endpoint' }
                ? Endpoint | undefined
                : never;

/** Without a standard, nothing when it is left out. */
type OrStandard<O, V> = O extends { standard: string | number } ? V : V | undefined;

type PositionalText<P> = P extends { kind: 'choice'; choices: readonly (infer C)[] } ? C : string;
type PositionalValue<P> = P extends { kind: 'texts' }
  ? readonly string[]
  : P extends { required: true }
    ? PositionalText<P>
    : PositionalText<P> | undefined;

/** What a command's `run` gets. */
export type Values<O extends OptionSpecs, P extends PositionalSpecs> = {
  readonly [K in keyof O]: OptionValue<O[K]>;
} & { readonly [K in keyof P]: PositionalValue<P[K]> };

/** The same before the command's own types are put on it. */
export type RawValues = Readonly<Record<string, unknown>>;

/** Whether the person gave it: neither left out nor a flag that is off. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}
