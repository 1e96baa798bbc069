import { isIP } from 'node:net';
import { accepted, badRequest, type Call, notFound, ok, Refusal } from '../http/call.ts';
import { type Json, number, objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { parseCidr, toAddress } from '../neutron/addresses.ts';
import { sees } from '../neutron/rbac.ts';
import { defaultGroup } from '../neutron/security-groups.ts';
import { micros } from '../times.ts';
import { refuseRemoved, requireAdmin, requireMinor } from './dialect.ts';
import type { FixedNetwork, LegacyFloatingIp, LegacyGroup } from './nova-network-state.ts';
import type { Server } from './state.ts';

const FIELDS = [
  ...['bridge', 'vpn_public_port', 'dhcp_start', 'bridge_interface', 'share_address', 'updated_at', 'id', 'cidr_v6'],
  ...[
    'deleted_at',
    'gateway',
    'rxtx_base',
    'label',
    'priority',
    'project_id',
    'vpn_private_address',
    'deleted',
    'vlan',
  ],
  ...['broadcast', 'netmask', 'injected', 'cidr', 'vpn_public_address', 'multi_host', 'enable_dhcp', 'dns2'],
  ...['created_at', 'host', 'mtu', 'gateway_v6', 'netmask_v6', 'dhcp_server', 'dns1'],
];

/**
 * The network APIs of Nova itself. On a nova-network cloud they are the only ones; on a Neutron cloud they are a
 * proxy whose networks have a name and an id and null everywhere else. All end with microversion 2.36.
 */
export function routeNovaNetwork(service: Service): void {
  service.get('/v2.1/os-networks', (call) => {
    requireMinor(call, 0, 36);
    const rows = isLegacy(call)
      ? networks(call).map((row) => legacyView(row))
      : proxied(call).map(({ id, name }) => ({ ...empty(), id, label: name }));
    return ok({ networks: rows });
  });
  service.get('/v2.1/os-networks/:id', (call) => {
    requireMinor(call, 0, 36);
    const row = networks(call).find((candidate) => candidate.id === call.params.id);
    if (row === undefined) throw notFound('Network not found');
    return ok({ network: legacyView(row) });
  });
  service.get('/v2.1/os-tenant-networks', (call) => {
    requireMinor(call, 0, 36);
    const rows = isLegacy(call)
      ? networks(call).map(({ id, cidr, label }) => ({ cidr, id, label }))
      : proxied(call).map(({ id, name }) => ({ cidr: 'None', id, label: name }));
    return ok({ networks: rows });
  });
  service.get('/v2.1/os-fixed-ips/:address', (call) => {
    refuseRemoved(call);
    requireMinor(call, 0, 36);
    requireAdmin(call, 'os-fixed-ips');
    const address = call.params.address ?? '';
    const server = call.cloud.nova.servers.find((row) => row.fixedIps.some((ip) => ip.address === address));
    const fixed = server?.fixedIps.find((ip) => ip.address === address);
    if (server === undefined || fixed === undefined) throw notFound(`Fixed IP not found for address ${address}.`);
    const cidr = call.cloud.novaNetwork.networks.get(fixed.networkId)?.cidr;
    return ok({ fixed_ip: { cidr, hostname: server.hostname, host: server.host, address } });
  });
  routeFloatingIps(service);
  routeGroups(service);
}

const isLegacy = (call: Call): boolean => call.cloud.settings.network === 'nova-network';
const empty = (): Json => Object.fromEntries(FIELDS.map((field) => [field, null]));

function networks(call: Call): FixedNetwork[] {
  if (!isLegacy(call)) return [];
  const { caller } = call;
  return call.cloud.novaNetwork.networks.filter((row) => caller.isAdmin || row.projectId === caller.projectId);
}

function proxied(call: Call) {
  return call.cloud.neutron.networks.filter((row) => sees(call.cloud, call.caller, row));
}

function legacyView(row: FixedNetwork): Json {
  const cidr = parseCidr(row.cidr);
  const last = cidr === undefined ? 0n : cidr.first + (1n << BigInt(32 - cidr.prefix)) - 1n;
  const mask = cidr === undefined ? 0n : 2n ** 32n - (1n << BigInt(32 - cidr.prefix));
  return {
    ...empty(),
    bridge: `br${row.vlan}`,
    vpn_public_port: 900 + row.vlan,
    dhcp_start: cidr === undefined ? null : toAddress(cidr.first + 3n, 4),
    bridge_interface: 'lo',
    share_address: false,
    id: row.id,
    gateway: row.gateway,
    label: row.label,
    project_id: row.projectId,
    vpn_private_address: cidr === undefined ? null : toAddress(cidr.first + 2n, 4),
    deleted: false,
    vlan: row.vlan,
    broadcast: toAddress(last, 4),
    netmask: toAddress(mask, 4),
    injected: false,
    cidr: row.cidr,
    vpn_public_address: '127.0.0.1',
    multi_host: false,
    enable_dhcp: true,
    created_at: micros(row.createdAt),
    updated_at: micros(row.createdAt),
    dhcp_server: row.gateway,
    dns1: row.dns1,
  };
}

function floatingView(row: LegacyFloatingIp): Json {
  return { id: row.number, ip: row.id, fixed_ip: row.fixedAddress, instance_id: row.serverId, pool: row.pool };
}

function routeFloatingIps(service: Service): void {
  const own = (call: Call): LegacyFloatingIp[] =>
    call.cloud.novaNetwork.floatingIps.filter((row) => row.projectId === call.caller.projectId);
  service.get('/v2.1/os-floating-ips', (call) => {
    requireMinor(call, 0, 36);
    return ok({ floating_ips: own(call).map(floatingView) });
  });
  service.post('/v2.1/os-floating-ips', (call) => {
    requireMinor(call, 0, 36);
    const free = call.cloud.novaNetwork.floatingIps.find((row) => row.projectId === null);
    if (free === undefined) throw notFound('No more floating IPs available.');
    call.cloud.novaNetwork.floatingIps.change(free, { projectId: call.caller.projectId });
    return ok({ floating_ip: floatingView(free) });
  });
  service.delete('/v2.1/os-floating-ips/:id', (call) => {
    requireMinor(call, 0, 36);
    const row = own(call).find((candidate) => String(candidate.number) === call.params.id);
    if (row === undefined) throw notFound(`Floating IP not found for ID ${call.params.id}`);
    call.cloud.novaNetwork.floatingIps.change(row, { projectId: null, serverId: null, fixedAddress: null });
    return accepted();
  });
  service.get('/v2.1/os-floating-ip-pools', (call) => {
    requireMinor(call, 0, 36);
    const names = isLegacy(call)
      ? [...new Set(call.cloud.novaNetwork.floatingIps.all().map((row) => row.pool))]
      : call.cloud.neutron.rbacPolicies
          .filter((row) => row.action === 'access_as_external')
          .flatMap((row) => call.cloud.neutron.networks.get(row.object_id)?.name ?? []);
    return ok({ floating_ip_pools: names.map((name) => ({ name })) });
  });
  service.get('/v2.1/os-floating-ips-bulk', (call) => {
    refuseRemoved(call);
    requireMinor(call, 0, 36);
    requireAdmin(call, 'os-floating-ips-bulk');
    const rows = call.cloud.novaNetwork.floatingIps.all().map((row) => ({
      instance_uuid: row.serverId,
      fixed_ip: row.fixedAddress,
      address: row.id,
      interface: 'lo',
      project_id: row.projectId,
      pool: row.pool,
    }));
    return ok({ floating_ip_info: rows });
  });
}

/** Groups: Neutron's through the proxy, or nova-network's own with numbers for ids. */
function routeGroups(service: Service): void {
  const all = (call: Call): boolean => call.query.get('all_tenants') === '1' && call.caller.isAdmin;
  service.get('/v2.1/os-security-groups', (call) => {
    requireMinor(call, 0, 36);
    const { projectId } = call.caller;
    if (!isLegacy(call)) {
      const { securityGroups } = call.cloud.neutron;
      if (projectId !== '') defaultGroup(call.cloud, projectId);
      const rows = all(call) ? securityGroups.all() : securityGroups.where('project', projectId);
      return ok({ security_groups: rows.map((row) => proxiedGroup(call, row.id)) });
    }
    const { groups } = call.cloud.novaNetwork;
    if (!groups.where('project', projectId).some((row) => row.name === 'default')) addGroup(call, 'default', 'default');
    const rows = all(call) ? groups.all() : groups.where('project', projectId);
    return ok({ security_groups: rows.map(groupView) });
  });
  service.get('/v2.1/os-security-groups/:id', (call) => {
    requireMinor(call, 0, 36);
    return ok({ security_group: groupView(legacyGroup(call)) });
  });
  service.post('/v2.1/os-security-groups', (call) => {
    requireMinor(call, 0, 36);
    requireLegacy(call);
    const given = objectOf(objectOf(call.body).security_group);
    return ok({
      security_group: groupView(addGroup(call, text(given.name) ?? '', text(given.description) ?? '')),
    });
  });
  service.delete('/v2.1/os-security-groups/:id', (call) => {
    requireMinor(call, 0, 36);
    call.cloud.novaNetwork.groups.remove(legacyGroup(call).id);
    return accepted();
  });
  service.post('/v2.1/os-security-group-rules', (call) => {
    requireMinor(call, 0, 36);
    const given = objectOf(objectOf(call.body).security_group_rule);
    const group = call.cloud.novaNetwork.groups.get(String(given.parent_group_id));
    if (group === undefined) throw notFound(`Security group ${String(given.parent_group_id)} not found.`);
    const cidr = text(given.cidr) ?? null;
    if (cidr !== null && isIP(cidr.split('/')[0] ?? '') === 0) throw badRequest(`Invalid cidr ${cidr}`);
    const rule = {
      id: call.cloud.novaNetwork.nextNumber++,
      protocol: text(given.ip_protocol) ?? null,
      fromPort: number(given.from_port) ?? null,
      toPort: number(given.to_port) ?? null,
      cidr,
      groupName: call.cloud.novaNetwork.groups.get(String(given.group_id))?.name ?? null,
    };
    call.cloud.novaNetwork.groups.change(group, { rules: [...group.rules, rule] });
    return ok({ security_group_rule: ruleView(group, rule) });
  });
}

function requireLegacy(call: Call): void {
  if (!isLegacy(call)) throw new Refusal(501, 'The requested functionality is not supported.');
}

function legacyGroup(call: Call): LegacyGroup {
  const row = call.cloud.novaNetwork.groups.get(call.params.id ?? '');
  if (row === undefined || !(call.caller.isAdmin || row.projectId === call.caller.projectId)) {
    throw notFound(`Security group ${call.params.id} not found.`);
  }
  return row;
}

function addGroup(
  { cloud, caller }: Call,
  name: string,
  description: string,
  projectId = caller.projectId,
): LegacyGroup {
  const id = String(cloud.novaNetwork.nextNumber++);
  return cloud.novaNetwork.groups.add({ id, name, description, projectId, rules: [] });
}

/** The groups that a server names; every project has a default one. */
export function groupsOfServer(call: Call, server: Pick<Server, 'projectId' | 'securityGroups'>): Json[] {
  const { groups } = call.cloud.novaNetwork;
  const own = () => groups.where('project', server.projectId);
  if (!own().some((row) => row.name === 'default')) addGroup(call, 'default', 'default', server.projectId);
  return own()
    .filter((row) => server.securityGroups.includes(row.name))
    .map(groupView);
}

function ruleView(group: LegacyGroup, rule: LegacyGroup['rules'][number]): Json {
  return {
    id: rule.id,
    parent_group_id: Number(group.id),
    ip_protocol: rule.protocol,
    from_port: rule.fromPort,
    to_port: rule.toPort,
    group: rule.groupName === null ? {} : { name: rule.groupName, tenant_id: group.projectId },
    ip_range: rule.cidr === null ? {} : { cidr: rule.cidr },
  };
}

function groupView(row: LegacyGroup): Json {
  const rules = row.rules.map((rule) => ruleView(row, rule));
  return { rules, tenant_id: row.projectId, id: Number(row.id), name: row.name, description: row.description };
}

function proxiedGroup(call: Call, id: string): Json {
  const { neutron } = call.cloud;
  const row = neutron.securityGroups.get(id);
  const rules = neutron.securityGroupRules.where('group', id).filter((rule) => rule.direction === 'ingress');
  return {
    id,
    description: row?.description,
    name: row?.name,
    tenant_id: row?.project_id,
    rules: rules.map((rule) => {
      const remote = neutron.securityGroups.get(rule.remote_group_id ?? '');
      return {
        id: rule.id,
        parent_group_id: id,
        ip_protocol: rule.protocol,
        from_port: rule.port_range_min,
        to_port: rule.port_range_max,
        group: remote === undefined ? {} : { name: remote.name, tenant_id: remote.project_id },
        ip_range: rule.remote_ip_prefix === null ? {} : { cidr: rule.remote_ip_prefix },
      };
    }),
  };
}
