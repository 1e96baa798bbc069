import { z } from 'zod';
import { Secret } from './secret.ts';

/**
 * The kinds of values. Every scalar arrives as text (see yaml-source.ts); `editor` is what the JSON Schema says instead,
 * because an editor sees `16` as a number and `${LIMIT}` as text. Messages complete "auth_url: …" and hold no value.
 */
const PLACEHOLDER_PATTERN = '\\$\\{.+\\}';

type EditorSchema = Readonly<Record<string, unknown>>;

const orPlaceholder = (schema: EditorSchema): EditorSchema => ({
  anyOf: [schema, { type: 'string', pattern: PLACEHOLDER_PATTERN }],
});

function parsed<T>(
  description: string,
  editor: EditorSchema,
  mustBe: string,
  parse: (text: string) => T | undefined,
  base = z.string(),
) {
  return base
    .transform((text, context): T => {
      const value = parse(text);
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', message: `must be ${mustBe}`, input: text });
      return z.NEVER;
    })
    .meta({ description, editor });
}

export const text = (description: string) =>
  z
    .string()
    .regex(/\S/, 'is empty')
    .meta({ description, editor: { type: ['string', 'number'], minLength: 1 } });

export const secret = (description: string) =>
  z
    .string()
    .min(1, 'is empty')
    .transform((value) => new Secret(value))
    .meta({ description, editor: { type: ['string', 'number'], minLength: 1 } });

export const integer = (description: string, minimum: number, maximum: number) =>
  parsed(
    description,
    orPlaceholder({ type: 'integer', minimum, maximum }),
    `a whole number from ${minimum} to ${maximum}`,
    (value) => {
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      return number >= minimum && number <= maximum ? number : undefined;
    },
  );

const TRUTH: ReadonlyMap<string, boolean> = new Map(
  Object.entries({
    true: true,
    yes: true,
    on: true,
    false: false,
    no: false,
    off: false,
  }),
);

export const boolean = (description: string) =>
  parsed(description, orPlaceholder({ type: 'boolean' }), 'true or false', (value) => TRUTH.get(value.toLowerCase()));

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(\d{1,6})(ms|s|m|h|d)$/;

/** `500ms`, `10s`, `5m`, `2h`, `7d`: to milliseconds. */
export const duration = (description: string) =>
  parsed(
    description,
    { type: 'string', pattern: `${DURATION.source}|${PLACEHOLDER_PATTERN}` },
    'a time above zero with its unit, such as 500ms, 10s, 5m, 2h or 7d',
    (value) => {
      const [, amount, unit] = DURATION.exec(value) ?? [];
      const ms = Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
      return ms > 0 ? ms : undefined;
    },
  );

/**
 * User and password in a URL end up in logs, and OpenStack's URLs have no query. Tested first, and by itself, so that
 * such a URL is not shown.
 */
const BARE_URL = /^[^@?#]*$/;

export const httpUrl = (description: string) =>
  parsed(
    description,
    { type: 'string', pattern: `^https?://|${PLACEHOLDER_PATTERN}` },
    'an http:// or https:// URL',
    // `new URL` mends too much (spaces, "http:host"): what it mends is a typing error.
    (value) => (/^https?:\/\/[^\s/]+\S*$/.test(value) && URL.canParse(value) ? value : undefined),
    z.string().regex(BARE_URL, 'may hold no user, password, query or fragment'),
  );

/** Six pairs of hex digits with `:`, `-` or nothing between: to lower case with `:`. */
export const macAddress = (description: string) =>
  parsed(description, { type: 'string' }, 'a MAC address such as 52:54:00:12:34:56', (value) => {
    const digits = value.toLowerCase().replaceAll(/[:-]/g, '');
    const known = /^[0-9a-f]{2}([:-]?)([0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(value);
    return known ? digits.match(/../g)?.join(':') : undefined;
  });

export const oneOf = <const T extends readonly [string, ...string[]]>(description: string, values: T) =>
  z.enum(values).meta({ description, editor: orPlaceholder({ type: 'string', enum: [...values] }) });

/** `2`, `2.0`, `v2.0`, `3`, `v3`. */
export const identityVersion = (description: string) =>
  parsed(description, orPlaceholder({ enum: [2, 3, '2', '2.0', '3', 'v2.0', 'v3'] }), '2.0 or 3', (value) => {
    if (/^v?2(\.0)?$/.test(value)) return '2.0' as const;
    return /^v?3(\.\d+)?$/.test(value) ? ('3' as const) : undefined;
  });

export const nonEmptyList = <T extends z.ZodType>(item: T) => z.array(item).min(1, 'the list is empty');

/** A part of the file that may be left out, or left empty when all in it is commented out. */
export const section = <T extends z.ZodType>(description: string, schema: T) => schema.nullish().meta({ description });

/** Keys whose values are never shown, also when they are misspelt or stand in the wrong place. */
export function isSecretKey(key: string): boolean {
  return /pass|token|secret|community|api_?key|^fixed$/i.test(key) && !/_id$|_name$/.test(key);
}
