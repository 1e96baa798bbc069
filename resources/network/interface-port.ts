/** Owners of a router's ports towards tenant networks; HA and DVR have names of their own for the same. */
export const INTERFACE_OWNERS: ReadonlySet<string> = new Set([
  'network:router_interface',
  'network:ha_router_replicated_interface',
  'network:router_interface_distributed',
]);

export function isInterface(port: { readonly device_owner: string }): boolean {
  return INTERFACE_OWNERS.has(port.device_owner);
}
