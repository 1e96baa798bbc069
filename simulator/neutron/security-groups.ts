import type { Cloud } from '../cloud.ts';
import { badRequest, type Call, conflict, notFound } from '../http/call.ts';
import { boolean, type Json, number, text, textOrNull } from '../http/json.ts';
import { enforceNetworkQuota } from '../quotas.ts';
import { sees, sharedWith } from './rbac.ts';
import { find, type Kind, standard } from './resource.ts';
import type { SecurityGroup, SecurityGroupRule } from './state.ts';

export const securityGroupKind: Kind<SecurityGroup> = {
  singular: 'security_group',
  plural: 'security_groups',
  path: 'security-groups',
  missing: ['SecurityGroupNotFound', (id) => `Security group ${id} does not exist`],
  table: (cloud) => cloud.neutron.securityGroups,
  quota: 'security_group',
  attributes: { stateful: { type: 'boolean' }, shared: { type: 'boolean', readOnly: true } },
  visible: (call, row) => sees(call.cloud, call.caller, row),
  prepare({ cloud, caller, query }) {
    // A list of one project's groups is a look at that project.
    const asked = caller.isAdmin ? (query.get('project_id') ?? query.get('tenant_id')) : null;
    const projectId = asked ?? caller.projectId;
    if (projectId !== '') defaultGroup(cloud, projectId);
  },
  view(call, row) {
    const { cloud, caller } = call;
    const zed = cloud.settings.release !== 'pike';
    return {
      id: row.id,
      name: row.name,
      ...(zed ? { stateful: row.stateful } : {}),
      tenant_id: row.project_id,
      description: row.description,
      ...(zed ? { shared: sharedWith(cloud, row.id, caller.projectId) } : {}),
      security_group_rules: cloud.neutron.securityGroupRules
        .where('group', row.id)
        .map((rule) => ({ ...ruleView(cloud, rule), ...(zed ? { standard_attr_id: 1 } : {}), tags: rule.tags })),
      tags: row.tags,
      created_at: row.created_at,
      updated_at: row.updated_at,
      revision_number: row.revision_number,
      project_id: row.project_id,
    };
  },
  create(call, given, projectId) {
    const { cloud } = call;
    const name = text(given.name) ?? '';
    if (name === 'default') {
      throw conflict('Default security group already exists.', 'SecurityGroupDefaultAlreadyExists');
    }
    // The first group of a project brings the default one with it.
    defaultGroup(cloud, projectId);
    return addGroup(cloud, { ...standard(cloud, given, projectId), stateful: boolean(given.stateful) ?? true });
  },
  update(call, row, given) {
    const name = text(given.name) ?? row.name;
    if (row.name === 'default' && name !== 'default') {
      throw conflict('Updating default security group not allowed.', 'SecurityGroupCannotUpdateDefault');
    }
    const description = text(given.description) ?? row.description;
    const stateful = boolean(given.stateful) ?? row.stateful;
    call.cloud.neutron.securityGroups.change(row, { name, description, stateful });
  },
  remove(call, row) {
    const { neutron } = call.cloud;
    if (row.name === 'default' && !call.caller.isAdmin) {
      throw conflict('Insufficient rights for removing default security group.', 'SecurityGroupCannotRemoveDefault');
    }
    if (neutron.ports.find((port) => port.security_groups.includes(row.id)) !== undefined) {
      throw conflict(`Security Group ${row.id} in use.`, 'SecurityGroupInUse');
    }
    for (const rule of neutron.securityGroupRules.all()) {
      if (rule.security_group_id === row.id || rule.remote_group_id === row.id) {
        neutron.securityGroupRules.remove(rule.id);
      }
    }
  },
};

export function addGroup(cloud: Cloud, row: SecurityGroup): SecurityGroup {
  cloud.neutron.securityGroups.add(row);
  const isDefault = row.name === 'default';
  for (const ethertype of ['IPv4', 'IPv6']) {
    addRule(cloud, row, { direction: 'egress', ethertype });
    if (isDefault) addRule(cloud, row, { direction: 'ingress', ethertype, remote_group_id: row.id });
  }
  return row;
}

export function addRule(cloud: Cloud, group: SecurityGroup, given: Json): SecurityGroupRule {
  return cloud.neutron.securityGroupRules.add({
    ...standard(cloud, given, group.project_id),
    revision_number: 0,
    security_group_id: group.id,
    ethertype: text(given.ethertype) ?? 'IPv4',
    direction: text(given.direction) ?? 'ingress',
    protocol: given.protocol === undefined || given.protocol === null ? null : String(given.protocol),
    ...portsOf(given),
    remote_ip_prefix: textOrNull(given.remote_ip_prefix),
    remote_group_id: textOrNull(given.remote_group_id),
    remote_address_group_id: textOrNull(given.remote_address_group_id),
  });
}

/** All ports are kept as none. */
function portsOf(given: Json): Pick<SecurityGroupRule, 'port_range_min' | 'port_range_max'> {
  const [min, max] = [number(given.port_range_min) ?? null, number(given.port_range_max) ?? null];
  return min === 1 && max === 65_535
    ? { port_range_min: null, port_range_max: null }
    : { port_range_min: min, port_range_max: max };
}

/** Every project has one as soon as somebody looks: Neutron makes it on the project's first request. */
export function defaultGroup(cloud: Cloud, projectId: string): SecurityGroup {
  const found = cloud.neutron.securityGroups.where('project', projectId).find((row) => row.name === 'default');
  if (found !== undefined) return found;
  const body = { name: 'default', description: 'Default security group' };
  return addGroup(cloud, { ...standard(cloud, body, projectId), stateful: true });
}

function ruleView(cloud: Cloud, row: SecurityGroupRule): Json {
  const zed = cloud.settings.release !== 'pike';
  return {
    id: row.id,
    tenant_id: row.project_id,
    security_group_id: row.security_group_id,
    ethertype: row.ethertype,
    direction: row.direction,
    protocol: row.protocol,
    port_range_min: row.port_range_min,
    port_range_max: row.port_range_max,
    remote_ip_prefix: row.remote_ip_prefix,
    ...(zed ? { remote_address_group_id: row.remote_address_group_id, normalized_cidr: row.remote_ip_prefix } : {}),
    remote_group_id: row.remote_group_id,
    description: row.description === '' ? null : row.description,
    created_at: row.created_at,
    updated_at: row.updated_at,
    revision_number: row.revision_number,
    project_id: row.project_id,
  };
}

export const securityGroupRuleKind: Kind<SecurityGroupRule> = {
  singular: 'security_group_rule',
  plural: 'security_group_rules',
  path: 'security-group-rules',
  missing: ['SecurityGroupRuleNotFound', (id) => `Security group rule ${id} does not exist`],
  table: (cloud) => cloud.neutron.securityGroupRules,
  attributes: {
    security_group_id: { type: 'uuid', required: true, fixed: true },
    direction: { type: 'text', required: true, fixed: true },
    ethertype: { type: 'text', fixed: true },
    protocol: { type: 'object', fixed: true },
    port_range_min: { type: 'number', fixed: true },
    port_range_max: { type: 'number', fixed: true },
    remote_ip_prefix: { type: 'text', fixed: true },
    remote_group_id: { type: 'uuid', fixed: true },
    remote_address_group_id: { type: 'uuid', fixed: true },
  },
  visible: ({ cloud, caller }, row) => {
    const group = cloud.neutron.securityGroups.get(row.security_group_id);
    return caller.isAdmin || row.project_id === caller.projectId || group?.project_id === caller.projectId;
  },
  view: (call, row) => ruleView(call.cloud, row),
  create(call, given) {
    const { cloud } = call;
    const group = find(call, securityGroupKind, text(given.security_group_id));
    enforceNetworkQuota(cloud, group.project_id, 'security_group_rule');
    checkRule(call, given);
    const same = cloud.neutron.securityGroupRules.where('group', group.id).find((row) => {
      const wanted: Json = { ethertype: 'IPv4', ...given };
      const names = ['ethertype', 'direction', 'protocol', 'port_range_min', 'port_range_max'] as const;
      return (
        names.every((name) => String(row[name] ?? '') === String(wanted[name] ?? '')) &&
        row.remote_ip_prefix === textOrNull(given.remote_ip_prefix) &&
        row.remote_group_id === textOrNull(given.remote_group_id)
      );
    });
    if (same !== undefined) {
      throw conflict(`Security group rule already exists. Rule id is ${same.id}.`, 'SecurityGroupRuleExists');
    }
    return addRule(cloud, group, given);
  },
  remove() {},
};

function checkRule(call: Call, given: Json): void {
  const low = number(given.port_range_min);
  const high = number(given.port_range_max);
  if (low !== undefined && high !== undefined && low > high && given.protocol !== 'icmp') {
    throw badRequest(
      'For TCP/UDP protocols, port_range_min must be <= port_range_max',
      'SecurityGroupInvalidPortRange',
    );
  }
  const remote = text(given.remote_group_id);
  if (remote !== undefined && !call.cloud.neutron.securityGroups.has(remote)) {
    throw notFound(`Security group ${remote} does not exist`, 'SecurityGroupNotFound');
  }
}
