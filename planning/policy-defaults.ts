import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { MovePolicy, OnConflict, OnError, ServerPolicy, ServerStrategy, TypePolicy } from './policy.ts';

/** What `pumphouse.yaml` says of a type; what it leaves out is as in {@link DEFAULTS}. */
export interface GivenPolicy {
  readonly select?: TypePolicy['select'];
  readonly onConflict?: OnConflict;
  readonly onError?: OnError;
  readonly concurrency?: number;
  readonly strategy?: ServerStrategy;
  readonly perHost?: number;
  readonly stopTimeoutMs?: number;
}

/**
 * What a careful operator would choose. Roles and domains of one name mean the same in every cloud; what holds data or
 * answers on the network is never taken for something else; all else is taken when it is equal. A server that fails
 * goes back to what it was; what fails among the rest takes only its dependents with it; bytes on a long way are worth
 * another try.
 */
export const DEFAULTS: MovePolicy = {
  domain: { select: 'all', onConflict: 'adopt', onError: 'skip', concurrency: 4 },
  project: { select: 'all', onConflict: 'adopt-if-equal', onError: 'skip', concurrency: 4 },
  role: { select: 'all', onConflict: 'adopt', onError: 'skip', concurrency: 4 },
  user: { select: 'all', onConflict: 'adopt-if-equal', onError: 'skip', concurrency: 4 },
  group: { select: 'all', onConflict: 'adopt-if-equal', onError: 'skip', concurrency: 4 },
  assignment: { select: 'all', onConflict: 'adopt-if-equal', onError: 'skip', concurrency: 8 },
  quota: { select: 'all', onConflict: 'adopt-if-equal', onError: 'skip', concurrency: 4 },
  flavor: { select: 'all', onConflict: 'adopt-if-equal', onError: 'skip', concurrency: 4 },
  keypair: { select: 'all', onConflict: 'adopt-if-equal', onError: 'skip', concurrency: 8 },
  'security-group': { select: 'all', onConflict: 'adopt-if-equal', onError: 'skip', concurrency: 4 },
  network: { select: 'all', onConflict: 'adopt-if-equal', onError: 'skip', concurrency: 4 },
  subnet: { select: 'all', onConflict: 'adopt-if-equal', onError: 'skip', concurrency: 4 },
  port: { select: 'all', onConflict: 'fail', onError: 'skip', concurrency: 8 },
  'floating-ip': { select: 'all', onConflict: 'fail', onError: 'skip', concurrency: 4 },
  router: { select: 'all', onConflict: 'adopt-if-equal', onError: 'skip', concurrency: 4 },
  image: { select: 'all', onConflict: 'adopt-if-equal', onError: 'retry', concurrency: 2 },
  volume: { select: 'all', onConflict: 'fail', onError: 'retry', concurrency: 2 },
  'server-group': { select: 'all', onConflict: 'adopt-if-equal', onError: 'skip', concurrency: 4 },
  server: {
    select: 'all',
    onConflict: 'fail',
    onError: 'compensate',
    concurrency: 4,
    strategy: 'snapshot',
    perHost: 2,
    stopTimeoutMs: 300_000,
  },
};

/** The policy of a run: what the configuration says, and the defaults for the rest. */
export function movePolicy(given: Readonly<Partial<Record<ResourceTypeName, GivenPolicy>>>): MovePolicy {
  const types = (Object.keys(DEFAULTS) as ResourceTypeName[]).filter((type) => type !== 'server');
  const others = types.map((type) => [type, typePolicy(DEFAULTS[type], given[type] ?? {})]);
  return { ...(Object.fromEntries(others) as Omit<MovePolicy, 'server'>), server: serverPolicy(given.server ?? {}) };
}

function typePolicy(standard: TypePolicy, given: GivenPolicy): TypePolicy {
  return {
    select: given.select ?? standard.select,
    onConflict: given.onConflict ?? standard.onConflict,
    onError: given.onError ?? standard.onError,
    concurrency: given.concurrency ?? standard.concurrency,
  };
}

function serverPolicy(given: GivenPolicy): ServerPolicy {
  const { strategy, perHost, stopTimeoutMs } = DEFAULTS.server;
  return {
    ...typePolicy(DEFAULTS.server, given),
    // A server that boots from a volume moves with it whatever is said here; for a disk on a host the snapshot keeps it.
    strategy: given.strategy === 'volume' ? 'snapshot' : (given.strategy ?? strategy),
    perHost: given.perHost ?? perHost,
    stopTimeoutMs: given.stopTimeoutMs ?? stopTimeoutMs,
  };
}
