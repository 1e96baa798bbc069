import type { Cloud } from '../cloud.ts';
import { type Call, notFound, ok } from '../http/call.ts';
import { type Json, number, objectOf } from '../http/json.ts';
import { Service } from '../http/service.ts';
import { volumeQuotas, volumeUsage } from '../quotas.ts';
import { micros } from '../times.ts';
import { routeVolumeActions } from './actions.ts';
import { cinderDialect, denied, requireAdmin, volumeVersions } from './dialect.ts';
import { routeVolumeServices } from './services.ts';
import { routeSnapshots } from './snapshots.ts';
import { routeTypes } from './types.ts';
import { routeVolumes } from './volumes.ts';

/** Block Storage API v3. */
export function cinder(_cloud: Cloud): Service {
  const service = new Service(cinderDialect);
  service.get('/', (call) => ({ status: 300, body: versions(call) }), 'anonymous');
  service.get('/v3', (call) => ok(versions(call)));
  routeVolumes(service);
  routeVolumeActions(service);
  routeSnapshots(service);
  routeTypes(service);
  routeQuotas(service);
  routeBackend(service);
  return service;
}

function versions(call: Call): Json {
  const { max } = volumeVersions(call.cloud);
  return {
    versions: [
      {
        id: 'v3.0',
        status: 'CURRENT',
        version: `3.${max}`,
        min_version: '3.0',
        updated: '2022-08-31T00:00:00Z',
        links: [
          { rel: 'describedby', type: 'text/html', href: 'https://docs.openstack.org/' },
          { rel: 'self', href: `${call.base}/v3/` },
        ],
        'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.volume+json;version=3' }],
      },
    ],
  };
}

function routeQuotas(service: Service): void {
  const path = '/v3/os-quota-sets/:id';
  const id = (call: Call): string => call.params.id ?? '';
  service.get(path, (call) => {
    if (!call.caller.isAdmin && call.caller.projectId !== id(call)) throw denied('volume_extension:quotas:show');
    const limits = volumeQuotas(call.cloud, id(call));
    if (!/^true$/i.test(call.query.get('usage') ?? '')) return ok({ quota_set: { ...limits, id: id(call) } });
    const used = volumeUsage(call.cloud, id(call));
    const details = Object.entries(limits).map(([name, limit]) => [
      name,
      { limit, in_use: used[name] ?? 0, reserved: 0 },
    ]);
    return ok({ quota_set: { ...Object.fromEntries(details), id: id(call) } });
  });
  service.get(`${path}/defaults`, (call) => ok({ quota_set: { ...volumeQuotas(call.cloud, ''), id: id(call) } }));
  service.put(path, (call) => {
    requireAdmin(call, 'volume_extension:quotas:update');
    const set = { ...call.cloud.cinder.quotas.get(id(call)) };
    for (const [name, value] of Object.entries(objectOf(objectOf(call.body).quota_set))) {
      if (name !== 'tenant_id') set[name] = number(value) ?? -1;
    }
    call.cloud.cinder.quotas.set(id(call), set);
    return ok({ quota_set: volumeQuotas(call.cloud, id(call)) });
  });
  service.delete(path, (call) => {
    requireAdmin(call, 'volume_extension:quotas:delete');
    call.cloud.cinder.quotas.delete(id(call));
    return { status: 200 };
  });
  service.get('/v3/limits', (call) => {
    const { projectId } = call.caller;
    const limits = volumeQuotas(call.cloud, projectId);
    const used = volumeUsage(call.cloud, projectId);
    const absolute = {
      maxTotalVolumes: limits.volumes,
      maxTotalSnapshots: limits.snapshots,
      maxTotalVolumeGigabytes: limits.gigabytes,
      maxTotalBackups: limits.backups,
      maxTotalBackupGigabytes: limits.backup_gigabytes,
      totalVolumesUsed: used.volumes,
      totalGigabytesUsed: used.gigabytes,
      totalSnapshotsUsed: used.snapshots,
      totalBackupsUsed: 0,
      totalBackupGigabytesUsed: 0,
    };
    return ok({ limits: { rate: [], absolute } });
  });
}

function routeBackend(service: Service): void {
  const host = (call: Call): string => `${call.cloud.name}-cinder`;
  routeVolumeServices(service);
  service.get('/v3/scheduler-stats/get_pools', (call) => {
    requireAdmin(call, 'scheduler_extension:scheduler_stats:get_pools');
    const used = call.cloud.cinder.volumes.all().reduce((sum, row) => sum + row.sizeGib, 0);
    const capabilities = {
      volume_backend_name: 'lab',
      vendor_name: 'pump-sim',
      driver_version: '1.0',
      storage_protocol: 'local',
      QoS_support: false,
      multiattach: true,
      total_capacity_gb: 100_000,
      free_capacity_gb: 100_000 - used,
      reserved_percentage: 0,
      allocated_capacity_gb: used,
      filter_function: null,
      goodness_function: null,
      timestamp: micros(call.cloud.clock.now()),
    };
    const detail = /^true$/i.test(call.query.get('detail') ?? '');
    return ok({ pools: [{ name: `${host(call)}@lab#lab`, ...(detail ? { capabilities } : {}) }] });
  });
  service.get('/v3/os-availability-zone', () =>
    ok({ availabilityZoneInfo: [{ zoneName: 'nova', zoneState: { available: true } }] }),
  );
  service.get('/v3/qos-specs', (call) => {
    requireAdmin(call, 'volume_extension:qos_specs_manage:get_all');
    return ok({ qos_specs: [] });
  });
  service.get('/v3/extensions', () => ok({ extensions: [] }));
  for (const path of ['backups', 'backups/detail', 'volume-transfers', 'os-volume-transfer']) {
    const plural = path.startsWith('backups') ? 'backups' : 'transfers';
    service.get(`/v3/${path}`, () => ok({ [plural]: [] }));
  }
  // Attachments of their own came with 3.27.
  const rows = (call: Call, detail: boolean): Json[] => {
    if (call.minor < 27) throw notFound('The resource could not be found.');
    const all = call.caller.isAdmin && call.query.get('all_tenants') === '1';
    const { volumes } = call.cloud.cinder;
    return (all ? volumes.all() : volumes.where('project', call.caller.projectId)).flatMap((volume) =>
      volume.attachments.map((row) => ({
        id: row.id,
        status: 'attached',
        instance: row.serverId,
        volume_id: volume.id,
        ...(detail
          ? { attached_at: micros(row.attachedAt), detached_at: '', attach_mode: 'rw', connection_info: {} }
          : {}),
      })),
    );
  };
  service.get('/v3/attachments', (call) => ok({ attachments: rows(call, false) }));
  service.get('/v3/attachments/detail', (call) => ok({ attachments: rows(call, true) }));
}
