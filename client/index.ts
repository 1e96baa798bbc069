// What a program that drives Pumphouse imports: `import { PumphouseClient, connectClient } from 'pumphouse-temporal'`.
export type { MovePolicy } from '../planning/policy.ts';
export { movePolicy } from '../planning/policy-defaults.ts';
export type { MoveSelection } from '../planning/selection.ts';
export type { CloudInventory } from '../workflows/discover-cloud.ts';
export type { DiscoveryProgress } from '../workflows/discovery.ts';
export type { GateName } from '../workflows/run-messages.ts';
export type { OpenGate, ResourceOutcome, RunProgress, RunResult } from '../workflows/run-report.ts';
export { connectClient, type TemporalClient } from './connection.ts';
export type { MigrationReport } from './merged-report.ts';
export type { AfterwardsOptions, MigrateOptions } from './migrate-options.ts';
export type { PendingActivity, Transfer } from './pending-activities.ts';
export { type DiscoverOptions, PumphouseClient, type PumphouseClientOptions } from './pumphouse-client.ts';
export { RunError, type RunProblem } from './run-error.ts';
export type { ListedKind, RunFilter, RunStatus, RunSummary } from './run-list.ts';
export type { Answer, FollowOptions, RunLook, StartedMigration } from './started-migration.ts';
export type { StartedRun } from './started-run.ts';
