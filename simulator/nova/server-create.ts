import { madeUp } from '../disk.ts';
import { seesImage } from '../glance/access.ts';
import { badRequest, type Call, Refusal } from '../http/call.ts';
import { boolean, isObject, type Json, objectOf, objectsOf, text, textMap, texts } from '../http/json.ts';
import { sees } from '../neutron/rbac.ts';
import { enforceComputeQuota } from '../quotas.ts';
import { links } from './dialect.ts';
import { type BuildPlan, build } from './server-build.ts';
import type { Flavor, Server } from './state.ts';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * `POST /servers`: what can be checked at once is refused at once; the rest shows later. In particular a port of
 * another project is accepted here (202) and the server goes to ERROR.
 */
export function createServer(call: Call) {
  const { cloud, caller } = call;
  const body = objectOf(call.body);
  if (!isObject(body.server)) throw badRequest("'server' is a required property");
  const given = body.server;
  checkSchema(call, given);
  if (given.imageRef === undefined && given.block_device_mapping_v2 === undefined) {
    throw badRequest('Missing imageRef attribute');
  }
  const flavor = flavorOf(call, text(given.flavorRef) ?? String(given.flavorRef ?? ''));
  const devices = objectsOf(given.block_device_mapping_v2);
  const imageId = imageOf(call, given, devices);
  const keyName = text(given.key_name) ?? null;
  if (keyName !== null && !cloud.nova.keyPairs.has(`${caller.userId}/${keyName}`)) {
    throw badRequest('Invalid key_name provided.');
  }
  const zone = text(given.availability_zone);
  const zoneName = zone?.split(':')[0];
  const known = ['nova', ...cloud.nova.aggregates.all().flatMap((row) => row.availabilityZone ?? [])];
  if (zoneName !== undefined && zoneName !== '' && !known.includes(zoneName)) {
    throw badRequest('The requested availability zone is not available');
  }
  const count = Number(given.min_count ?? 1);
  enforceComputeQuota(cloud, caller.projectId, {
    instances: count,
    cores: flavor.vcpus * count,
    ram: flavor.ram * count,
  });
  const plan: BuildPlan = { networks: networksOf(call, given), devices, zone, group: groupOf(call, body), call };
  const reservationId = `r-${cloud.random.base64url(8).toLowerCase().replace(/[-_]/g, '0')}`;
  let first: Server | undefined;
  for (let index = 0; index < count; index++) {
    const name = count > 1 ? `${text(given.name)}-${index + 1}` : (text(given.name) ?? '');
    const row = newServer(call, given, { name, flavor, imageId, keyName, reservationId });
    cloud.nova.servers.add(row);
    build(cloud, row, plan);
    first ??= row;
  }
  const id = first?.id ?? '';
  return {
    status: 202,
    headers: { Location: `${call.base}/v2.1/servers/${id}` },
    body: {
      server: {
        id,
        links: links(call, `servers/${id}`),
        'OS-DCF:diskConfig': text(given['OS-DCF:diskConfig']) ?? 'MANUAL',
        security_groups: groupNames(given).map((group) => ({ name: group })),
        adminPass: text(given.adminPass) ?? cloud.random.base64url(12),
      },
    },
  };
}

function newServer(
  call: Call,
  given: Json,
  made: Pick<Server, 'name' | 'flavor' | 'imageId' | 'keyName' | 'reservationId'>,
): Server {
  const { cloud, caller, minor } = call;
  const now = cloud.clock.now();
  const image = made.imageId === null ? undefined : cloud.glance.images.get(made.imageId);
  return {
    id: cloud.random.uuid(),
    projectId: caller.projectId,
    userId: caller.userId,
    vmState: 'building',
    taskState: 'scheduling',
    host: null,
    availabilityZone: 'nova',
    createdAt: now,
    updatedAt: now,
    launchedAt: null,
    order: cloud.nova.nextOrder++,
    metadata: textMap(given.metadata),
    oldFlavor: null,
    userData: text(given.user_data) ?? null,
    configDrive: boolean(given.config_drive) ?? false,
    tags: minor >= 52 ? texts(given.tags) : [],
    // Before 2.19 the description is the name.
    description: minor >= 19 ? (text(given.description) ?? null) : made.name,
    lockedBy: null,
    lockedReason: null,
    hostname: hostnameOf(text(given.hostname) ?? made.name),
    accessIPv4: text(given.accessIPv4) ?? '',
    accessIPv6: text(given.accessIPv6) ?? '',
    diskConfig: text(given['OS-DCF:diskConfig']) ?? 'MANUAL',
    fault: null,
    disk: image?.content ?? madeUp('empty', 0),
    fixedIps: [],
    securityGroups: groupNames(given),
    ownPortIds: [],
    nicTags: new Map(),
    publicKey: cloud.nova.keyPairs.get(`${caller.userId}/${made.keyName}`)?.publicKey ?? null,
    ...made,
  };
}

/** Nova's `sanitize_hostname`: what any alphabet calls a letter stays, and Neutron may refuse it later. */
function hostnameOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[ _]/g, '-')
    .replace(/[^\p{L}\p{N}.-]/gu, '')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 63);
}

function groupNames(given: Json): string[] {
  const names = objectsOf(given.security_groups).flatMap((group) => text(group.name) ?? []);
  return names.length > 0 ? names : ['default'];
}

/** As Python prints it: the real messages repeat what was sent. */
function inPython(value: unknown): string {
  return typeof value === 'string'
    ? value
    : JSON.stringify(value)
        .replaceAll('"', "'")
        .replace(/([,:])(?=[^ ])/g, '$1 ');
}

function checkSchema(call: Call, given: Json): void {
  const invalid = (path: string, value: unknown, reason: string): Refusal =>
    badRequest(`Invalid input for field/attribute ${path}. Value: ${inPython(value)}. ${reason}`);
  if (given.name === undefined) throw invalid('server', given, "'name' is a required property");
  if (given.flavorRef === undefined) throw invalid('server', given, "'flavorRef' is a required property");
  const name = text(given.name);
  if (name === undefined || name.trim() === '' || name.length > 255) {
    throw invalid('name', name ?? given.name, name === '' ? "'' is too short" : 'it is not a name');
  }
  const image = given.imageRef;
  if (image !== undefined && image !== '' && !UUID.test(String(image))) {
    throw badRequest(
      `Invalid input for field/attribute imageRef. Value: ${image}. '${image}' is not valid under any of the given schemas`,
    );
  }
  const late: readonly [string, number][] = [
    ['description', 19],
    ['tags', 52],
    ['trusted_image_certificates', 63],
    ['host', 74],
    ['hostname', 90],
  ];
  for (const [field, minor] of late) {
    if (given[field] !== undefined && call.minor < minor) {
      const words = `Additional properties are not allowed ('${field}' was unexpected)`;
      throw invalid('server', given, words);
    }
  }
  const hostname = text(given.hostname);
  if (hostname !== undefined && !/^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$/.test(hostname)) {
    throw invalid('hostname', hostname, `'${hostname}' does not match '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$'`);
  }
  if (call.minor >= 37 && given.networks === undefined)
    throw invalid('server', given, "'networks' is a required property");
}

function flavorOf(call: Call, id: string): Flavor {
  const { cloud, caller } = call;
  const row = cloud.nova.flavors.get(id);
  if (row === undefined || !(row.isPublic || caller.isAdmin || row.access.includes(caller.projectId))) {
    throw badRequest(`Flavor ${id} could not be found.`);
  }
  return { ...row, extraSpecs: { ...row.extraSpecs } };
}

/** The image booted from: none when the first device is something else. */
function imageOf(call: Call, given: Json, devices: readonly Json[]): string | null {
  const { cloud, caller } = call;
  const id = text(given.imageRef) ?? '';
  if (id === '') {
    const root = devices.find((device) => String(device.boot_index ?? '') === '0') ?? devices[0];
    if (root === undefined) throw badRequest('Invalid imageRef provided.');
    return null;
  }
  const image = cloud.glance.images.get(id);
  if (image === undefined || !seesImage(cloud, caller, image)) throw badRequest(`Can not find requested image`);
  if (image.status !== 'active') throw badRequest(`Image ${id} is not active.`);
  const flavor = flavorOf(call, String(given.flavorRef));
  if (image.minRam > flavor.ram) throw badRequest("Flavor's memory is too small for requested image.");
  const bytes = image.content?.sizeBytes ?? 0;
  if (flavor.disk > 0 && (image.minDisk > flavor.disk || bytes > flavor.disk * 1024 ** 3)) {
    const disk = `Flavor's disk is too small for requested image. Flavor disk is ${flavor.disk * 1024 ** 3} bytes`;
    throw badRequest(`${disk}, minimum size is ${Math.max(image.minDisk * 1024 ** 3, bytes)} bytes.`);
  }
  return id;
}

export interface WantedNic {
  readonly portId?: string | undefined;
  readonly networkId?: string | undefined;
  readonly address?: string | undefined;
  readonly tag?: string | undefined;
}

function networksOf(call: Call, given: Json): readonly WantedNic[] | 'auto' | 'none' {
  const { cloud, caller } = call;
  const wanted = given.networks;
  if (wanted === 'none' || wanted === 'auto') return wanted;
  if (cloud.settings.network === 'nova-network') {
    return objectsOf(wanted).map((nic) => ({ networkId: text(nic.uuid), address: text(nic.fixed_ip) }));
  }
  const nics = objectsOf(wanted).map((nic) => ({
    portId: text(nic.port),
    networkId: text(nic.uuid),
    address: text(nic.fixed_ip),
    tag: text(nic.tag),
  }));
  for (const { portId, networkId } of nics) {
    if (portId !== undefined) {
      const port = cloud.neutron.ports.get(portId);
      if (port === undefined || !(caller.isAdmin || port.project_id === caller.projectId)) {
        throw badRequest(`Port id ${portId} could not be found.`);
      }
      if (port.device_id !== '') throw new Refusal(409, `Port ${portId} is still in use.`);
    } else {
      const network = cloud.neutron.networks.get(networkId ?? '');
      if (network === undefined || !sees(cloud, caller, network)) {
        throw badRequest(`Network ${networkId ?? ''} could not be found.`);
      }
    }
  }
  if (nics.length > 0) return nics;
  // Nothing named: all networks of the project, and more than one is an ambiguity.
  const own = cloud.neutron.networks.where('project', caller.projectId);
  if (own.length > 1) {
    const words = 'Multiple possible networks found, use a Network ID to be more specific.';
    throw new Refusal(409, words);
  }
  return own.map((network) => ({ networkId: network.id }));
}

function groupOf(call: Call, body: Json): string | undefined {
  const hints = objectOf(body['os:scheduler_hints'] ?? body['OS-SCH-HNT:scheduler_hints']);
  const id = text(hints.group);
  if (id === undefined) return undefined;
  const group = call.cloud.nova.serverGroups.get(id);
  if (group === undefined || (group.projectId !== call.caller.projectId && !call.caller.isAdmin)) {
    throw badRequest(`Instance group ${id} could not be found.`);
  }
  return id;
}
