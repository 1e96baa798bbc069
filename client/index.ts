// What a program that drives Pumphouse imports: `import { PumphouseClient, connectClient } from 'pumphouse-temporal'`.
export type { CloudInventory } from '../workflows/discover-cloud.ts';
export type { DiscoveryProgress } from '../workflows/discovery.ts';
export { connectClient, type TemporalClient } from './connection.ts';
export {
  type DiscoverOptions,
  PumphouseClient,
  type PumphouseClientOptions,
  type StartedRun,
} from './pumphouse-client.ts';
