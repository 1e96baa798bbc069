import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { listWords } from './did-you-mean.ts';
import { type Environment, expandHome, shownPath } from './file-path.ts';
import { ConfigurationError } from './problems.ts';

const NAME = 'pumphouse.yaml';

/** The file that was asked for, else PUMPHOUSE_CONFIG, else the first that exists of the usual places. Absolute. */
export function findConfigurationFile(asked: string | undefined, env: Environment, cwd: string): string {
  const named = asked ?? (env.PUMPHOUSE_CONFIG || undefined);
  if (named !== undefined) {
    const path = resolve(cwd, expandHome(named, env));
    if (existsSync(path)) return path;
    const hint = asked === undefined ? 'PUMPHOUSE_CONFIG names it' : '--config names it';
    throw notFound(shownPath(path, cwd), 'no such file', hint);
  }
  const home = env.HOME || homedir();
  const places = [
    join(cwd, NAME),
    join(env.XDG_CONFIG_HOME || join(home, '.config'), 'pumphouse', NAME),
    join('/etc/pumphouse', NAME),
  ];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  const looked = listWords([`./${NAME}`, ...places.slice(1)], 'and');
  throw notFound(NAME, `not found: looked for ${looked}`, 'write one, or name it with --config or PUMPHOUSE_CONFIG');
}

function notFound(file: string, message: string, hint: string): ConfigurationError {
  return new ConfigurationError([{ file, keyPath: '', message, hint }]);
}
