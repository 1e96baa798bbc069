import type { Cloud } from '../cloud.ts';
import type { Caller } from '../policy.ts';

export type SharedKind = 'network' | 'security_group' | 'qos_policy' | 'address_scope' | 'subnetpool';

/** Whether an object is shared with this project: with everybody, or by name (`shared` of the answer depends on who asks). */
export function sharedWith(cloud: Cloud, objectId: string, projectId: string, action = 'access_as_shared'): boolean {
  return cloud.neutron.rbacPolicies
    .where('object', objectId)
    .some((row) => row.action === action && (row.target_tenant === '*' || row.target_tenant === projectId));
}

export function isExternal(cloud: Cloud, networkId: string): boolean {
  return cloud.neutron.rbacPolicies.where('object', networkId).some((row) => row.action === 'access_as_external');
}

/** May see: the owner, an admin, and whom it is shared with. */
export function sees(cloud: Cloud, caller: Caller, row: { readonly id: string; readonly project_id: string }): boolean {
  if (caller.isAdmin || row.project_id === caller.projectId) return true;
  return (
    sharedWith(cloud, row.id, caller.projectId) || sharedWith(cloud, row.id, caller.projectId, 'access_as_external')
  );
}

export function share(
  cloud: Cloud,
  kind: SharedKind,
  row: { readonly id: string; readonly project_id: string },
  action: 'access_as_shared' | 'access_as_external' = 'access_as_shared',
): void {
  cloud.neutron.rbacPolicies.add({
    id: cloud.random.uuid(),
    project_id: row.project_id,
    action,
    object_id: row.id,
    object_type: kind,
    target_tenant: '*',
  });
}

export function unshare(cloud: Cloud, objectId: string, action: 'access_as_shared' | 'access_as_external'): void {
  for (const row of cloud.neutron.rbacPolicies.where('object', objectId)) {
    if (row.action === action && row.target_tenant === '*') cloud.neutron.rbacPolicies.remove(row.id);
  }
}
