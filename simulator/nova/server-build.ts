import { passVolume } from '../cinder/lifecycle.ts';
import type { Volume } from '../cinder/state.ts';
import { newVolume } from '../cinder/volumes.ts';
import type { Cloud } from '../cloud.ts';
import type { Call } from '../http/call.ts';
import { boolean, type Json, number, text } from '../http/json.ts';
import { allocate, newMac } from '../neutron/addresses.ts';
import { standard } from '../neutron/resource.ts';
import { defaultGroup } from '../neutron/security-groups.ts';
import { bindPorts, couldHold, fail, schedule, writtenTo, zoneOf } from './lifecycle.ts';
import { takeFixedIp } from './nova-network-addresses.ts';
import type { WantedNic } from './server-create.ts';
import type { Server } from './state.ts';

export interface BuildPlan {
  readonly networks: readonly WantedNic[] | 'auto' | 'none';
  readonly devices: readonly Json[];
  readonly zone: string | undefined;
  readonly group: string | undefined;
  readonly call: Call;
}

const NO_HOST = 'No valid host was found. There are not enough hosts available.';

/** BUILD: a host, the network, the disks, and at last ACTIVE; or ERROR with a fault that says why. */
export function build(cloud: Cloud, row: Server, plan: BuildPlan): void {
  const { buildMs } = cloud.settings.durations;
  if (plan.group !== undefined) join(cloud, row, plan.group);
  const foreign = foreignPort(cloud, row, plan);
  const alive = (): boolean => cloud.nova.servers.get(row.id) === row && row.taskState !== 'deleting';
  cloud.clock.after(buildMs / 3, () => {
    if (!alive()) return;
    const [zoneName, wantedHost] = plan.zone?.split(':') ?? [];
    const host = wantedHost || freeHost(cloud, row, plan, zoneName);
    if (host === undefined) return fail(cloud, row, NO_HOST);
    // A port of another project: every host refuses it, one after the other.
    if (foreign) {
      const words = 'Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures for';
      return fail(cloud, row, `${words} instance ${row.id}.`);
    }
    const zone = zoneOf(cloud, host);
    cloud.nova.servers.change(row, { host, availabilityZone: zone, taskState: 'networking' });
    try {
      plug(cloud, row, plan);
      attachDevices(cloud, row, plan);
    } catch (error) {
      fail(cloud, row, error instanceof Error ? error.message : String(error));
    }
  });
  cloud.clock.after((buildMs * 2) / 3, () => {
    if (alive() && row.vmState === 'building') cloud.nova.servers.change(row, { taskState: 'spawning' });
  });
  cloud.clock.after(buildMs, () => {
    if (!alive() || row.vmState !== 'building') return;
    bindPorts(cloud, row);
    const now = cloud.clock.now();
    const disk = writtenTo(row);
    cloud.nova.servers.change(row, { vmState: 'active', taskState: null, launchedAt: now, updatedAt: now, disk });
  });
}

/** Made by an admin in the admin's project with a tenant's port: Neutron will not bind it to this server. */
function foreignPort(cloud: Cloud, row: Server, plan: BuildPlan): boolean {
  if (typeof plan.networks === 'string') return false;
  return plan.networks.some(({ portId }) => {
    const port = portId === undefined ? undefined : cloud.neutron.ports.get(portId);
    return port !== undefined && port.project_id !== row.projectId;
  });
}

function join(cloud: Cloud, row: Server, groupId: string): void {
  const group = cloud.nova.serverGroups.get(groupId);
  if (group !== undefined) cloud.nova.serverGroups.change(group, { memberIds: [...group.memberIds, row.id] });
}

function freeHost(cloud: Cloud, row: Server, plan: BuildPlan, zone: string | undefined): string | undefined {
  const group = plan.group === undefined ? undefined : cloud.nova.serverGroups.get(plan.group);
  const others =
    group?.memberIds.flatMap((id) => (id === row.id ? [] : (cloud.nova.servers.get(id)?.host ?? []))) ?? [];
  if (group?.policy === 'affinity' && others[0] !== undefined) return others[0];
  // The root disk of a server that boots from a volume is not on the host.
  const wanted = row.imageId === null ? { ...row.flavor, disk: 0 } : row.flavor;
  const host = schedule(cloud, { zone: zone === '' ? undefined : zone, wanted });
  if (group?.policy !== 'anti-affinity' || host === undefined || !others.includes(host)) return host;
  return cloud.nova.services
    .filter((service) => service.binary === 'nova-compute' && !service.disabled && service.up)
    .map((service) => service.host)
    .find((candidate) => !others.includes(candidate) && couldHold(cloud, candidate, wanted));
}

function plug(cloud: Cloud, row: Server, plan: BuildPlan): void {
  if (plan.networks === 'none') return;
  const nics = plan.networks === 'auto' ? [] : plan.networks;
  if (cloud.settings.network === 'nova-network') {
    takeFixedIp(cloud, row, nics);
    return;
  }
  for (const nic of nics) {
    const port = nic.portId === undefined ? undefined : cloud.neutron.ports.get(nic.portId);
    const owner = { device_id: row.id, device_owner: `compute:${row.availabilityZone}` };
    refuseDnsName(cloud, row, port?.dns_name ?? '');
    if (nic.tag !== undefined && port !== undefined) row.nicTags.set(port.id, nic.tag);
    if (port !== undefined) cloud.neutron.ports.change(port, { ...owner, ...dnsName(cloud, row) });
    else if (nic.networkId !== undefined) makePort(cloud, row, nic.networkId, nic.address);
  }
}

/** Nova gives ports the host name as DNS name: Neutron refuses letters beyond ASCII, and Nova a port that has another. */
function refuseDnsName(cloud: Cloud, row: Server, present: string): void {
  if (cloud.settings.release === 'pike') return;
  if (present !== '' && present !== row.hostname) {
    const words = `Value ${present} assigned to dns_name attribute does not match instance's hostname ${row.hostname}`;
    throw new Error(`Port not usable for instance ${row.id}. ${words}`);
  }
  if (/^[ -~]*$/.test(row.hostname)) return;
  throw new Error(`Invalid input for dns_name. Reason: '${row.hostname}' not a valid PQDN or FQDN.`);
}

function dnsName(cloud: Cloud, row: Server): { dns_name?: string } {
  return cloud.settings.release === 'pike' ? {} : { dns_name: row.hostname };
}

/** A port that Nova makes, which goes with the server. */
export function makePort(cloud: Cloud, row: Server, networkId: string, address: string | undefined) {
  const network = cloud.neutron.networks.get(networkId);
  if (network === undefined) throw new Error(`Network ${networkId} could not be found.`);
  const mac = newMac(cloud);
  const groups = row.securityGroups.flatMap(
    (name) =>
      cloud.neutron.securityGroups
        .where('project', row.projectId)
        .find((group) => group.name === name || group.id === name)?.id ?? [],
  );
  const asked = address === undefined ? undefined : [{ ip_address: address }];
  const port = cloud.neutron.ports.add({
    ...standard(cloud, {}, row.projectId),
    network_id: networkId,
    mac_address: mac,
    admin_state_up: true,
    status: 'DOWN',
    device_id: row.id,
    device_owner: `compute:${row.availabilityZone}`,
    fixed_ips: allocate(cloud, network, asked, mac),
    allowed_address_pairs: [],
    extra_dhcp_opts: [],
    security_groups: !network.port_security_enabled
      ? []
      : groups.length > 0
        ? groups
        : [defaultGroup(cloud, row.projectId).id],
    'binding:vnic_type': 'normal',
    'binding:profile': {},
    'binding:host_id': '',
    port_security_enabled: network.port_security_enabled,
    dns_name: row.hostname,
    qos_policy_id: null,
  });
  cloud.nova.servers.change(row, { ownPortIds: [...row.ownPortIds, port.id] });
  return port;
}

/** Block devices of a create request: volumes that are there, and volumes made of images, snapshots or nothing. */
function attachDevices(cloud: Cloud, row: Server, plan: BuildPlan): void {
  let letter = row.imageId === null ? 0 : 1;
  for (const device of plan.devices) {
    const destination = text(device.destination_type) ?? 'volume';
    const source = text(device.source_type);
    if (destination !== 'volume' || (source === 'image' && device.uuid === row.imageId && row.imageId !== null))
      continue;
    const name = `/dev/vd${String.fromCharCode(97 + letter++)}`;
    const volume =
      source === 'volume' ? cloud.cinder.volumes.get(text(device.uuid) ?? '') : fresh(cloud, row, plan, device, source);
    if (volume === undefined)
      throw new Error(`Block Device Mapping is Invalid: failed to get volume ${String(device.uuid)}.`);
    attach(cloud, row, volume, name, boolean(device.delete_on_termination) ?? false, text(device.tag) ?? null);
  }
}

function fresh(cloud: Cloud, row: Server, plan: BuildPlan, device: Json, source: string | undefined): Volume {
  const id = text(device.uuid);
  const volume = newVolume(plan.call, {
    // Nova leaves root volumes without a name and calls blank ones after their server.
    name: source === 'blank' ? `${row.id}-blank-vol` : '',
    sizeGib: number(device.volume_size) ?? 1,
    ...(source === 'image' && id !== undefined ? { imageId: id } : {}),
    ...(source === 'snapshot' && id !== undefined ? { snapshotId: id } : {}),
  });
  return cloud.cinder.volumes.change(volume, { status: 'available' });
}

export function attach(
  cloud: Cloud,
  row: Server,
  volume: Volume,
  device: string,
  deleteOnTermination: boolean,
  tag: string | null = null,
): void {
  const attachment = {
    id: cloud.random.uuid(),
    serverId: row.id,
    device,
    host: row.host,
    attachedAt: cloud.clock.now(),
    deleteOnTermination,
    tag,
  };
  cloud.cinder.volumes.change(volume, { attachments: [...volume.attachments, attachment] });
  passVolume(cloud, volume, 'attaching', cloud.settings.durations.attachMs, () => ({ status: 'in-use' }));
}
