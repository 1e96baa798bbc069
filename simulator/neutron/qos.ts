import { type Call, conflict, created, noContent, notFound, ok } from '../http/call.ts';
import { boolean, isObject, number, objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { sees, share, sharedWith } from './rbac.ts';
import { find, type Kind, routeKind, standard } from './resource.ts';
import type { QosPolicy, QosRule } from './state.ts';

const qosPolicyKind: Kind<QosPolicy> = {
  singular: 'policy',
  plural: 'policies',
  path: 'qos/policies',
  missing: ['QosPolicyNotFound', (id) => `QoS policy ${id} could not be found.`],
  table: (cloud) => cloud.neutron.qosPolicies,
  attributes: {
    shared: { type: 'boolean', admin: true },
    is_default: { type: 'boolean' },
    rules: { type: 'list', readOnly: true },
  },
  visible: (call, row) => sees(call.cloud, call.caller, row),
  view: (call, row) => ({
    id: row.id,
    project_id: row.project_id,
    name: row.name,
    shared: sharedWith(call.cloud, row.id, call.caller.projectId),
    rules: call.cloud.neutron.qosRules.where('policy', row.id).map((rule) => ({ ...ruleView(rule), type: rule.type })),
    is_default: row.is_default,
    description: row.description,
    revision_number: row.revision_number,
    created_at: row.created_at,
    updated_at: row.updated_at,
    tags: row.tags,
    tenant_id: row.project_id,
  }),
  create({ cloud }, given, projectId) {
    const isDefault = boolean(given.is_default) ?? false;
    const row = cloud.neutron.qosPolicies.add({ ...standard(cloud, given, projectId), is_default: isDefault });
    if (boolean(given.shared) === true) share(cloud, 'qos_policy', row);
    return row;
  },
  update({ cloud }, row, given) {
    const description = text(given.description) ?? row.description;
    cloud.neutron.qosPolicies.change(row, { name: text(given.name) ?? row.name, description });
  },
  remove({ cloud }, row) {
    const { networks, ports, qosRules } = cloud.neutron;
    const user = networks.find((n) => n.qos_policy_id === row.id) ?? ports.find((p) => p.qos_policy_id === row.id);
    if (user !== undefined) {
      const kind = networks.has(user.id) ? 'network' : 'port';
      throw conflict(`QoS Policy ${row.id} is used by ${kind} ${user.id}.`, 'QosPolicyInUse');
    }
    for (const rule of qosRules.where('policy', row.id)) qosRules.remove(rule.id);
  },
};

const RULES = {
  bandwidth_limit: ['max_kbps', 'max_burst_kbps', 'direction'],
  dscp_marking: ['dscp_mark'],
  minimum_bandwidth: ['min_kbps', 'direction'],
  packet_rate_limit: ['max_kpps', 'max_burst_kpps', 'direction'],
} as const;

const ruleView = (rule: QosRule): Record<string, unknown> => ({
  ...rule.fields,
  id: rule.id,
  qos_policy_id: rule.policyId,
});

export function routeQos(service: Service): void {
  routeKind(service, qosPolicyKind);
  service.get('/v2.0/qos/rule-types', () => ok({ rule_types: Object.keys(RULES).map((type) => ({ type })) }));
  for (const type of ['bandwidth_limit', 'dscp_marking', 'minimum_bandwidth', 'packet_rate_limit'] as const) {
    const path = `/v2.0/qos/policies/:id/${type}_rules`;
    const key = `${type}_rule`;
    const rules = (call: Call) =>
      call.cloud.neutron.qosRules.where('policy', find(call, qosPolicyKind).id).filter((rule) => rule.type === type);
    const one = (call: Call): QosRule => {
      const rule = rules(call).find((candidate) => candidate.id === call.params.rule);
      if (rule !== undefined) return rule;
      const message = `QoS rule ${call.params.rule} for policy ${call.params.id} could not be found.`;
      throw notFound(message, 'QosRuleNotFound');
    };
    service.get(path, (call) => ok({ [`${key}s`]: rules(call).map(ruleView) }));
    service.get(`${path}/:rule`, (call) => ok({ [key]: ruleView(one(call)) }));
    service.post(path, (call) => {
      const policy = find(call, qosPolicyKind);
      const given = objectOf(isObject(call.body) ? call.body[key] : {});
      const fields = Object.fromEntries(RULES[type].map((name) => [name, fieldOf(given[name], name)]));
      const row: QosRule = { id: call.cloud.random.uuid(), policyId: policy.id, type, fields };
      return created({ [key]: ruleView(call.cloud.neutron.qosRules.add(row)) });
    });
    service.put(`${path}/:rule`, (call) => {
      const rule = one(call);
      Object.assign(rule.fields, objectOf(isObject(call.body) ? call.body[key] : {}));
      return ok({ [key]: ruleView(rule) });
    });
    service.delete(`${path}/:rule`, (call) => {
      call.cloud.neutron.qosRules.remove(one(call).id);
      return noContent();
    });
  }
}

function fieldOf(value: unknown, name: string): unknown {
  if (name === 'direction') return text(value) ?? 'egress';
  return number(value) ?? (name.startsWith('max_burst') ? 0 : null);
}
