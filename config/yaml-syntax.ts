import type { ErrorCode, YAMLError as YamlError } from 'yaml';

interface Said {
  readonly message: string;
  readonly hint?: string;
}

const DOLLAR_BRACE = `\${`;
const QUOTE = 'put the value in quotes';

/**
 * What a syntax error means, in words of our own: the parser's message may quote the text at the error, and that text
 * may be a password.
 */
const MEANINGS: Partial<Record<ErrorCode, Said>> = {
  BAD_SCALAR_START: { message: 'a value cannot begin with @, ` or %', hint: QUOTE },
  TAG_RESOLVE_FAILED: { message: 'a value that begins with ! is a YAML tag, and this one is not known', hint: QUOTE },
  TAB_AS_INDENT: { message: 'a tab is used for indentation', hint: 'use spaces' },
  BAD_INDENT: { message: 'the indentation does not fit what stands above, or a bracket is not closed' },
  BAD_DQ_ESCAPE: { message: 'unknown \\ escape in a "…" text', hint: "write \\\\, or use '…'" },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second ": " in one line, or a line that is indented too far',
    hint: 'put a value that contains ": " in quotes',
  },
  MULTILINE_IMPLICIT_KEY: { message: 'this is neither a "key: value" line nor a "- item" line' },
  MISSING_CHAR: { message: 'a quote, bracket, comma, colon or space is missing here or above' },
  UNEXPECTED_TOKEN: {
    message: 'unexpected text after a complete value, or a line that does not fit the ones above',
    hint: 'quote the whole value, or check the indentation',
  },
  BLOCK_IN_FLOW: {
    message: 'a "- item" or "key: value" block inside { } or [ ]',
    hint: 'close the bracket first, or put a value that begins with > or | in quotes',
  },
  BAD_ALIAS: { message: 'a name is missing after * or &', hint: QUOTE },
  BAD_DIRECTIVE: { message: 'a line that begins with % is a YAML directive, and this one is not known' },
  RESOURCE_EXHAUSTION: { message: 'nested too deeply' },
};

/** Errors that do not throw the reading of the following lines off: each is worth telling. */
const LOCAL: ReadonlySet<ErrorCode> = new Set([
  'BAD_SCALAR_START',
  'TAG_RESOLVE_FAILED',
  'TAB_AS_INDENT',
  'BAD_DQ_ESCAPE',
]);

/** The errors without those that only follow from an earlier one, and one for each line. */
export function worthTelling(errors: readonly YamlError[], lineOf: (offset: number) => number): readonly YamlError[] {
  const lines = new Set<number>();
  let thrownOff = false;
  return errors
    .toSorted((a, b) => a.pos[0] - b.pos[0])
    .filter(({ code, pos }) => {
      const line = lineOf(pos[0]);
      if (lines.has(line) || (thrownOff && !LOCAL.has(code))) return false;
      lines.add(line);
      thrownOff ||= !LOCAL.has(code);
      return true;
    });
}

/** The meaning of an error at an offset of the text. */
export function meaningOf(code: ErrorCode, text: string, offset: number): Said {
  // `{ password: ${PASSWORD} }`: inside brackets YAML takes the brace of the placeholder for a map.
  if (text.slice(offset - 1, offset + 1) === DOLLAR_BRACE) {
    return { message: `a \${…} inside { } or [ ] must be in quotes`, hint: `write "\${…}"` };
  }
  return MEANINGS[code] ?? { message: `this is not YAML (${code.toLowerCase().replaceAll('_', ' ')})` };
}
