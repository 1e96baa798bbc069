import type { Attributes } from './state.ts';

/** A few groups of the real ones: those that somebody asks for. */
export function defaultAttributes(isOld: boolean): Attributes {
  const group = (label: string, values: Readonly<Record<string, unknown>>) => ({
    metadata: { label, weight: 10 },
    ...Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        { value, type: typeof value === 'boolean' ? 'checkbox' : 'text', label: name, description: '', weight: 10 },
      ]),
    ),
  });
  return {
    access: group('Access', { user: 'admin', password: 'admin', tenant: 'admin', email: 'admin@localhost' }),
    common: group('Common', { libvirt_type: 'qemu', debug: false }),
    storage: group('Storage', { volumes_lvm: true, volumes_ceph: false, osd_pool_size: '2' }),
    ...(isOld
      ? {}
      : {
          public_network_assignment: group('Public network', { assign_to_all_nodes: false }),
          public_ssl: group('Public TLS', { services: false, horizon: false }),
        }),
  };
}
