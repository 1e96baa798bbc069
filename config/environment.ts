import { canonicalForeign } from './cloud-layers.ts';
import type { Environment } from './file-path.ts';
import type { LocatedEntry, LocatedMap, Origin } from './located.ts';

/** Choose or change where things are found, but describe no cloud (openstacksdk's config/loader.py). */
const SELECTORS = new Set([
  'OS_CLOUD',
  'OS_CLOUD_NAME',
  'OS_REGION_NAME',
  'OS_CLIENT_CONFIG_FILE',
  'OS_CLIENT_SECURE_FILE',
]);
/** Of test runners, not of a cloud. */
const NOT_A_CLOUD = /^OS_(TEST|STD|LOG)/;

/** What the cloud of the environment is called: `envvars`, or what OS_CLOUD_NAME says. */
export function environmentCloudName(env: Environment): string {
  return env.OS_CLOUD_NAME || 'envvars';
}

/** The place of a variable in messages. */
export function variableOrigin(name: string, cwd: string): Origin {
  return { file: 'environment', keyPath: name, directory: cwd };
}

/** The cloud that OS_* describes, in canonical spelling; `undefined` when no variable describes one. */
export function environmentCloud(env: Environment, cwd: string): LocatedMap | undefined {
  const names = Object.keys(env).filter((name) => name.startsWith('OS_') && !NOT_A_CLOUD.test(name) && env[name]);
  if (names.every((name) => SELECTORS.has(name))) return undefined;
  return toCloud(names, env, cwd);
}

/** OS_REGION_NAME, which also applies to a cloud of clouds.yaml that OS_CLOUD names. */
export function environmentRegion(env: Environment, cwd: string): LocatedMap {
  return toCloud(env.OS_REGION_NAME ? ['OS_REGION_NAME'] : [], env, cwd);
}

function toCloud(names: readonly string[], env: Environment, cwd: string): LocatedMap {
  const entries = names.map((name): [string, LocatedEntry] => {
    const origin = variableOrigin(name, cwd);
    const value = { kind: 'scalar', value: env[name] ?? null, origin, interpolated: true } as const;
    return [name.slice('OS_'.length).toLowerCase(), { key: origin, value }];
  });
  return canonicalForeign({ kind: 'map', entries: new Map(entries), origin: variableOrigin('', cwd) });
}
