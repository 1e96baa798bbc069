import { resolve } from 'node:path';
import type { Configuration, CopySettings, GateSettings, ResourcePolicy, TemporalSettings } from './configuration.ts';
import { type Environment, expandHome } from './file-path.ts';
import type { CopyKeys, GatesKeys, MappingsKeys, PolicyKeys, TemporalKeys } from './policy-schema.ts';

const DEFAULT_TASK_QUEUE = 'pumphouse';
const DEFAULT_DATA_TASK_QUEUE = 'pumphouse-data';

type Defined<T> = { -readonly [K in keyof T]?: Exclude<T[K], undefined | null> };

/** Without the keys that were not given. */
function given<T extends object>(keys: T): Defined<T> {
  const entries = Object.entries(keys).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as Defined<T>;
}

export function mappingsOf(keys: MappingsKeys | null | undefined): Configuration['mappings'] {
  return given(keys ?? {});
}

export function policyOf(keys: PolicyKeys | null | undefined): Configuration['policy'] {
  const entries = Object.entries(given(keys ?? {})).map(([type, policy]): [string, ResourcePolicy] => [
    type,
    given({
      select: policy.select,
      onConflict: policy.on_conflict,
      onError: policy.on_error,
      concurrency: policy.concurrency,
      ...('strategy' in policy
        ? { strategy: policy.strategy, perHost: policy.per_host, stopTimeoutMs: policy.stop_timeout }
        : {}),
    }),
  ]);
  return Object.fromEntries(entries);
}

export function gatesOf(keys: GatesKeys | null | undefined): Configuration['gates'] {
  const entries = Object.entries(given(keys ?? {})).map(([name, gate]): [string, GateSettings] => [
    name,
    given({ timeLimitMs: gate.time_limit, reminderMs: gate.reminder }),
  ]);
  return Object.fromEntries(entries);
}

export function copyOf(keys: CopyKeys | null | undefined): CopySettings {
  return given({ maxMibPerSecond: keys?.max_mib_per_second });
}

export function temporalOf(
  keys: TemporalKeys | null | undefined,
  directory: string,
  env: Environment,
): TemporalSettings {
  const { address, namespace, profile, config_file: file, task_queue, data_task_queue } = keys ?? {};
  const configFile = file === undefined ? undefined : resolve(directory, expandHome(file, env));
  return {
    ...given({ address, namespace, profile, configFile }),
    taskQueue: task_queue ?? DEFAULT_TASK_QUEUE,
    dataTaskQueue: data_task_queue ?? DEFAULT_DATA_TASK_QUEUE,
  };
}
