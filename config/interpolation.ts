import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { Findings } from './clouds-yaml-files.ts';
import { type Environment, expandHome, reasonOf } from './file-path.ts';
import { type Located, type LocatedEntry, type LocatedScalar, problemAt } from './located.ts';
import { secretFileWarning } from './permissions.ts';

/** `$$`, `${…}`, or a `${` that is never closed. Any other `$` is itself. */
const PLACEHOLDER = /\$\$|\$\{([^}]*)\}|\$\{/g;

/** A secret is short: a larger file is a mistake. */
const MAX_FILE_BYTES = 64 * 1024;

/** Puts in what `${NAME}` and `${file:PATH}` stand for, in every value. A value with an error becomes nothing. */
export function interpolate(node: Located, env: Environment, findings: Findings): Located {
  switch (node.kind) {
    case 'scalar':
      return interpolateScalar(node, env, findings);
    case 'list':
      return { ...node, items: node.items.map((item) => interpolate(item, env, findings)) };
    case 'map': {
      const entries = [...node.entries].map(([name, entry]): [string, LocatedEntry] => [
        name,
        { key: entry.key, value: interpolate(entry.value, env, findings) },
      ]);
      return { ...node, entries: new Map(entries) };
    }
    default:
      return node satisfies never;
  }
}

function interpolateScalar(scalar: LocatedScalar, env: Environment, findings: Findings): LocatedScalar {
  const { value, origin } = scalar;
  const { problems, warnings } = findings;
  if (value === null || !value.includes('$')) return scalar;
  let interpolated = false;
  const fail = (message: string, hint: string): string => {
    problems.push(problemAt(origin, message, hint));
    return '';
  };
  const warn = (warning: string | undefined): void => {
    // Several keys may share a file.
    if (warning !== undefined && !warnings.includes(warning)) warnings.push(warning);
  };
  const text = value.replaceAll(PLACEHOLDER, (whole: string, inner: string | undefined) => {
    if (whole === '$$') return '$';
    interpolated = true;
    if (inner === undefined) return fail(`"\${" without "}"`, 'close it, or write "$$" for a dollar sign');
    if (inner.startsWith('file:'))
      return readSecretFile(inner.slice('file:'.length), origin.directory, env, fail, warn);
    // Not quoted in the message: it may be part of a password that happens to hold "${".
    if (!/^[A-Za-z_]\w*$/.test(inner)) {
      return fail(`"\${…}" must hold the name of an environment variable or file:PATH`, 'write "$$" for a dollar sign');
    }
    const found = Object.hasOwn(env, inner) ? env[inner] : undefined;
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
  warn: (warning: string | undefined) => void,
): string {
  const path = resolve(directory, expandHome(written, env));
  try {
    const file = statSync(path);
    if (file.isDirectory()) return fail(`\${file:${written}} is a directory`, 'name a file');
    if (!file.isFile()) return fail(`\${file:${written}} is not a regular file`, 'name a file');
    if (file.size > MAX_FILE_BYTES) return fail(`\${file:${written}} is too large`, 'it may hold 64 KiB');
    const text = readFileSync(path, 'utf8');
    warn(secretFileWarning(path));
    return text.replace(/\r?\n$/, '');
  } catch (error) {
    return fail(
      `\${file:${written}} cannot be read: ${reasonOf(error)}`,
      isAbsolute(written) ? 'mend the path or the permissions' : `relative paths start in ${directory}`,
    );
  }
}
