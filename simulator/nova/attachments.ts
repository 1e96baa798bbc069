import { passVolume } from '../cinder/lifecycle.ts';
import type { Volume } from '../cinder/state.ts';
import { visibleVolume } from '../cinder/volumes.ts';
import { accepted, badRequest, type Call, notFound, ok, Refusal } from '../http/call.ts';
import { boolean, type Json, objectOf, objectsOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { removePort } from '../neutron/ports.ts';
import type { Port } from '../neutron/state.ts';
import { bindPorts } from './lifecycle.ts';
import { attach, makePort } from './server-build.ts';
import { findServer, refuseLocked, wrongState } from './servers.ts';
import type { Server } from './state.ts';

/** `os-interface` and `os-volume_attachments`: what is plugged into a server. */
export function routeAttachments(service: Service): void {
  routeInterfaces(service);
  routeVolumes(service);
}

function interfaceView(row: Port): Json {
  return {
    net_id: row.network_id,
    port_id: row.id,
    mac_addr: row.mac_address,
    port_state: row.status,
    fixed_ips: row.fixed_ips,
  };
}

function routeInterfaces(service: Service): void {
  const path = '/v2.1/servers/:id/os-interface';
  const server = (call: Call): Server => {
    if (call.cloud.settings.network === 'nova-network') {
      throw new Refusal(501, 'The requested functionality is not supported.');
    }
    return findServer(call);
  };
  const port = (call: Call): Port => {
    const row = server(call);
    const found = call.cloud.neutron.ports.get(call.params.port ?? '');
    if (found?.device_id !== row.id)
      throw notFound(`Instance ${row.id} does not have a port with id ${call.params.port}`);
    return found;
  };
  service.get(path, (call) => {
    const ports = call.cloud.neutron.ports.where('device', server(call).id);
    const { nicTags } = server(call);
    const tagged = (row: Port): Json =>
      call.minor >= 70 ? { ...interfaceView(row), tag: nicTags.get(row.id) ?? null } : interfaceView(row);
    return ok({ interfaceAttachments: ports.map(tagged) });
  });
  service.get(`${path}/:port`, (call) => ok({ interfaceAttachment: interfaceView(port(call)) }));
  service.post(path, (call) => {
    const row = server(call);
    refuseLocked(call, row, 'attach');
    if (!['active', 'paused', 'stopped'].includes(row.vmState)) throw wrongState(row, 'attach_interface');
    const given = objectOf(objectOf(call.body).interfaceAttachment);
    const portId = text(given.port_id);
    const address = text(objectsOf(given.fixed_ips)[0]?.ip_address);
    const { ports } = call.cloud.neutron;
    let added: Port;
    if (portId === undefined) added = makePort(call.cloud, row, text(given.net_id) ?? '', address);
    else {
      const wanted = ports.get(portId);
      if (wanted === undefined) throw notFound(`Port id ${portId} could not be found.`);
      if (wanted.device_id !== '') throw badRequest(`Port ${portId} is still in use.`);
      if (wanted.project_id !== row.projectId) throw badRequest(`Port ${portId} not usable for instance ${row.id}.`);
      added = ports.change(wanted, { device_id: row.id, device_owner: `compute:${row.availabilityZone}` });
    }
    bindPorts(call.cloud, row);
    return ok({ interfaceAttachment: interfaceView(added) });
  });
  service.delete(`${path}/:port`, (call) => {
    const found = port(call);
    const row = findServer(call);
    refuseLocked(call, row, 'detach');
    call.cloud.clock.after(call.cloud.settings.durations.attachMs, () => {
      if (row.ownPortIds.includes(found.id)) removePort(call, found);
      else {
        const free = { device_id: '', device_owner: '', 'binding:host_id': '', status: 'DOWN' };
        call.cloud.neutron.ports.change(found, free);
      }
    });
    return accepted();
  });
}

function attachmentView(call: Call, row: Server, volume: Volume): Json {
  const attachment = volume.attachments.find((candidate) => candidate.serverId === row.id);
  const { minor } = call;
  return {
    ...(minor < 89 ? { id: volume.id } : {}),
    volumeId: volume.id,
    serverId: row.id,
    device: attachment?.device ?? null,
    ...(minor >= 70 ? { tag: attachment?.tag ?? null } : {}),
    ...(minor >= 79 ? { delete_on_termination: attachment?.deleteOnTermination ?? false } : {}),
    ...(minor >= 89 ? { attachment_id: attachment?.id, bdm_uuid: attachment?.id } : {}),
  };
}

function routeVolumes(service: Service): void {
  const path = '/v2.1/servers/:id/os-volume_attachments';
  const volume = (call: Call): Volume => {
    const row = findServer(call);
    const found = call.cloud.cinder.volumes.get(call.params.volume ?? '');
    if (found?.attachments.some((attachment) => attachment.serverId === row.id) !== true) {
      throw notFound(`volume_id not found: ${call.params.volume}`);
    }
    return found;
  };
  service.get(path, (call) => {
    const row = findServer(call);
    const rows = call.cloud.cinder.volumes.where('server', row.id);
    return ok({ volumeAttachments: rows.map((found) => attachmentView(call, row, found)) });
  });
  service.get(`${path}/:volume`, (call) =>
    ok({ volumeAttachment: attachmentView(call, findServer(call), volume(call)) }),
  );
  service.post(path, (call) => {
    const row = findServer(call);
    refuseLocked(call, row, 'attach');
    const given = objectOf(objectOf(call.body).volumeAttachment);
    const wanted = visibleVolume(call, text(given.volumeId) ?? '');
    if (wanted === undefined) throw notFound(`Volume ${String(given.volumeId)} could not be found.`);
    if (wanted.status !== 'available' && !(wanted.multiattach && wanted.status === 'in-use')) {
      const words = `Volume ${wanted.id} status must be available or downloading to reserve, but the current status is ${wanted.status}.`;
      throw badRequest(`Invalid volume: ${words}`);
    }
    if (!['active', 'paused', 'stopped', 'suspended', 'shelved_offloaded'].includes(row.vmState)) {
      throw wrongState(row, 'attach_volume');
    }
    const used = new Set(
      call.cloud.cinder.volumes.where('server', row.id).flatMap((v) => v.attachments.map((a) => a.device)),
    );
    const letters = 'abcdefghijklmnopqrstuvwxyz'.slice(row.imageId === null ? 0 : 1);
    const device = [...letters].map((letter) => `/dev/vd${letter}`).find((name) => !used.has(name)) ?? '/dev/vdz';
    attach(call.cloud, row, wanted, device, boolean(given.delete_on_termination) ?? false);
    return ok({ volumeAttachment: attachmentView(call, row, wanted) });
  });
  service.put(`${path}/:volume`, (call) => {
    const found = volume(call);
    const given = objectOf(objectOf(call.body).volumeAttachment);
    if (text(given.volumeId) !== found.id) throw badRequest('The volume to swap to is not known here.');
    // Below 2.85 a volume can only be swapped for another.
    const value = call.minor >= 85 ? boolean(given.delete_on_termination) : undefined;
    if (call.minor < 85) throw badRequest('The old and the new volume are the same.');
    const attachments = found.attachments.map((attachment) =>
      attachment.serverId === call.params.id
        ? { ...attachment, deleteOnTermination: value ?? attachment.deleteOnTermination }
        : attachment,
    );
    call.cloud.cinder.volumes.change(found, { attachments });
    return accepted();
  });
  service.delete(`${path}/:volume`, (call) => {
    const row = findServer(call);
    refuseLocked(call, row, 'detach');
    const found = volume(call);
    if (found.status !== 'in-use')
      throw badRequest(`Invalid volume: Volume ${found.id} must be attached: ${found.status}.`);
    passVolume(call.cloud, found, 'detaching', call.cloud.settings.durations.attachMs, () => {
      const attachments = found.attachments.filter((attachment) => attachment.serverId !== row.id);
      return { attachments, status: attachments.length > 0 ? 'in-use' : 'available' };
    });
    return accepted();
  });
}
