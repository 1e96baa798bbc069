import { z } from 'zod';
import { duration, integer, nonEmptyList, oneOf, section, text } from './fields.ts';

/** The resource types, in the words of the API (`project`, `server`). */
const RESOURCE_TYPES = [
  'domain',
  'project',
  'user',
  'group',
  'role',
  'assignment',
  'flavor',
  'keypair',
  'quota',
  'security-group',
  'network',
  'subnet',
  'port',
  'router',
  'floating-ip',
  'image',
  'volume',
  'server-group',
  'server',
] as const;
export type ResourceTypeName = (typeof RESOURCE_TYPES)[number];

/** Not resources that move, but names that differ between clouds. */
const MAPPED_ONLY = ['availability-zone', 'volume-type', 'physical-network'] as const;
export type MappedName = ResourceTypeName | (typeof MAPPED_ONLY)[number];

const GATES = ['plan', 'delete-source', 'power-off', 'switch-port', 'reinstall', 'source-not-empty', 'park'] as const;
export type GateName = (typeof GATES)[number];

/** A map with a fixed set of optional keys, so that an unknown one is found and a near one suggested. */
function keyedBy<const K extends string, T extends z.ZodType>(keys: readonly K[], value: (key: K) => T) {
  const shape = Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, T>;
  return z.strictObject(shape);
}

export const mappingsSchema = keyedBy([...RESOURCE_TYPES, ...MAPPED_ONLY], (type) =>
  section(
    `Which ${type} of the target (name or id) stands for which of the source (name or id).`,
    z.record(z.string(), text('Name or id in the target.')),
  ),
);

const selection = z
  .union([z.enum(['all', 'none']), nonEmptyList(text('Name or id.'))], {
    error: 'must be all, none or a list of names and ids',
  })
  .meta({ description: 'Which resources of this type are moved: all, none or a list of names and ids.' });

const policyShape = {
  select: selection.optional(),
  on_conflict: oneOf('What happens when the target has another resource under the same name or id.', [
    'fail',
    'adopt-if-equal',
    'adopt',
    'skip',
  ]).optional(),
  on_error: oneOf('What happens when moving one fails for good.', ['retry', 'compensate', 'skip']).optional(),
  concurrency: integer('How many are moved at once.', 1, 1000).optional(),
};

const serverPolicy = z.strictObject({
  ...policyShape,
  strategy: oneOf(
    'How an instance moves: boot from the same image, from a snapshot of its disk, or from its volumes.',
    ['image', 'snapshot', 'volume'],
  ).optional(),
  per_host: integer('How many are moved at once away from one host of the source.', 1, 1000).optional(),
  stop_timeout: duration('How long a guest may take to shut down before it is switched off.').optional(),
});
const resourcePolicy = z.strictObject(policyShape).meta({ id: 'resource-policy' });
const { server: _server, ...otherTypes } = keyedBy(RESOURCE_TYPES, (type) =>
  section(`How each ${type} is moved.`, resourcePolicy),
).shape;

export const policySchema = z.strictObject({
  ...otherTypes,
  server: section('How each instance is moved.', serverPolicy),
});

const gateSettings = z
  .strictObject({
    time_limit: duration('How long the gate waits for an answer. Default: for ever.').optional(),
    reminder: duration('After which time the question is put again. Default: never.').optional(),
  })
  .meta({ id: 'gate' });

export const gatesSchema = keyedBy(GATES, (gate) => section(`The gate ${gate}.`, gateSettings));

export const temporalSchema = z.strictObject({
  address: text("host:port of the Temporal server. Default: the SDK's (TEMPORAL_ADDRESS, the profile).").optional(),
  namespace: text("Namespace. Default: the SDK's (TEMPORAL_NAMESPACE, the profile).").optional(),
  profile: text("Profile of the SDK's configuration file: TLS, API key. Default: TEMPORAL_PROFILE.").optional(),
  config_file: text(
    "The SDK's configuration file (TOML). Default: TEMPORAL_CONFIG_FILE. A relative path starts at this file.",
  ).optional(),
  task_queue: text('Task queue of workflows and activities. Default: pumphouse.').optional(),
  data_task_queue: text('Task queue of the data movers. Default: pumphouse-data.').optional(),
});

export const copySchema = z.strictObject({
  max_mib_per_second: integer(
    'How fast image bytes may be copied, by all copies of a worker together. Default: no limit.',
    1,
    1_000_000,
  ).optional(),
});

export type CopyKeys = z.output<typeof copySchema>;
export type MappingsKeys = z.output<typeof mappingsSchema>;
export type PolicyKeys = z.output<typeof policySchema>;
export type GatesKeys = z.output<typeof gatesSchema>;
export type TemporalKeys = z.output<typeof temporalSchema>;
