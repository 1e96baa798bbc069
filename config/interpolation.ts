import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type Located, type LocatedEntry, type LocatedScalar, problemAt } from './located.ts';
import type { Problem } from './problems.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `$$`, `${…}`, or a `${` that is never closed. Any other `$` is itself. */
const PLACEHOLDER = /\$\$|\$\{([^}]*)\}|\$\{/g;

/** A secret is short: a larger file is a mistake. */
const MAX_FILE_BYTES = 64 * 1024;

/** Puts in what `${NAME}` and `${file:PATH}` stand for, in every value. A value with an error becomes nothing. */
export function interpolate(node: Located, env: Environment, problems: Problem[]): Located {
  switch (node.kind) {
    case 'scalar':
      return interpolateScalar(node, env, problems);
    case 'list':
      return { ...node, items: node.items.map((item) => interpolate(item, env, problems)) };
    case 'map': {
      const entries = [...node.entries].map(([name, entry]): [string, LocatedEntry] => [
        name,
        { key: entry.key, value: interpolate(entry.value, env, problems) },
      ]);
      return { ...node, entries: new Map(entries) };
    }
    default:
      return node satisfies never;
  }
}

function interpolateScalar(scalar: LocatedScalar, env: Environment, problems: Problem[]): LocatedScalar {
  const { value, origin } = scalar;
  if (value === null || !value.includes('$')) return scalar;
  let interpolated = false;
  const fail = (message: string, hint: string): string => {
    problems.push(problemAt(origin, message, hint));
    return '';
  };
  const text = value.replaceAll(PLACEHOLDER, (whole: string, inner: string | undefined) => {
    if (whole === '$$') return '$';
    interpolated = true;
    if (inner === undefined) return fail(`"\${" without "}"`, 'close it, or write "$$" for a dollar sign');
    if (inner.startsWith('file:')) return readSecretFile(inner.slice('file:'.length), origin.directory, env, fail);
    // Not quoted in the message: it may be part of a password that happens to hold "${".
    if (!/^[A-Za-z_]\w*$/.test(inner)) {
      return fail(`"\${…}" must hold the name of an environment variable or file:PATH`, 'write "$$" for a dollar sign');
    }
    const found = env[inner];
    if (found !== undefined) return found;
    return fail(`environment variable ${inner} is not set`, 'set it, or write "$$" for a dollar sign');
  });
  return { ...scalar, value: text, interpolated };
}

function readSecretFile(
  written: string,
  directory: string,
  env: Environment,
  fail: (message: string, hint: string) => string,
): string {
  const path = resolve(directory, expandHome(written, env));
  try {
    const file = statSync(path);
    if (file.isDirectory()) return fail(`\${file:${written}} is a directory`, 'name a file');
    if (!file.isFile()) return fail(`\${file:${written}} is not a regular file`, 'name a file');
    if (file.size > MAX_FILE_BYTES) return fail(`\${file:${written}} is too large`, 'it may hold 64 KiB');
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    return fail(
      `\${file:${written}} cannot be read: ${reasonOf(error)}`,
      'relative paths start at the file they are in',
    );
  }
}

/** `~/x` in the user's home. */
export function expandHome(path: string, env: Environment): string {
  return path.startsWith('~/') ? resolve(env.HOME ?? homedir(), path.slice(2)) : path;
}

/** Why a file cannot be read, without its content. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a directory';
  return code === '' ? 'reading failed' : code;
}
