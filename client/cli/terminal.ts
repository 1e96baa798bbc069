import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import pc from 'picocolors';

export interface TerminalSettings {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A person reads stdout as it comes. */
  readonly isTty: boolean;
  /** That person also types; nobody otherwise. */
  readonly isAttended?: boolean;
  /** What that person types. */
  readonly stdin?: Readable;
  /** That person also sees stderr: what was shown there can be redrawn. */
  readonly isLive?: boolean;
  /** Width of that person's window. */
  readonly columns?: number;
}

const BUFFERED_CHARACTERS = 16_384;

/** Where a command's data (stdout) and talk (stderr) go. */
export class Terminal {
  readonly isTty: boolean;
  /** Somebody looks and can answer: a command may stay open until they end it. */
  readonly isAttended: boolean;
  /** Lines on stderr can be redrawn. */
  readonly isLive: boolean;
  /** Undefined when nobody looks: nothing needs to fit. */
  readonly columns: number | undefined;
  /** Lines and arrows beyond ASCII can be shown. */
  readonly unicode: boolean;
  readonly colors: ReturnType<typeof pc.createColors>;
  /** For a program that runs another one; data of a command go through {@link write}. */
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stdin: Readable | undefined;
  quiet = false;
  #buffer = '';
  #broken: Error | undefined;

  constructor(settings: TerminalSettings) {
    const { stdout, stderr, env, isTty, isAttended = false, isLive = false, stdin, columns } = settings;
    this.isTty = isTty;
    this.isAttended = isAttended;
    this.isLive = isTty && isLive && env.TERM !== 'dumb';
    this.stdin = stdin;
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

  /**
   * Asks the person, on stderr, and gives the line that was typed; undefined when nobody can answer, or the input ends. Rejects when
   * `signal` is aborted.
   */
  async ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    if (!this.isAttended || this.stdin === undefined) return undefined;
    // The terminal stays as it is, so that Ctrl-C is a signal while somebody is asked, too.
    const lines = createInterface({ input: this.stdin, output: this.stderr, terminal: false });
    const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
    try {
      const typed = await Promise.race([lines.question(`${printable(question)} `, { signal }), closed]);
      return typed?.trim();
    } finally {
      lines.close();
    }
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
