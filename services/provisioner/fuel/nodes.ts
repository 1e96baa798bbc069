import type { ProvisionedNode } from '../provisioner.ts';
import type { FuelNode } from './shapes.ts';

/** Lower case, with `:`: agents send either. */
export function normalMac(mac: string): string {
  return mac.toLowerCase().replaceAll('-', ':');
}

export function macsOf({ mac, meta }: FuelNode): readonly string[] {
  const all = [mac, ...(meta?.interfaces ?? []).map((each) => each.mac)];
  return [
    ...new Set(all.filter((each) => typeof each === 'string' && each !== '').map((each) => normalMac(String(each)))),
  ];
}

export function asNode(node: FuelNode): ProvisionedNode {
  return {
    id: String(node.id),
    name: node.name,
    ...(node.fqdn ? { fqdn: node.fqdn } : {}),
    status: node.status,
    isOnline: node.online,
    ...(node.cluster === null ? {} : { environmentId: String(node.cluster) }),
    roles: node.roles,
    pendingRoles: node.pending_roles,
    isPendingAddition: node.pending_addition,
    isPendingDeletion: node.pending_deletion,
    macs: macsOf(node),
    progress: node.progress ?? 0,
    ...(node.error_type ? { errorType: node.error_type } : {}),
  };
}

/** Changes of the environment that wait for the next deployment of everything. */
export function isPending(node: FuelNode): boolean {
  return node.pending_addition || node.pending_deletion || node.pending_roles.length > 0;
}

export function hasRoles(node: FuelNode, roles: readonly string[]): boolean {
  const own = new Set([...node.roles, ...node.pending_roles]);
  return own.size === new Set(roles).size && roles.every((role) => own.has(role));
}
