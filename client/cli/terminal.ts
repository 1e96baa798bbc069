import type { Writable } from 'node:stream';
import pc from 'picocolors';

export interface TerminalSettings {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A person reads stdout as it comes. */
  readonly isTty: boolean;
  /** That person also types; nobody otherwise. */
  readonly isAttended?: boolean;
  /** Width of that person's window. */
  readonly columns?: number;
}

const BUFFERED_CHARACTERS = 16_384;

/** Where a command's data (stdout) and talk (stderr) go. */
export class Terminal {
  readonly isTty: boolean;
  /** Somebody looks and can answer: a command may stay open until they end it. */
  readonly isAttended: boolean;
  /** Undefined when nobody looks: nothing needs to fit. */
  readonly columns: number | undefined;
  /** Lines and arrows beyond ASCII can be shown. */
  readonly unicode: boolean;
  readonly colors: ReturnType<typeof pc.createColors>;
  /** For a program that runs another one; data of a command go through {@link write}. */
  readonly stdout: Writable;
  readonly stderr: Writable;
  quiet = false;
  #buffer = '';
  #broken: Error | undefined;

  constructor({ stdout, stderr, env, isTty, isAttended = false, columns }: TerminalSettings) {
    this.isTty = isTty;
    this.isAttended = isAttended;
    this.columns = isTty ? columns : undefined;
    this.unicode = isUtf8(env);
    this.colors = pc.createColors(isTty && !env.NO_COLOR && env.TERM !== 'dumb');
    this.stderr = stderr;
    this.stdout = stdout;
    stdout.on('error', (error) => {
      this.#broken = error;
    });
    // Nobody can be told that nobody listens.
    stderr.on('error', () => undefined);
  }

  /** Data. Resolves when the reader has kept up; fails when it went away (EPIPE). */
  async write(text: string): Promise<void> {
    this.#buffer += text;
    if (this.#buffer.length >= BUFFERED_CHARACTERS) await this.flush();
  }

  /** Text of a cloud: as it is for a program that reads it, without control characters for a person's terminal. */
  safe(text: string): string {
    return this.isTty ? printable(text) : text;
  }

  async flush(): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    const text = this.#buffer;
    this.#buffer = '';
    if (text === '') return;
    await new Promise<void>((resolve, reject) => {
      this.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** A line for the person, on stderr; silent with `--quiet`. */
  talk(line: string): void {
    if (!this.quiet) this.complain(line);
  }

  /** A line that is shown whatever was asked: an error. */
  complain(line: string): void {
    this.stderr.write(`${printable(line)}\n`);
  }
}

/** POSIX: the first of these that is set decides. Without any we believe in UTF-8, as containers often set none. */
function isUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return locale === undefined || locale === '' || /utf-?8/i.test(locale);
}

/** Control characters made visible: a server may be called "\u001b[2J", and a terminal would obey. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
