import { removeVolume } from '../cinder/lifecycle.ts';
import type { Cloud } from '../cloud.ts';
import { madeUp } from '../disk.ts';
import { removePort } from '../neutron/ports.ts';
import { forgetShelved } from './shelved-image.ts';
import type { Server } from './state.ts';

/** Sets a task now and settles the server when its time has come, unless it is gone by then. */
export function transition(
  cloud: Cloud,
  row: Server,
  task: string,
  delayMs: number,
  settle: (row: Server) => Partial<Server>,
): void {
  cloud.nova.servers.change(row, { taskState: task, updatedAt: cloud.clock.now() });
  cloud.clock.after(delayMs, () => {
    if (cloud.nova.servers.get(row.id) !== row || row.taskState !== task) return;
    cloud.nova.servers.change(row, { taskState: null, updatedAt: cloud.clock.now(), ...settle(row) });
  });
}

export type Size = Pick<Server['flavor'], 'vcpus' | 'ram' | 'disk' | 'ephemeral'>;

/** Placement's `max_unit`: nothing is larger than its host, however empty. */
export function couldHold(cloud: Cloud, host: string, wanted: Size): boolean {
  return cloud.nova.hypervisors
    .where('host', host)
    .some(
      ({ vcpus, memoryMb, localGb }) =>
        wanted.vcpus <= vcpus && wanted.ram <= memoryMb && wanted.disk + wanted.ephemeral <= localGb,
    );
}

/** The host with the fewest servers among those that may take one. */
export function schedule(
  cloud: Cloud,
  given: { readonly zone?: string | undefined; readonly wanted?: Size },
): string | undefined {
  const candidates = cloud.nova.services.filter(
    (service) =>
      service.binary === 'nova-compute' &&
      !service.disabled &&
      !service.forcedDown &&
      service.up &&
      (given.wanted === undefined || couldHold(cloud, service.host, given.wanted)) &&
      (given.zone === undefined || zoneOf(cloud, service.host) === given.zone),
  );
  let best: { host: string; load: number } | undefined;
  for (const { host } of candidates) {
    const load = cloud.nova.servers.where('host', host).length;
    if (best === undefined || load < best.load) best = { host, load };
  }
  return best?.host;
}

export function zoneOf(cloud: Cloud, host: string): string {
  return (
    cloud.nova.aggregates.find((row) => row.hosts.includes(host) && row.availabilityZone !== null)?.availabilityZone ??
    'nova'
  );
}

/** Bytes on the disk of a server that has booted: no longer those of its image. */
export function writtenTo(row: Server): Server['disk'] {
  return madeUp(`disk of ${row.id}`, row.disk.sizeBytes);
}

export function fail(cloud: Cloud, row: Server, message: string): void {
  cloud.nova.servers.change(row, {
    vmState: 'error',
    taskState: null,
    fault: { code: 500, message, created: cloud.clock.now() },
    updatedAt: cloud.clock.now(),
  });
}

/** Binds the ports of a server to its host, which makes them ACTIVE. */
export function bindPorts(cloud: Cloud, row: Server): void {
  for (const port of cloud.neutron.ports.where('device', row.id)) {
    cloud.neutron.ports.change(port, {
      'binding:host_id': row.host ?? '',
      status: row.host === null || !port.admin_state_up ? 'DOWN' : 'ACTIVE',
      device_owner: `compute:${row.availabilityZone}`,
    });
  }
}

/** 204 at once, and the server is still there for a while. */
export function deleteServer(cloud: Cloud, row: Server): void {
  cloud.nova.servers.change(row, { taskState: 'deleting', updatedAt: cloud.clock.now() });
  cloud.clock.after(cloud.settings.durations.deleteMs, () => {
    if (cloud.nova.servers.get(row.id) !== row) return;
    for (const port of cloud.neutron.ports.where('device', row.id)) {
      if (row.ownPortIds.includes(port.id)) removePort({ cloud }, port);
      else {
        const free = { device_id: '', device_owner: '', 'binding:host_id': '', status: 'DOWN' };
        cloud.neutron.ports.change(port, free);
      }
    }
    for (const volume of cloud.cinder.volumes.where('server', row.id)) {
      const attachment = volume.attachments.find((candidate) => candidate.serverId === row.id);
      const attachments = volume.attachments.filter((candidate) => candidate.serverId !== row.id);
      cloud.cinder.volumes.change(volume, { attachments, status: attachments.length > 0 ? 'in-use' : 'available' });
      if (attachment?.deleteOnTermination === true) removeVolume(cloud, volume);
    }
    for (const group of cloud.nova.serverGroups.where('member', row.id)) {
      cloud.nova.serverGroups.change(group, { memberIds: group.memberIds.filter((id) => id !== row.id) });
    }
    for (const floating of cloud.novaNetwork.floatingIps.filter((candidate) => candidate.serverId === row.id)) {
      cloud.novaNetwork.floatingIps.change(floating, { serverId: null, fixedAddress: null });
    }
    if (row.vmState.startsWith('shelved')) forgetShelved(cloud, row);
    cloud.nova.servers.remove(row.id);
  });
}
