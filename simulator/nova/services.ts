import { badRequest, type Call, conflict, notFound, ok } from '../http/call.ts';
import { boolean, type Json, objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { allocationsOn, ENDED } from '../placement-state.ts';
import { micros } from '../times.ts';
import { forgetRunning } from './compute-host.ts';
import { requireAdmin, requireMinor } from './dialect.ts';
import type { ComputeService } from './state.ts';

const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
const LONGEST_REASON = 255;

/** The processes of Nova: Compute API, "Compute services (os-services)". */
export function routeServices(service: Service): void {
  service.get('/v2.1/os-services', (call) => {
    requireAdmin(call, 'os-services:list');
    const host = call.query.get('host');
    const binary = call.query.get('binary');
    const rows = call.cloud.nova.services
      .sorted(byNumber)
      .filter((row) => (host === null || row.host === host) && (binary === null || row.binary === binary));
    return ok({ services: rows.map((row) => serviceView(call, row)) });
  });
  service.put('/v2.1/os-services/:id', (call) => {
    requireAdmin(call, 'os-services:update');
    const id = call.params.id ?? '';
    const given = objectOf(call.body);
    const reason = text(given.disabled_reason);
    if (reason !== undefined && (reason === '' || reason.length > LONGEST_REASON))
      throw badRequest(`Invalid input for field/attribute disabled_reason. Value: ${reason}. '${reason}' is too long`);
    // Until 2.52 the action is in the path, and the service is named by host and binary.
    return call.minor < 53 ? legacyUpdate(call, id, given) : update(call, id, given);
  });
  service.delete('/v2.1/os-services/:id', (call) => {
    requireAdmin(call, 'os-services:delete');
    const row = find(call, call.params.id ?? '');
    if (row.binary === 'nova-compute') forgetCompute(call, row.host);
    call.cloud.nova.services.remove(row.id);
    return { status: 204 };
  });
}

export const byNumber = (a: { readonly number: number }, b: { readonly number: number }): number => a.number - b.number;

export const isUp = (service: ComputeService | undefined): boolean => service?.up === true && !service.forcedDown;

function find(call: Call, id: string): ComputeService {
  if (call.minor >= 53 && !UUID.test(id)) throw badRequest(`Invalid uuid ${id}`);
  if (call.minor < 53 && !/^\d+$/.test(id)) throw badRequest('id must be an integer');
  const row = call.cloud.nova.services.find((s) => (call.minor >= 53 ? s.id === id : String(s.number) === id));
  if (row === undefined) throw notFound(`Service ${id} not found.`);
  return row;
}

function update(call: Call, id: string, given: Json) {
  const row = find(call, id);
  requireCompute(row.binary);
  if (given.status === 'enabled' && given.disabled_reason !== undefined)
    throw badRequest("Specifying 'disabled_reason' with status 'enabled' is invalid.");
  const { disabled, disabledReason, forcedDown } = row;
  const wanted = {
    ...(given.status === undefined
      ? { disabled, disabledReason }
      : { disabled: given.status === 'disabled', disabledReason: text(given.disabled_reason) ?? null }),
    forcedDown: boolean(given.forced_down) ?? forcedDown,
  };
  if (boolean(given.forced_down) === false) requireNoEvacuations(call, row.host);
  // What is so already is no update, and asking for it an error.
  if (wanted.disabled === disabled && wanted.disabledReason === disabledReason && wanted.forcedDown === forcedDown)
    throw badRequest("No updates were requested. Fields 'status' or 'forced_down' should be specified.");
  call.cloud.nova.services.change(row, wanted);
  return ok({ service: serviceView(call, row) });
}

function legacyUpdate(call: Call, action: string, given: Json) {
  const { services } = call.cloud.nova;
  const { host, binary } = given;
  const reason = text(given.disabled_reason);
  const change = (wanted: Partial<ComputeService>, shown: Json) => {
    requireCompute(text(binary) ?? '');
    const row = services.where('host', text(host) ?? '').find((s) => s.binary === binary);
    if (row === undefined) throw notFound(`Host '${host}' is not mapped to any cell`);
    services.change(row, wanted);
    return ok({ service: { host, binary, ...shown } });
  };
  switch (action) {
    case 'enable':
      return change({ disabled: false, disabledReason: null }, { status: 'enabled' });
    case 'disable':
      return change({ disabled: true, disabledReason: null }, { status: 'disabled' });
    case 'disable-log-reason':
      if (reason === undefined) throw badRequest('Missing disabled reason field');
      return change({ disabled: true, disabledReason: reason }, { status: 'disabled', disabled_reason: reason });
    case 'force-down': {
      requireMinor(call, 11);
      const forcedDown = boolean(given.forced_down) ?? false;
      if (!forcedDown) requireNoEvacuations(call, text(host) ?? '');
      return change({ forcedDown }, { forced_down: forcedDown });
    }
    default:
      throw notFound(`Unknown action`);
  }
}

function requireCompute(binary: string): void {
  if (binary === 'nova-compute') return;
  throw badRequest(`Updating a ${binary} service is not supported. Only nova-compute services can be updated.`);
}

/** Not up again before it has removed what was evacuated from it (nova 25). */
function requireNoEvacuations({ cloud }: Call, host: string): void {
  const isOpen = cloud.nova.migrations.find(
    ({ type, status, source }) => type === 'evacuation' && status === 'done' && source === host,
  );
  if (isOpen === undefined || cloud.settings.release === 'pike') return;
  throw badRequest(
    `Unable to force up host ${host} as \`done\` evacuation migration records remain associated with the host. ` +
      'Ensure the compute service has been restarted, allowing these records to move to `completed` before retrying this request.',
  );
}

/**
 * What goes with a compute service: its aggregates, its hypervisors, and from Rocky on their providers, with what evacuated servers had of
 * them. A provider of which somebody still has something stays, without a word. Pike is 16.0 here, before Launchpad 1756179 and 1763183
 * were mended: it deletes a service that has servers, and leaves the provider in any case.
 */
function forgetCompute({ cloud }: Call, host: string): void {
  const { nova, placement } = cloud;
  const isOld = cloud.settings.release === 'pike';
  const hypervisors = nova.hypervisors.where('host', host);
  if (!isOld) {
    if (nova.servers.where('host', host).length > 0)
      throw conflict(
        'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.',
      );
    const open = nova.migrations.find(
      ({ source, target, status }) => (source === host || target === host) && !ENDED.includes(status),
    );
    if (open !== undefined && hypervisors.length > 0)
      throw conflict(
        'Unable to delete compute service that has in-progress migrations. Complete the migrations or delete the instances first.',
      );
  }
  for (const row of nova.aggregates.filter(({ hosts }) => hosts.includes(host)))
    nova.aggregates.change(row, { hosts: row.hosts.filter((other) => other !== host) });
  for (const { id } of hypervisors) {
    nova.hypervisors.remove(id);
    const provider = placement.providers.get(id);
    if (provider === undefined) continue;
    forgetRunning(cloud, provider);
    if (isOld) continue;
    const evacuated = new Set(
      nova.migrations.filter(({ type, source }) => type === 'evacuation' && source === host).map((row) => row.serverId),
    );
    if ([...allocationsOn(cloud, provider).keys()].every((consumer) => evacuated.has(consumer)))
      placement.providers.remove(id);
  }
}

function serviceView(call: Call, row: ComputeService): Json {
  return {
    binary: row.binary,
    host: row.host,
    id: call.minor >= 53 ? row.id : row.number,
    zone: row.zone,
    status: row.disabled ? 'disabled' : 'enabled',
    state: isUp(row) ? 'up' : 'down',
    updated_at: micros(call.cloud.clock.now()),
    disabled_reason: row.disabledReason,
    ...(call.minor >= 11 ? { forced_down: row.forcedDown } : {}),
  };
}
