import type { Cloud } from '../cloud.ts';
import { badRequest, type Call, notFound, ok } from '../http/call.ts';
import { objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { micros } from '../times.ts';
import { requireAdmin } from './dialect.ts';
import type { VolumeService } from './state.ts';

export function startVolumeServices(cloud: Cloud): void {
  const host = `${cloud.name}-cinder`;
  const add = (binary: VolumeService['binary'], name: string): void => {
    const state = { disabled: false, disabledReason: null, up: true };
    cloud.cinder.services.add({ id: `${binary} ${name}`, binary, host: name, ...state });
  };
  add('cinder-scheduler', host);
  add('cinder-volume', `${host}@lab`);
}

/** The processes of Cinder: Block Storage API, "Services (os-services)". There is no call that removes one. */
export function routeVolumeServices(service: Service): void {
  service.get('/v3/os-services', (call) => {
    requireAdmin(call, 'volume_extension:services:index');
    const host = call.query.get('host');
    const binary = call.query.get('binary');
    const rows = call.cloud.cinder.services.filter(
      // A host is asked for with or without its backend.
      (row) =>
        (host === null || row.host === host || row.host.startsWith(`${host}@`)) &&
        (binary ?? row.binary) === row.binary,
    );
    return ok({ services: rows.map((row) => view(call, row)) });
  });
  service.put('/v3/os-services/:action', (call) => {
    requireAdmin(call, 'volume_extension:services:update');
    const given = objectOf(call.body);
    const { services } = call.cloud.cinder;
    const row = services.find(({ host, binary }) => host === given.host && binary === (given.binary ?? given.service));
    const action = call.params.action ?? '';
    if (!['enable', 'disable', 'disable-log-reason'].includes(action)) throw badRequest('Unknown action');
    if (row === undefined) throw notFound(`Service ${given.binary} could not be found on host ${given.host}.`);
    const disabled = action !== 'enable';
    const disabledReason = action === 'disable-log-reason' ? (text(given.disabled_reason) ?? null) : row.disabledReason;
    services.change(row, { disabled, disabledReason });
    const status = disabled ? 'disabled' : 'enabled';
    return ok({ host: row.host, service: given.service ?? '', binary: row.binary, disabled, status });
  });
}

function view(call: Call, row: VolumeService) {
  const ofVolumes = {
    replication_status: 'disabled',
    active_backend_id: null,
    frozen: false,
    ...(call.minor >= 49 ? { backend_state: 'up' } : {}),
  };
  return {
    binary: row.binary,
    host: row.host,
    zone: 'nova',
    status: row.disabled ? 'disabled' : 'enabled',
    state: row.up ? 'up' : 'down',
    updated_at: micros(call.cloud.clock.now()),
    ...(call.minor >= 7 ? { cluster: null } : {}),
    disabled_reason: row.disabledReason,
    ...(row.binary === 'cinder-volume' ? ofVolumes : {}),
  };
}
