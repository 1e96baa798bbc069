import { badRequest, type Call, conflict, type Refusal } from '../http/call.ts';
import { boolean, type Json, number, objectsOf, text, textOrNull, texts } from '../http/json.ts';
import { cidrText, contains, defaultPools, firstHost, overlaps, parseCidr } from './addresses.ts';
import { networkKind } from './networks.ts';
import { sharedWith } from './rbac.ts';
import { find, type Kind, standard } from './resource.ts';
import type { Range, Subnet } from './state.ts';

const invalid = (message: string): Refusal => badRequest(`Invalid input for operation: ${message}`, 'InvalidInput');

export const subnetKind: Kind<Subnet> = {
  singular: 'subnet',
  plural: 'subnets',
  path: 'subnets',
  missing: ['SubnetNotFound', (id) => `Subnet ${id} could not be found.`],
  table: (cloud) => cloud.neutron.subnets,
  quota: 'subnet',
  attributes: {
    ip_version: { type: 'number', required: true, fixed: true },
    network_id: { type: 'uuid', required: true, fixed: true },
    cidr: { type: 'text', fixed: true },
    prefixlen: { type: 'number', fixed: true },
    subnetpool_id: { type: 'text', fixed: true },
    use_default_subnetpool: { type: 'boolean', fixed: true },
    enable_dhcp: { type: 'boolean' },
    ipv6_ra_mode: { type: 'text', fixed: true },
    ipv6_address_mode: { type: 'text', fixed: true },
    gateway_ip: { type: 'text' },
    allocation_pools: { type: 'list' },
    host_routes: { type: 'list' },
    dns_nameservers: { type: 'list' },
    service_types: { type: 'list', admin: true },
    shared: { type: 'boolean', readOnly: true },
  },
  // Subnets of a network that is only external stay hidden from tenants.
  visible: ({ cloud, caller }, row) =>
    caller.isAdmin || row.project_id === caller.projectId || sharedWith(cloud, row.network_id, caller.projectId),
  view(_call, row) {
    const { project_id, tags, created_at, updated_at, revision_number, ...rest } = row;
    const { id, name, ...more } = rest;
    return { id, name, tenant_id: project_id, ...more, tags, created_at, updated_at, revision_number, project_id };
  },
  create,
  update(call, row, given) {
    const routes = given.host_routes;
    call.cloud.neutron.subnets.change(row, {
      name: text(given.name) ?? row.name,
      description: text(given.description) ?? row.description,
      enable_dhcp: boolean(given.enable_dhcp) ?? row.enable_dhcp,
      gateway_ip: given.gateway_ip === undefined ? row.gateway_ip : textOrNull(given.gateway_ip),
      dns_nameservers: given.dns_nameservers === undefined ? row.dns_nameservers : texts(given.dns_nameservers),
      host_routes: routes === undefined ? row.host_routes : routesOf(routes),
      allocation_pools: given.allocation_pools === undefined ? row.allocation_pools : poolsOf(given),
      service_types: given.service_types === undefined ? row.service_types : texts(given.service_types),
    });
  },
  remove(call, row) {
    const used = call.cloud.neutron.ports
      .where('network', row.network_id)
      .some((port) => port.fixed_ips.some((ip) => ip.subnet_id === row.id));
    if (!used) return;
    const reason = 'One or more ports have an IP allocation from this subnet.';
    throw conflict(`Unable to complete operation on subnet ${row.id}: ${reason}`, 'SubnetInUse');
  },
};

function poolsOf(given: Json): Range[] {
  return objectsOf(given.allocation_pools).map((pool) => ({
    start: text(pool.start) ?? '',
    end: text(pool.end) ?? '',
  }));
}

function routesOf(routes: unknown) {
  return objectsOf(routes).map((route) => ({
    destination: text(route.destination) ?? '',
    nexthop: text(route.nexthop) ?? '',
  }));
}

function create(call: Call, given: Json, projectId: string): Subnet {
  const { cloud } = call;
  const network = find(call, networkKind, text(given.network_id));
  const version = number(given.ip_version) === 6 ? 6 : 4;
  const pool = text(given.subnetpool_id);
  const asked = text(given.cidr) ?? (pool === undefined ? undefined : fromPool(call, pool, number(given.prefixlen)));
  if (asked === undefined) {
    throw badRequest('Bad subnets request: a subnetpool must be specified in the absence of a cidr.', 'BadRequest');
  }
  const cidr = parseCidr(asked);
  if (cidr === undefined) throw badRequest(`Invalid input for cidr. Reason: '${asked}' is not a valid IP subnet.`);
  if (cidr.version !== version) throw invalid(`ip_version ${version} of subnet does not match cidr ${asked}.`);
  const dhcp = boolean(given.enable_dhcp) ?? true;
  if (dhcp && cidr.prefix > cidr.bits - 2) {
    throw invalid('Subnet has a prefix length that is incompatible with DHCP service enabled.');
  }
  if (!dhcp && (textOrNull(given.ipv6_ra_mode) ?? textOrNull(given.ipv6_address_mode)) !== null) {
    throw invalid('ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False.');
  }
  for (const other of cloud.neutron.subnets.where('network', network.id)) {
    const otherCidr = parseCidr(other.cidr);
    if (otherCidr !== undefined && overlaps(cidr, otherCidr)) {
      const words = `Requested subnet with cidr: ${cidrText(cidr)} for network: ${network.id}`;
      throw invalid(`${words} overlaps with another subnet.`);
    }
  }
  const gateway = given.gateway_ip === undefined ? firstHost(cidr) : textOrNull(given.gateway_ip);
  // As the reference driver has it: made without pools, a subnet gets those that it would have had; only an update takes them.
  const told = given.allocation_pools === undefined ? [] : poolsOf(given);
  const pools = told.length === 0 ? defaultPools(cidr, gateway) : told;
  for (const { start, end } of pools) {
    if (!contains(cidr, start) || !contains(cidr, end)) {
      const message = `The allocation pool ${start}-${end} spans beyond the subnet cidr ${asked}.`;
      throw badRequest(message, 'OutOfBoundsAllocationPool');
    }
  }
  return cloud.neutron.subnets.add({
    ...standard(cloud, given, projectId),
    revision_number: 0,
    network_id: network.id,
    ip_version: version,
    subnetpool_id: pool ?? null,
    enable_dhcp: dhcp,
    ipv6_ra_mode: textOrNull(given.ipv6_ra_mode),
    ipv6_address_mode: textOrNull(given.ipv6_address_mode),
    gateway_ip: gateway,
    cidr: cidrText(cidr),
    allocation_pools: pools,
    host_routes: routesOf(given.host_routes),
    dns_nameservers: texts(given.dns_nameservers),
    service_types: texts(given.service_types),
  });
}

/** The next free prefix of a pool. */
function fromPool(call: Call, poolId: string, prefixLength: number | undefined): string {
  const { neutron } = call.cloud;
  const pool = neutron.subnetPools.get(poolId);
  if (pool === undefined) throw badRequest(`Subnet pool ${poolId} could not be found.`, 'SubnetPoolNotFound');
  const taken = neutron.subnets
    .all()
    .flatMap((row) => (row.subnetpool_id === poolId ? (parseCidr(row.cidr) ?? []) : []));
  const length = prefixLength ?? pool.default_prefixlen;
  for (const prefix of pool.prefixes) {
    const whole = parseCidr(prefix);
    if (whole === undefined || length < whole.prefix) continue;
    const step = 1n << BigInt(whole.bits - length);
    const end = whole.first + (1n << BigInt(whole.bits - whole.prefix));
    for (let first = whole.first; first < end; first += step) {
      const candidate = { ...whole, first, prefix: length };
      if (!taken.some((other) => overlaps(candidate, other))) return cidrText(candidate);
    }
  }
  throw badRequest('Failed to allocate subnet: Insufficient prefix space.', 'SubnetAllocationError');
}
