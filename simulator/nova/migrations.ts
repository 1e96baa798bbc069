import { accepted, badRequest, type Call, notFound } from '../http/call.ts';
import { type Json, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { requireAdmin, requireMinor } from './dialect.ts';
import { bindPorts, fail, transition } from './lifecycle.ts';
import { hostForMove, namedHost, sizeOnHost } from './move-scheduling.ts';
import { findServer, wrongState } from './servers.ts';
import type { Migration, Server } from './state.ts';

/** Compute API: from these on a named host is the scheduler's to judge. */
const LIVE_BY_SCHEDULER = 30;
const EVACUATE_BY_SCHEDULER = 29;

function record(call: Call, row: Server, type: Migration['type'], target: string): Migration {
  const { cloud } = call;
  const now = cloud.clock.now();
  return cloud.nova.migrations.add({
    id: String(cloud.nova.nextMigration++),
    uuid: cloud.random.uuid(),
    serverId: row.id,
    type,
    status: 'running',
    source: row.host ?? '',
    target,
    createdAt: now,
    updatedAt: now,
  });
}

function end(call: Call, migration: Migration, status: string): void {
  call.cloud.nova.migrations.change(migration, { status, updatedAt: call.cloud.clock.now() });
}

/** 2.25 takes `auto` and no longer disk_over_commit; before, both are booleans and both are needed. */
function checkDisks(call: Call, given: Json): void {
  const isBoolean = (value: unknown) => typeof value === 'boolean' || /^(true|false)$/i.test(String(value));
  const { block_migration: block, disk_over_commit: over } = given;
  if (call.minor >= 25) {
    if (over !== undefined)
      throw badRequest(
        'Invalid input for field/attribute os-migrateLive. Additional properties are not allowed (disk_over_commit was unexpected)',
      );
    if (block !== 'auto' && !isBoolean(block)) throw badRequest('Invalid input for field/attribute block_migration.');
    return;
  }
  if (!isBoolean(block)) throw badRequest('Invalid input for field/attribute block_migration.');
  if (!isBoolean(over)) throw badRequest('Invalid input for field/attribute disk_over_commit.');
}

export function liveMigrate(call: Call, row: Server, given: Json): undefined {
  const { cloud } = call;
  requireAdmin(call, 'os-migrate-server:migrate_live');
  checkDisks(call, given);
  if (row.taskState !== null || (row.vmState !== 'active' && row.vmState !== 'paused')) {
    throw wrongState(row, 'os-migrateLive');
  }
  const wanted = namedHost(call, given, LIVE_BY_SCHEDULER);
  if (wanted.host === row.host)
    throw badRequest(`Unable to migrate instance (${row.id}) to current host (${row.host}).`);
  const target = hostForMove(cloud, row, { size: sizeOnHost(row, row.flavor), ...wanted });
  if (target === undefined) {
    if (call.minor < 34) throw badRequest('No valid host was found. There are not enough hosts available.');
    // From 2.34 on the scheduler is asked after the answer: the server comes back to ACTIVE where it was.
    const failed = record(call, row, 'live-migration', '');
    transition(cloud, row, 'migrating', cloud.settings.durations.migrateMs, () => {
      end(call, failed, 'error');
      return {};
    });
    return undefined;
  }
  const migration = record(call, row, 'live-migration', target);
  if (cloud.nova.neverConverging.has(row.id)) {
    cloud.nova.servers.change(row, { taskState: 'migrating', updatedAt: cloud.clock.now() });
    return undefined;
  }
  arriveLive(call, row, migration);
  return undefined;
}

/** The server says that it is elsewhere before its record says that it has arrived. */
function arriveLive(call: Call, row: Server, migration: Migration): void {
  const { cloud } = call;
  transition(cloud, row, 'migrating', cloud.settings.durations.migrateMs, () => {
    if (migration.status !== 'running') return {};
    end(call, migration, 'completed');
    const SHUTDOWN = 4;
    const died = cloud.nova.dyingOnArrival.has(row.id) ? { powerState: SHUTDOWN } : {};
    cloud.nova.servers.change(row, { host: migration.target, ...died });
    bindPorts(cloud, row);
    return {};
  });
}

function runningLive(call: Call): { readonly row: Server; readonly migration: Migration } {
  const row = findServer(call);
  const { migrationId = '' } = call.params;
  const migration = call.cloud.nova.migrations.find(({ id, serverId }) => id === migrationId && serverId === row.id);
  if (migration === undefined) throw notFound(`Migration ${migrationId} could not be found.`);
  if (migration.type !== 'live-migration' || migration.status !== 'running' || row.taskState !== 'migrating')
    throw badRequest(
      `Migration ${migrationId} state of instance ${row.id} is ${migration.status}. Cannot force_complete while the migration is in this state.`,
    );
  return { row, migration };
}

/** Compute API, "Server migrations (servers, os-migrations)": force_complete came with 2.22, deletion with 2.24. */
export function routeServerMigrations(service: Service): void {
  service.post('/v2.1/servers/:id/migrations/:migrationId/action', (call) => {
    requireMinor(call, 22);
    requireAdmin(call, 'servers:migrations:force_complete');
    const { row, migration } = runningLive(call);
    arriveLive(call, row, migration);
    return accepted();
  });
  service.delete('/v2.1/servers/:id/migrations/:migrationId', (call) => {
    requireMinor(call, 24);
    requireAdmin(call, 'servers:migrations:delete');
    const { row, migration } = runningLive(call);
    transition(call.cloud, row, 'migrating', call.cloud.settings.durations.powerMs, () => {
      end(call, migration, 'cancelled');
      return {};
    });
    return accepted();
  });
}

export function migrate(call: Call, row: Server, given: Json): undefined {
  requireAdmin(call, 'os-migrate-server:migrate');
  const { host } = call.minor >= 56 ? namedHost(call, { host: given.host }, 0) : {};
  if (host !== undefined && host === row.host) throw badRequest('Cannot migrate to the host where the server exists.');
  return toVerify(call, row, 'migration', row.flavor, host);
}

export function resize(call: Call, row: Server, given: Json): undefined {
  const flavor = call.cloud.nova.flavors.get(text(given.flavorRef) ?? '');
  if (flavor === undefined) throw badRequest(`Flavor ${String(given.flavorRef)} could not be found.`);
  if (flavor.id === row.flavor.id) throw badRequest('When resizing, instances must change flavor!');
  return toVerify(call, row, 'resize', { ...flavor }, undefined);
}

/** Cold migration and resize end in VERIFY_RESIZE and wait there for an answer. */
function toVerify(
  call: Call,
  row: Server,
  type: 'migration' | 'resize',
  flavor: Server['flavor'],
  wanted?: string,
): undefined {
  const { cloud } = call;
  if (row.taskState !== null || (row.vmState !== 'active' && row.vmState !== 'stopped')) {
    throw wrongState(row, type === 'resize' ? 'resize' : 'migrate');
  }
  const target = hostForMove(cloud, row, { size: sizeOnHost(row, flavor), host: wanted });
  if (target === undefined) {
    const failed = record(call, row, type, '');
    transition(cloud, row, 'resize_prep', cloud.settings.durations.migrateMs, () => {
      end(call, failed, 'error');
      return { fault: { code: 400, message: 'No valid host was found. ', created: cloud.clock.now() } };
    });
    return undefined;
  }
  const migration = record(call, row, type, target);
  const old = row.flavor;
  const wasOff = row.vmState === 'stopped';
  transition(cloud, row, 'resize_migrating', cloud.settings.durations.migrateMs, () => {
    end(call, migration, 'finished');
    cloud.nova.servers.change(row, { host: target, oldFlavor: old, flavor });
    bindPorts(cloud, row);
    return { vmState: 'resized', wasOff };
  });
  return undefined;
}

export function settleResize(call: Call, row: Server, how: 'confirm' | 'revert'): { status: 204 } | undefined {
  const { cloud } = call;
  if (row.vmState !== 'resized' || row.taskState !== null) throw wrongState(row, `${how}Resize`);
  const migration = cloud.nova.migrations.filter((m) => m.serverId === row.id && m.status === 'finished').at(-1);
  if (migration !== undefined) end(call, migration, how === 'confirm' ? 'confirmed' : 'reverted');
  if (how === 'confirm') {
    // By what runs, and not by what ran: one that was off is off.
    const vmState = row.wasOff === true ? 'stopped' : 'active';
    cloud.nova.servers.change(row, { vmState, wasOff: false, oldFlavor: null, updatedAt: cloud.clock.now() });
    return { status: 204 };
  }
  const flavor = row.oldFlavor ?? row.flavor;
  transition(cloud, row, 'resize_reverting', cloud.settings.durations.powerMs, () => {
    cloud.nova.servers.change(row, { host: migration?.source ?? row.host, flavor, oldFlavor: null });
    bindPorts(cloud, row);
    return { vmState: row.wasOff === true ? 'stopped' : 'active', wasOff: false };
  });
  return undefined;
}

/** Only away from a host that is down. */
export function evacuate(call: Call, row: Server, given: Json): undefined {
  const { cloud } = call;
  requireAdmin(call, 'os-evacuate');
  const service = cloud.nova.services.where('host', row.host ?? '').find((s) => s.binary === 'nova-compute');
  if (service?.up === true && !service.forcedDown) {
    throw badRequest(`Compute service of ${row.host} is still in use.`);
  }
  const wanted = namedHost(call, given, EVACUATE_BY_SCHEDULER);
  if (wanted.host !== undefined && wanted.host === row.host) throw badRequest("The target host can't be the same one.");
  const target = hostForMove(cloud, row, { size: sizeOnHost(row, row.flavor), ...wanted });
  if (target === undefined) {
    end(call, record(call, row, 'evacuation', ''), 'error');
    fail(cloud, row, 'No valid host was found. There are not enough hosts available.');
    return undefined;
  }
  const migration = record(call, row, 'evacuation', target);
  const settled = row.vmState === 'stopped' ? 'stopped' : 'active';
  transition(cloud, row, 'rebuilding', cloud.settings.durations.migrateMs, () => {
    end(call, migration, 'done');
    cloud.nova.servers.change(row, { host: target });
    bindPorts(cloud, row);
    return { vmState: settled };
  });
  return undefined;
}
