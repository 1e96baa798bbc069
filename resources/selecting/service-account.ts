import type { Resource } from '../resource-type.ts';

/** Users that a cloud's installation makes for itself, by the names that installers give them. */
const NAMES: ReadonlySet<string> = new Set([
  ...['admin', 'nova', 'glance', 'neutron', 'cinder', 'cinderv2', 'cinderv3', 'placement', 'keystone', 'heat'],
  ...['heat_domain_admin', 'swift', 'ceilometer', 'aodh', 'gnocchi', 'barbican', 'octavia', 'magnum', 'manila'],
  ...['designate', 'ironic', 'ironic-inspector', 'murano', 'sahara', 'trove', 'mistral', 'fuel_stats_user'],
]);

/** A user that belongs to the cloud and not to those who work in it: the target has its own. */
export function isServiceAccount({ type, name }: Resource): boolean {
  return type === 'user' && NAMES.has(name);
}
