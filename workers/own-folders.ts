import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The XDG base directories (freedesktop.org); a relative value counts as unset, as the specification asks. */
function base(env: NodeJS.ProcessEnv, name: string, fallback: string): string {
  const value = env[name];
  return join(value && isAbsolute(value) ? value : join(env.HOME || homedir(), fallback), 'pumphouse');
}

/** What can be fetched again: the Temporal binary. */
export const cacheFolder = (env: NodeJS.ProcessEnv): string => base(env, 'XDG_CACHE_HOME', '.cache');

/** What is kept between runs: the embedded server's data and the notes of running servers. */
export const stateFolder = (env: NodeJS.ProcessEnv): string => base(env, 'XDG_STATE_HOME', '.local/state');

/** The notes of running servers. */
export const serversFolder = (env: NodeJS.ProcessEnv): string => join(stateFolder(env), 'servers');
