import { BYTES_PER_GIB } from '../cinder/volumes.ts';
import { madeUp } from '../disk.ts';
import { takeFixedIp } from '../nova/nova-network-addresses.ts';
import type { Server } from '../nova/state.ts';
import { addFloatingIp, findNetwork, serverPort } from './populate-network.ts';
import type { ServerFilling, VolumeFilling } from './population-schema.ts';
import { PopulationError, type TenantContext } from './tenant-context.ts';

const VM_STATES = {
  ACTIVE: 'active',
  SHUTOFF: 'stopped',
  PAUSED: 'paused',
  SUSPENDED: 'suspended',
  SHELVED_OFFLOADED: 'shelved_offloaded',
  ERROR: 'error',
} as const;

export function addVolume({ cloud, project, user }: TenantContext, given: VolumeFilling): void {
  const now = cloud.clock.now();
  const id = cloud.random.uuid();
  const content = madeUp(`volume ${project.name}/${given.name}`, given.sizeGib * BYTES_PER_GIB);
  const owner = { projectId: project.id, userId: user?.id ?? '' };
  const { snapshots, ...rest } = given;
  cloud.cinder.volumes.add({
    ...rest,
    ...owner,
    id,
    description: null,
    status: 'available',
    availabilityZone: 'nova',
    multiattach: false,
    readOnly: false,
    imageMetadata: undefined,
    snapshotId: null,
    sourceVolumeId: null,
    attachments: [],
    createdAt: now,
    updatedAt: now,
    order: cloud.cinder.nextOrder++,
    host: `${cloud.name}-cinder@lab#lab`,
    content,
  });
  for (const name of snapshots) {
    cloud.cinder.snapshots.add({
      ...owner,
      id: cloud.random.uuid(),
      name,
      description: null,
      volumeId: id,
      status: 'available',
      sizeGib: given.sizeGib,
      metadata: {},
      createdAt: now,
      updatedAt: now,
      order: cloud.cinder.nextOrder++,
      content,
    });
  }
}

export function addServer(context: TenantContext, given: ServerFilling): Server {
  const { cloud, project, user, tenant } = context;
  const missing = (kind: string, name: string): PopulationError =>
    new PopulationError(`tenant ${tenant.name}: server ${given.name} refers to ${kind} ${name}, which is not there`);
  const flavor = cloud.nova.flavors.where('name', given.flavor)[0];
  if (flavor === undefined) throw missing('flavor', given.flavor);
  const images = given.image === undefined ? [] : cloud.glance.images.where('name', given.image);
  const image = images.find((row) => row.owner === project.id) ?? images[0];
  if (given.image !== undefined && image === undefined) throw missing('image', given.image);
  const hosts = cloud.nova.hypervisors;
  const order = cloud.nova.nextOrder++;
  const host = given.host ?? `${cloud.name}-c${(order % hosts.size) + 1}`;
  if (hosts.where('host', host).length === 0) throw missing('host', host);
  const now = cloud.clock.now();
  const id = cloud.random.uuid();
  const away = given.status === 'SHELVED_OFFLOADED';
  const row = cloud.nova.servers.add({
    id,
    name: given.name,
    projectId: project.id,
    userId: user?.id ?? '',
    vmState: VM_STATES[given.status],
    taskState: null,
    host: away ? null : host,
    availabilityZone: 'nova',
    createdAt: now,
    updatedAt: now,
    launchedAt: now,
    order,
    metadata: given.metadata,
    imageId: image?.id ?? null,
    flavor: { ...flavor, extraSpecs: { ...flavor.extraSpecs } },
    oldFlavor: null,
    keyName: given.keypair ?? null,
    userData: given.userData === undefined ? null : Buffer.from(given.userData).toString('base64'),
    configDrive: given.configDrive,
    tags: given.tags,
    description: given.description ?? given.name,
    lockedBy: given.locked ? 'owner' : null,
    lockedReason: null,
    hostname: given.name.toLowerCase().replace(/[^a-z0-9-]/g, ''),
    accessIPv4: '',
    accessIPv6: '',
    diskConfig: 'MANUAL',
    fault: given.status === 'ERROR' ? { code: 500, message: 'Build of instance aborted', created: now } : null,
    // Its own bytes: a disk that was booted from an image is no longer the image.
    disk: madeUp(`disk of ${project.name}/${given.name}`, image?.content?.sizeBytes ?? BYTES_PER_GIB),
    reservationId: `r-${cloud.random.hex(8)}`,
    fixedIps: [],
    securityGroups: given.securityGroups,
    ownPortIds: [],
    nicTags: new Map(),
    publicKey: null,
  });
  plug(context, row, given, host);
  let letter = image === undefined ? 0 : 1;
  for (const name of given.volumes) {
    const volume = cloud.cinder.volumes.where('project', project.id).find((candidate) => candidate.name === name);
    if (volume === undefined) throw missing('volume', name);
    const device = `/dev/vd${String.fromCharCode(97 + letter++)}`;
    const where = { serverId: id, device, host, attachedAt: now, deleteOnTermination: false };
    const attachment = { id: cloud.random.uuid(), ...where };
    cloud.cinder.volumes.change(volume, { status: 'in-use', attachments: [...volume.attachments, attachment] });
  }
  return row;
}

function plug(context: TenantContext, row: Server, given: ServerFilling, host: string): void {
  const { cloud, project } = context;
  if (cloud.settings.network === 'nova-network') {
    const nics = given.networks.map(({ name, address }) => {
      const network = cloud.novaNetwork.networks.find((candidate) => candidate.label === name);
      if (network === undefined) throw new PopulationError(`server ${given.name}: there is no network ${name}`);
      return { networkId: network.id, address };
    });
    takeFixedIp(cloud, row, nics);
    if (!given.floatingIp) return;
    const free = cloud.novaNetwork.floatingIps.find((candidate) => candidate.projectId === null);
    const fixedAddress = row.fixedIps[0]?.address ?? null;
    if (free !== undefined) {
      cloud.novaNetwork.floatingIps.change(free, { projectId: project.id, serverId: row.id, fixedAddress });
    }
    return;
  }
  const all = cloud.neutron.securityGroups.where('project', project.id);
  const groups = given.securityGroups.flatMap((name) => all.find((group) => group.name === name)?.id ?? []);
  const server = { id: row.id, name: row.name, host, zone: row.availabilityZone };
  const ports = given.networks.map(({ name, address }) => {
    // Some ports were made beforehand, others by Nova, which takes them away again.
    const named = address !== undefined;
    return serverPort(context, findNetwork(context, name), server, { address, groups, named });
  });
  const own = ports.filter((_, index) => given.networks[index]?.address === undefined).map((port) => port.id);
  cloud.nova.servers.change(row, { ownPortIds: own });
  if (given.floatingIp && ports[0] !== undefined) addFloatingIp(context, ports[0]);
}
