import { badRequest, type Call, notFound, ok } from '../http/call.ts';
import type { Json } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { nextHref, pageOf } from '../paging.ts';
import { requireAdmin, requireMinor } from './dialect.ts';
import { byNumber, isUp, routeServices } from './services.ts';
import type { ComputeService, Hypervisor } from './state.ts';

const CPU = {
  arch: 'x86_64',
  model: 'Nehalem',
  vendor: 'Intel',
  features: ['pge', 'clflush'],
  topology: { cores: 1, threads: 1, sockets: 4 },
};

/** Hypervisors and compute services: the same machines, seen from two sides. */
export function routeHosts(service: Service): void {
  service.get('/v2.1/os-hypervisors', (call) => listHypervisors(call, 'list', brief));
  service.get('/v2.1/os-hypervisors/detail', (call) => listHypervisors(call, 'list-detail', hypervisorView));
  service.get('/v2.1/os-hypervisors/statistics', (call) => {
    requireAdmin(call, 'os-hypervisors:statistics');
    requireMinor(call, 0, 88);
    const rows = call.cloud.nova.hypervisors.all().map((row) => usage(call, row));
    const sum = (name: string): number => rows.reduce((total, row) => total + (row[name] ?? 0), 0);
    const names = Object.keys(rows[0] ?? {});
    return ok({ hypervisor_statistics: { count: rows.length, ...Object.fromEntries(names.map((n) => [n, sum(n)])) } });
  });
  service.get('/v2.1/os-hypervisors/:id', (call) => {
    requireAdmin(call, 'os-hypervisors:show');
    const id = call.params.id ?? '';
    const row = call.cloud.nova.hypervisors.find((candidate) =>
      call.minor >= 53 ? candidate.id === id : String(candidate.number) === id,
    );
    if (row === undefined) throw notFound(`Hypervisor with ID '${id}' could not be found.`);
    return ok({ hypervisor: hypervisorView(call, row) });
  });
  routeServices(service);
}

function listHypervisors(call: Call, rule: string, view: (call: Call, row: Hypervisor) => Json) {
  requireAdmin(call, `os-hypervisors:${rule}`);
  const pattern = call.minor >= 53 ? call.query.get('hypervisor_hostname_pattern') : null;
  const rows = call.cloud.nova.hypervisors
    .sorted(byNumber)
    .filter((row) => pattern === null || (row.name ?? row.host).includes(pattern));
  if (pattern !== null && rows.length === 0) throw notFound(`No hypervisor matching '${pattern}' could be found.`);
  const id = (row: Hypervisor): string => (call.minor >= 53 ? row.id : String(row.number));
  // Paging came with 2.33; before, `limit` was not known.
  const page =
    call.minor >= 33
      ? pageOf(call, rows, id, { unknownMarker: (marker) => badRequest(`marker [${marker}] not found`) })
      : { rows };
  const body: Json = { hypervisors: page.rows.map((row) => view(call, row)) };
  if ('next' in page && page.next !== undefined) {
    body.hypervisors_links = [{ rel: 'next', href: nextHref(call, page.next, '/compute') }];
  }
  return ok(body);
}

function serviceOf(call: Call, row: Hypervisor): ComputeService | undefined {
  return call.cloud.nova.services.where('host', row.host).find((s) => s.binary === 'nova-compute');
}

function brief(call: Call, row: Hypervisor): Json {
  const service = serviceOf(call, row);
  const servers =
    call.query.has('with_servers') && call.minor >= 53 ? call.cloud.nova.servers.where('host', row.host) : [];
  return {
    id: call.minor >= 53 ? row.id : row.number,
    hypervisor_hostname: row.name ?? row.host,
    state: isUp(service) ? 'up' : 'down',
    status: service?.disabled === true ? 'disabled' : 'enabled',
    ...(servers.length > 0 ? { servers: servers.map(({ id, name }) => ({ uuid: id, name })) } : {}),
  };
}

/** What 2.88 took out again: numbers that Placement knows better. */
function usage(call: Call, row: Hypervisor): Record<string, number> {
  const servers = call.cloud.nova.servers.where('host', row.host);
  const ram = servers.reduce((sum, server) => sum + server.flavor.ram, 0);
  const disk = servers.reduce((sum, server) => sum + server.flavor.disk + server.flavor.ephemeral, 0);
  return {
    vcpus: row.vcpus,
    memory_mb: row.memoryMb,
    local_gb: row.localGb,
    vcpus_used: servers.reduce((sum, server) => sum + server.flavor.vcpus, 0),
    // 512 MB are the host's own.
    memory_mb_used: ram + 512,
    local_gb_used: disk,
    free_ram_mb: row.memoryMb - ram - 512,
    free_disk_gb: row.localGb - disk,
    current_workload: 0,
    running_vms: servers.length,
    disk_available_least: 0,
  };
}

function hypervisorView(call: Call, row: Hypervisor): Json {
  const { minor } = call;
  const service = serviceOf(call, row);
  return {
    ...brief(call, row),
    hypervisor_type: 'fake',
    hypervisor_version: 1000,
    host_ip: row.hostIp,
    service: {
      id: minor >= 53 ? service?.id : service?.number,
      host: row.host,
      disabled_reason: service?.disabledReason ?? null,
    },
    ...(minor < 88 ? { ...usage(call, row), cpu_info: minor >= 28 ? CPU : JSON.stringify(CPU) } : { uptime: null }),
  };
}
