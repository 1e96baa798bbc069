// Every workflow that a worker runs is exported here: the bundle is made of this module.
export { finalizeMigration, rollbackMigration } from './afterwards.ts';
export { claims } from './claims.ts';
export { discoverCloud } from './discover-cloud.ts';
export { bringInstanceBack, deleteSourceInstance } from './end-instance.ts';
export { evacuateHost } from './evacuate-host.ts';
export { evacuateInstance } from './evacuate-instance.ts';
export { makeResource } from './make-once.ts';
export { migrateResources, migrateTenant } from './migrate.ts';
export { migrateInstance } from './migrate-instance.ts';
export { decommissionController, transferHost } from './transfer-host.ts';
export { transferHosts } from './transfer-hosts.ts';
