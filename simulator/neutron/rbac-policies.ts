import { type Call, conflict, created, noContent, notFound, ok, Refusal } from '../http/call.ts';
import { isObject, type Json, objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { byId } from '../keystone/state.ts';
import { owns } from '../policy.ts';
import { enforceNetworkQuota } from '../quotas.ts';
import { listAnswer } from './collection.ts';
import type { RbacPolicy } from './state.ts';

const FIELDS = ['id', 'project_id', 'tenant_id', 'action', 'object_id', 'object_type', 'target_tenant'];

const view = (row: RbacPolicy): Json => ({ ...row, tenant_id: row.project_id });

/** Who may use whose networks, groups and policies; it has no name and no tags, and its lists have no paging links. */
export function routeRbacPolicies(service: Service): void {
  const path = '/v2.0/rbac-policies';
  service.get(path, (call) =>
    listAnswer(call, {
      plural: 'rbac_policies',
      rows: call.cloud.neutron.rbacPolicies.sorted(byId).filter((row) => owns(call.caller, row.project_id)),
      view,
      filters: new Set(FIELDS),
      unknownMarker: missing,
      paged: false,
    }),
  );
  service.get(`${path}/:id`, (call) => ok({ rbac_policy: view(find(call)) }));
  service.post(path, create);
  service.put(`${path}/:id`, (call) => {
    const row = find(call);
    const given = objectOf(isObject(call.body) ? call.body.rbac_policy : {});
    const target = text(given.target_tenant) ?? row.target_tenant;
    return ok({ rbac_policy: view(call.cloud.neutron.rbacPolicies.change(row, { target_tenant: target })) });
  });
  service.delete(`${path}/:id`, (call) => {
    call.cloud.neutron.rbacPolicies.remove(find(call).id);
    return noContent();
  });
}

function missing(id: string): Refusal {
  return notFound(`RBAC policy of type unknown with ID ${id} not found`, 'RbacPolicyNotFound');
}

function find(call: Call): RbacPolicy {
  const row = call.cloud.neutron.rbacPolicies.get(call.params.id ?? '');
  if (row === undefined || !owns(call.caller, row.project_id)) throw missing(call.params.id ?? '');
  return row;
}

function create(call: Call) {
  const { cloud, caller } = call;
  const given = objectOf(isObject(call.body) ? call.body.rbac_policy : {});
  const type = text(given.object_type) ?? '';
  const objectId = text(given.object_id) ?? '';
  const { networks, securityGroups, qosPolicies, addressScopes, subnetPools } = cloud.neutron;
  const owner = [networks, securityGroups, qosPolicies, addressScopes, subnetPools]
    .map((table) => table.get(objectId)?.project_id)
    .find((id) => id !== undefined);
  if (owner === undefined || !owns(caller, owner)) {
    throw notFound(`${type} ${objectId} could not be found.`, 'ObjectNotFound');
  }
  const target = text(given.target_tenant) ?? text(given.target_project) ?? '';
  if (target === '*' && !caller.isAdmin) {
    const rule = 'rule:create_rbac_policy';
    const message = `(${rule} and ${rule}:target_tenant) is disallowed by policy`;
    throw new Refusal(403, message, 'PolicyNotAuthorized');
  }
  const action = text(given.action) ?? 'access_as_shared';
  const same = cloud.neutron.rbacPolicies
    .where('object', objectId)
    .some((row) => row.action === action && row.target_tenant === target);
  if (same) throw conflict('An RBAC policy already exists with those values.', 'DuplicateRbacPolicy');
  const projectId = text(given.project_id) ?? text(given.tenant_id) ?? caller.projectId;
  enforceNetworkQuota(cloud, projectId, 'rbac_policy');
  const row = { project_id: projectId, action, object_id: objectId, object_type: type, target_tenant: target };
  return created({ rbac_policy: view(cloud.neutron.rbacPolicies.add({ id: cloud.random.uuid(), ...row })) });
}
