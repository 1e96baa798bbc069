import { createHash } from 'node:crypto';
import type { Call } from '../http/call.ts';
import type { Json } from '../http/json.ts';
import { micros, seconds } from '../times.ts';
import { bookmark, links } from './dialect.ts';
import type { Server } from './state.ts';

const POWER: Readonly<Record<string, number>> = {
  active: 1,
  resized: 1,
  paused: 3,
  stopped: 4,
  shelved: 4,
  shelved_offloaded: 4,
  suspended: 4,
};

/** API status of a VM state and task state (`nova/api/openstack/common.py` has the same table). */
export function statusOf(row: Server): string {
  const { vmState, taskState } = row;
  switch (vmState) {
    case 'building':
      return 'BUILD';
    case 'active':
      if (taskState === 'rebooting') return 'REBOOT';
      if (taskState === 'rebooting_hard') return 'HARD_REBOOT';
      if (taskState === 'migrating') return 'MIGRATING';
      if (taskState?.startsWith('rebuild')) return 'REBUILD';
      if (taskState?.startsWith('resize')) return 'RESIZE';
      return 'ACTIVE';
    case 'stopped':
      return taskState?.startsWith('resize') ? 'RESIZE' : 'SHUTOFF';
    case 'paused':
      return taskState === 'migrating' ? 'MIGRATING' : 'PAUSED';
    case 'suspended':
      return 'SUSPENDED';
    case 'resized':
      return taskState === 'resize_reverting' ? 'REVERT_RESIZE' : 'VERIFY_RESIZE';
    case 'shelved':
      return 'SHELVED';
    case 'shelved_offloaded':
      return 'SHELVED_OFFLOADED';
    case 'error':
      return 'ERROR';
    case 'soft-delete':
      return 'SOFT_DELETED';
    default:
      return vmState satisfies never;
  }
}

function powerState(row: Server): number {
  return row.powerState ?? POWER[row.vmState] ?? 0;
}

/** Differs by project and host, and tells neither. */
function hostIdOf(projectId: string, host: string | null): string {
  return host === null
    ? ''
    : createHash('sha224')
        .update(projectId + host)
        .digest('hex');
}

export function addressesOf(call: Call, row: Server): Record<string, object[]> {
  const { cloud } = call;
  const found: Record<string, object[]> = {};
  const add = (label: string, address: object): void => {
    found[label] = [...(found[label] ?? []), address];
  };
  for (const port of cloud.neutron.ports.where('device', row.id)) {
    const label = cloud.neutron.networks.get(port.network_id)?.name ?? '';
    const floating = cloud.neutron.floatingIps.where('port', port.id);
    for (const { ip_address } of port.fixed_ips) {
      const mac = { 'OS-EXT-IPS-MAC:mac_addr': port.mac_address };
      add(label, { version: ip_address.includes(':') ? 6 : 4, addr: ip_address, 'OS-EXT-IPS:type': 'fixed', ...mac });
      for (const fip of floating.filter((candidate) => candidate.fixed_ip_address === ip_address)) {
        add(label, { version: 4, addr: fip.floating_ip_address, 'OS-EXT-IPS:type': 'floating', ...mac });
      }
    }
  }
  for (const { networkId, address, mac } of row.fixedIps) {
    const label = cloud.novaNetwork.networks.get(networkId)?.label ?? '';
    const ext = { 'OS-EXT-IPS-MAC:mac_addr': mac };
    add(label, { version: 4, addr: address, 'OS-EXT-IPS:type': 'fixed', ...ext });
    for (const fip of cloud.novaNetwork.floatingIps.filter((candidate) => candidate.fixedAddress === address)) {
      if (fip.serverId === row.id) add(label, { version: 4, addr: fip.id, 'OS-EXT-IPS:type': 'floating', ...ext });
    }
  }
  return found;
}

/** Names, each once, of the groups of a server's ports. */
function securityGroupsOf(call: Call, row: Server): object[] {
  const { cloud } = call;
  if (cloud.settings.network === 'nova-network') return row.securityGroups.map((name) => ({ name }));
  const ids = cloud.neutron.ports.where('device', row.id).flatMap((port) => port.security_groups);
  return [...new Set(ids)].flatMap((id) => {
    const group = cloud.neutron.securityGroups.get(id);
    return group === undefined ? [] : [{ name: group.name }];
  });
}

export function briefServer(call: Call, row: Server): Json {
  return { id: row.id, name: row.name, links: links(call, `servers/${row.id}`) };
}

function flavorOf(call: Call, row: Server): Json {
  const { flavor } = row;
  if (call.minor < 47) return { id: flavor.id, links: [bookmark(call, `flavors/${flavor.id}`)] };
  const { vcpus, ram, disk, ephemeral, swap } = flavor;
  return { vcpus, ram, disk, ephemeral, swap, original_name: flavor.name, extra_specs: flavor.extraSpecs };
}

/** Where in Nova an internal error came from is for admins only. */
function faultOf({ code, message, created }: NonNullable<Server['fault']>, admin: boolean): Json {
  const details = `Traceback (most recent call last):\n  (simulated)\n${message}`;
  return { code, created: seconds(created), message, ...(admin || code !== 500 ? { details } : {}) };
}

/** A server as `GET /servers/ID` has it: which fields there are depends on the microversion and on who asks. */
export function serverView(call: Call, row: Server): Json {
  const { minor, caller } = call;
  const status = statusOf(row);
  const admin = caller.isAdmin;
  const since = (version: number, fields: Json): Json => (minor >= version ? fields : {});
  return {
    id: row.id,
    name: row.name,
    status,
    tenant_id: row.projectId,
    user_id: row.userId,
    metadata: row.metadata,
    hostId: hostIdOf(row.projectId, row.host),
    image: row.imageId === null ? '' : { id: row.imageId, links: [bookmark(call, `images/${row.imageId}`)] },
    flavor: flavorOf(call, row),
    created: seconds(row.createdAt),
    updated: seconds(row.updatedAt),
    addresses: addressesOf(call, row),
    accessIPv4: row.accessIPv4,
    accessIPv6: row.accessIPv6,
    links: links(call, `servers/${row.id}`),
    'OS-DCF:diskConfig': row.diskConfig,
    ...(['ACTIVE', 'BUILD', 'REBUILD', 'RESIZE', 'VERIFY_RESIZE', 'MIGRATING'].includes(status)
      ? { progress: status === 'BUILD' ? 0 : status === 'ACTIVE' ? 0 : 100 }
      : {}),
    ...(row.fault !== null && (status === 'ERROR' || status === 'DELETED') ? { fault: faultOf(row.fault, admin) } : {}),
    'OS-EXT-AZ:availability_zone': row.host === null ? '' : row.availabilityZone,
    config_drive: row.configDrive ? 'True' : '',
    key_name: row.keyName,
    'OS-SRV-USG:launched_at': row.launchedAt === null ? null : micros(row.launchedAt),
    'OS-SRV-USG:terminated_at': null,
    ...(admin ? adminFields(call, row) : {}),
    ...since(3, admin ? {} : {}),
    'OS-EXT-STS:task_state': row.taskState,
    'OS-EXT-STS:vm_state': row.vmState,
    'OS-EXT-STS:power_state': powerState(row),
    'os-extended-volumes:volumes_attached': call.cloud.cinder.volumes.where('server', row.id).map((volume) => ({
      id: volume.id,
      ...since(3, {
        delete_on_termination:
          volume.attachments.find((attachment) => attachment.serverId === row.id)?.deleteOnTermination ?? false,
      }),
    })),
    ...since(9, { locked: row.lockedBy !== null }),
    ...since(73, { locked_reason: row.lockedReason }),
    ...since(19, { description: row.description }),
    ...since(26, { tags: row.tags }),
    ...since(63, { trusted_image_certificates: null }),
    ...(minor >= 16 && admin ? { host_status: hostStatus(call, row) } : {}),
    ...since(71, { server_groups: call.cloud.nova.serverGroups.where('member', row.id).map((group) => group.id) }),
    // While it is built its ports do not say yet what it will have.
    ...(status === 'ERROR' && row.host === null ? {} : { security_groups: securityGroupsOf(call, row) }),
  };
}

/** The same without what only the server by itself has: groups are too dear to look up for a list. */
export function listedServerView(call: Call, row: Server): Json {
  const { server_groups: _, ...view } = serverView(call, row);
  return view;
}

function adminFields(call: Call, row: Server): Json {
  const prefix = 'OS-EXT-SRV-ATTR:';
  const instance = `${call.cloud.name}-${row.order.toString(16).padStart(8, '0')}`;
  const base: Json = {
    [`${prefix}host`]: row.host,
    [`${prefix}instance_name`]: instance,
    [`${prefix}hypervisor_hostname`]: row.host,
  };
  if (call.minor < 3) return base;
  return {
    ...base,
    [`${prefix}reservation_id`]: row.reservationId,
    [`${prefix}launch_index`]: 0,
    [`${prefix}hostname`]: row.hostname,
    [`${prefix}kernel_id`]: '',
    [`${prefix}ramdisk_id`]: '',
    [`${prefix}root_device_name`]: row.host === null ? null : '/dev/vda',
    [`${prefix}user_data`]: row.userData,
  };
}

function hostStatus(call: Call, row: Server): string {
  const service = call.cloud.nova.services.where('host', row.host ?? '').find((s) => s.binary === 'nova-compute');
  if (service === undefined) return '';
  if (service.forcedDown) return 'DOWN';
  if (service.disabled) return 'MAINTENANCE';
  return service.up ? 'UP' : 'UNKNOWN';
}
