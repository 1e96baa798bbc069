import type { NewNovaServer, NovaBlockDevice, NovaServers } from '../../services/openstack/index.ts';
import { type Origin, originProperties, originTag } from '../moving/origin.ts';
import type { Resource } from '../resource-type.ts';
import type { ServerAttributes } from './server.ts';
import { TAGS_AT_CREATION } from './server-search.ts';

/** What a server is asked for with, in the target's terms. */
export interface ServerWish {
  readonly server: Resource<ServerAttributes>;
  readonly origin: Origin;
  readonly flavorId: string;
  /** Absent: it boots from its root volume. */
  readonly imageId?: string;
  readonly zone?: string;
  readonly keyName?: string;
  /** Device tags by MAC address in lower case. */
  readonly interfaceTags: ReadonlyMap<string, string>;
}

export interface ServerRequest {
  readonly server: NewNovaServer;
  readonly hints: Readonly<Record<string, string>>;
  /** What this Nova is too old for, as sentences. */
  readonly notes: readonly string[];
}

/** What a Nova can be told when it makes a server. */
export interface NovaAbilities {
  readonly descriptions: boolean;
  readonly deviceTags: boolean;
  readonly tags: boolean;
  readonly certificates: boolean;
  readonly deletionChanges: boolean;
  readonly hostnames: boolean;
  readonly noNetworks: boolean;
}

export async function abilitiesOf(nova: NovaServers): Promise<NovaAbilities> {
  return {
    descriptions: await nova.knows('2.19'),
    noNetworks: await nova.knows('2.37'),
    deviceTags: await nova.knows('2.42'),
    tags: await nova.knows(TAGS_AT_CREATION),
    certificates: await nova.knows('2.63'),
    deletionChanges: await nova.knows('2.85'),
    hostnames: await nova.knows('2.90'),
  };
}

/** As "Create server" checks it from 2.90 on. */
const HOSTNAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]$/;
const MOST_TAGS = 50;

export function serverRequest(wish: ServerWish, can: NovaAbilities): ServerRequest {
  const { server, origin, flavorId, imageId, zone, keyName } = wish;
  const { attributes } = server;
  const { description, userData, configDrive, diskConfig, accessIpV4, accessIpV6, serverGroupId } = attributes;
  const notes: string[] = [];
  const certificates = attributes.trustedImageCertificates;
  if (description !== '' && !can.descriptions) notes.push('its description is lost: the target is older than 2.19');
  if (certificates.length > 0 && !can.certificates)
    notes.push('its trusted certificates are lost: the target is older than 2.63');
  const devices = blockDevices(wish, can, notes);
  return {
    notes,
    hints: serverGroupId === undefined ? {} : { group: serverGroupId },
    server: {
      ...names(server, can),
      flavorRef: flavorId,
      ...(imageId === undefined ? {} : { imageRef: imageId }),
      ...networks(wish, can, notes),
      ...(devices.length === 0 ? {} : { block_device_mapping_v2: devices }),
      metadata: { ...attributes.metadata, ...originProperties(origin) },
      config_drive: configDrive,
      ...(zone === undefined ? {} : { availability_zone: zone }),
      ...(keyName === undefined ? {} : { key_name: keyName }),
      ...(userData === undefined ? {} : { user_data: userData }),
      ...(diskConfig === undefined ? {} : { 'OS-DCF:diskConfig': diskConfig }),
      ...(accessIpV4 === undefined ? {} : { accessIPv4: accessIpV4 }),
      ...(accessIpV6 === undefined ? {} : { accessIPv6: accessIpV6 }),
      ...(description !== '' && can.descriptions ? { description } : {}),
      ...(can.tags ? { tags: markedTags(attributes.tags, origin, notes) } : {}),
      ...(certificates.length > 0 && can.certificates ? { trusted_image_certificates: certificates } : {}),
    },
  };
}

/** A server's own tags and the one that it is found by. */
export function markedTags(own: readonly string[], origin: Origin, notes: string[] = []): readonly string[] {
  const left = own.slice(MOST_TAGS - 1);
  if (left.length > 0) notes.push(`its tag ${left.join(', ')} is lost: a server has at most ${MOST_TAGS} tags`);
  return [originTag(origin.id), ...own.slice(0, MOST_TAGS - 1)];
}

/**
 * Nova makes the host name of the name that a server is created with and hands it to Neutron as a DNS name, which refuses
 * letters beyond ASCII. So a server gets its host name by itself where Nova takes one; elsewhere it is created under its host name,
 * and renamed when it is settled.
 */
function names({ name, id, attributes }: Resource<ServerAttributes>, can: NovaAbilities) {
  const { hostname } = attributes;
  const valid = hostname !== undefined && HOSTNAME.test(hostname) ? hostname : undefined;
  if (valid !== undefined) return can.hostnames ? { name: name || valid, hostname: valid } : { name: valid };
  return { name: /^[ -~]+$/.test(name) ? name : `server-${id}` };
}

function networks({ server, interfaceTags }: ServerWish, can: NovaAbilities, notes: string[]) {
  const { interfaces, interfaceOrderKnown } = server.attributes;
  if (interfaces.length === 0) return can.noNetworks ? { networks: 'none' as const } : {};
  if (interfaces.length > 1 && !interfaceOrderKnown)
    notes.push('the order of its interfaces cannot be told for sure: check which is the first');
  if (interfaceTags.size > 0 && !can.deviceTags)
    notes.push('the tags of its interfaces are lost: the target is older than 2.42');
  return {
    networks: interfaces.map(({ portId, macAddress }) => {
      const tag = interfaceTags.get(macAddress.toLowerCase());
      return { port: portId, ...(tag === undefined || !can.deviceTags ? {} : { tag }) };
    }),
  };
}

/**
 * Root first. Where it can be said later, volumes are not deleted with the server before it is settled: a boot that fails must not
 * take them along.
 */
function blockDevices({ server, imageId }: ServerWish, can: NovaAbilities, notes: string[]): NovaBlockDevice[] {
  const { volumes } = server.attributes;
  if (volumes.some(({ tag }) => tag !== undefined) && !can.deviceTags)
    notes.push('the tags of its volumes are lost: the target is older than 2.42');
  const inOrder = [...volumes].sort((a, b) => Number(b.isRoot) - Number(a.isRoot));
  const devices = inOrder.map((volume): NovaBlockDevice => {
    const isRoot = volume.isRoot && imageId === undefined;
    return {
      source_type: 'volume',
      destination_type: 'volume',
      uuid: volume.id,
      boot_index: isRoot ? 0 : -1,
      delete_on_termination: volume.deleteOnTermination && !can.deletionChanges,
      ...(isRoot || volume.device === '' ? {} : { device_name: volume.device }),
      ...(volume.tag === undefined || !can.deviceTags ? {} : { tag: volume.tag }),
    };
  });
  if (imageId === undefined || devices.length === 0) return devices;
  const disk = { source_type: 'image', destination_type: 'local', delete_on_termination: true } as const;
  return [{ ...disk, uuid: imageId, boot_index: 0 }, ...devices];
}
