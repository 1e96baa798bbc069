import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, relative, resolve } from 'node:path';
import { type Origin, problemAt } from './located.ts';
import type { Problem } from './problems.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A path as people read it: relative when it is below the working directory. */
export function shownPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}

/** `~/x` in the user's home. */
export function expandHome(path: string, env: Environment): string {
  return path.startsWith('~/') ? resolve(env.HOME ?? homedir(), path.slice(2)) : path;
}

/** Why a file cannot be read, without its content. */
export function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a directory';
  return code === '' ? 'reading failed' : code;
}

/** The absolute path of a file that the configuration names; a problem when it cannot be read. */
export function readablePath(written: string, origin: Origin, env: Environment, problems: Problem[]): string {
  const path = resolve(origin.directory, expandHome(written, env));
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    const hint = isAbsolute(written) ? undefined : `relative paths start in ${origin.directory}`;
    problems.push(problemAt(origin, `the file cannot be read: ${reasonOf(error)}`, hint));
  }
  return path;
}
