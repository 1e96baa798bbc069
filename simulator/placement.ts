import type { Cloud } from './cloud.ts';
import { type Call, notFound, ok, Refusal } from './http/call.ts';
import type { Json } from './http/json.ts';
import { type Dialect, middlewareUnauthorized, Service, titleOf } from './http/service.ts';
import { type VersionRange, wantedMinor } from './microversions.ts';
import { allocationsOn, type Provider } from './placement-state.ts';

const range = (cloud: Cloud): VersionRange => {
  return { service: 'placement', major: 1, min: 0, max: cloud.settings.release === 'pike' ? 10 : 39 };
};

const WORDS: Readonly<Record<number, string>> = {
  400: 'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  403: 'Access was denied to this resource.',
  404: 'The resource could not be found.',
  406: 'The resource could not be generated that was acceptable to your browser (content of type application/json. ',
};

const placementDialect: Dialect = {
  service: 'placement',
  prefix: '/placement',
  negotiate(call) {
    try {
      return wantedMinor(call.headers, range(call.cloud));
    } catch {
      const given = String(call.headers['openstack-api-version'] ?? '').replace(/^placement\s+/, '');
      const { max } = range(call.cloud);
      const bounds = { max_version: `1.${max}`, min_version: '1.0' };
      throw new Refusal(406, `Invalid microversion: Unacceptable version header: ${given}`, '', bounds);
    }
  },
  headers: (call) => ({
    'openstack-api-version': `placement 1.${call.minor}`,
    vary: 'openstack-api-version',
    'x-openstack-request-id': call.requestId,
  }),
  refuse(refusal, call) {
    if (refusal.status === 401) return middlewareUnauthorized(call);
    const detail = `${WORDS[refusal.status] ?? titleOf(refusal.status)}\n\n ${refusal.message}  `;
    const error = { status: refusal.status, title: titleOf(refusal.status), detail, request_id: call.requestId };
    return { status: refusal.status, body: { errors: [{ ...error, ...refusal.extra }] } };
  },
  unknown: (call) => placementDialect.refuse(notFound(''), call),
};

/** Placement, as far as somebody looks who wants to know what fits where. */
export function placement(_cloud: Cloud): Service {
  const service = new Service(placementDialect);
  service.get(
    '/',
    (call) => {
      const max_version = `1.${range(call.cloud).max}`;
      const version = { id: 'v1.0', max_version, min_version: '1.0', status: 'CURRENT' };
      return ok({ versions: [{ ...version, links: [{ rel: 'self', href: '' }] }] });
    },
    'anonymous',
  );
  const path = '/resource_providers';
  service.get(path, (call) => {
    require(call, 'resource_providers:list');
    const name = call.query.get('name');
    const { providers } = call.cloud.placement;
    const rows = name === null ? providers.all() : providers.where('name', name);
    return ok({ resource_providers: rows.map((row) => providerView(call, row)) });
  });
  service.get(`${path}/:id`, (call) => ok(providerView(call, find(call))));
  service.delete(`${path}/:id`, (call) => {
    const row = find(call);
    if (allocationsOn(call.cloud, row).size > 0) {
      throw new Refusal(409, `Unable to delete resource provider ${row.id}: Resource provider has allocations.`);
    }
    call.cloud.placement.providers.remove(row.id);
    return { status: 204 };
  });
  const generation = (call: Call, row: Provider) => ({
    resource_provider_generation: 1 + call.cloud.nova.servers.where('host', row.host).length,
  });
  service.get(`${path}/:id/inventories`, (call) => {
    const row = find(call);
    const inventory = (total: number, reserved: number, ratio: number) => {
      return { total, reserved, min_unit: 1, max_unit: total, step_size: 1, allocation_ratio: ratio };
    };
    const inventories = {
      VCPU: inventory(row.vcpus, 0, 16),
      MEMORY_MB: inventory(row.memoryMb, 512, 1.5),
      DISK_GB: inventory(row.localGb, 0, 1),
    };
    return ok({ ...generation(call, row), inventories });
  });
  service.get(`${path}/:id/usages`, (call) => {
    const row = find(call);
    return ok({ ...generation(call, row), usages: sumOf([...allocationsOn(call.cloud, row).values()]) });
  });
  service.get(`${path}/:id/allocations`, (call) => {
    const row = find(call);
    const entries = [...allocationsOn(call.cloud, row)].map(([consumer, size]) => [
      consumer,
      { resources: sumOf([size]), ...(call.minor >= 28 ? { consumer_generation: 1 } : {}) },
    ]);
    return ok({ allocations: Object.fromEntries(entries), ...generation(call, row) });
  });
  for (const kind of ['traits', 'aggregates']) {
    service.get(`${path}/:id/${kind}`, (call) => ok({ [kind]: [], ...generation(call, find(call)) }));
  }
  service.get('/usages', (call) => {
    require(call, 'usages');
    const servers = call.cloud.nova.servers
      .where('project', call.query.get('project_id') ?? '')
      .map((row) => row.flavor);
    if (call.minor < 38) return ok({ usages: sumOf(servers) });
    return ok({ usages: { unknown: { ...sumOf(servers), consumer_count: servers.length } } });
  });
  return service;
}

function require(call: Call, rule: string): void {
  if (!call.caller.isAdmin) throw new Refusal(403, `Policy does not allow placement:${rule} to be performed.`);
}

function find(call: Call): Provider {
  require(call, 'resource_providers:show');
  const id = call.params.id ?? '';
  const row = call.cloud.placement.providers.get(id);
  if (row === undefined) throw notFound(`No resource provider with uuid ${id} found`);
  return row;
}

interface Size {
  readonly vcpus: number;
  readonly ram: number;
  readonly disk: number;
  readonly ephemeral: number;
}

function sumOf(sizes: readonly Size[]) {
  const sum = (pick: (size: Size) => number): number => sizes.reduce((total, size) => total + pick(size), 0);
  return { VCPU: sum((f) => f.vcpus), MEMORY_MB: sum((f) => f.ram), DISK_GB: sum((f) => f.disk + f.ephemeral) };
}

function providerView(call: Call, row: Provider): Json {
  const kinds = ['inventories', 'usages'];
  if (call.minor >= 1) kinds.push('aggregates');
  if (call.minor >= 6) kinds.push('traits');
  if (call.minor >= 11) kinds.push('allocations');
  const self = `/resource_providers/${row.id}`;
  return {
    uuid: row.id,
    name: row.name,
    generation: 1 + call.cloud.nova.servers.where('host', row.host).length,
    links: [{ rel: 'self', href: self }, ...kinds.map((kind) => ({ rel: kind, href: `${self}/${kind}` }))],
    ...(call.minor >= 14 ? { parent_provider_uuid: null, root_provider_uuid: row.id } : {}),
  };
}
