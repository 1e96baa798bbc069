import type { NovaServer } from '../../services/openstack/index.ts';
import { splitProperties, splitTags } from '../moving/origin.ts';
import { Reader } from '../reader.ts';
import type { ListScope, Reference, Resource, ResourceType } from '../resource-type.ts';
import { goneMeanwhile, noteDownCells, seesEveryProject } from '../visibility.ts';
import { keypairId } from './keypair.ts';
import { flavorOf, type ServerFlavor } from './server-flavor.ts';
import { groupOfServers } from './server-group.ts';
import { floatingIpsOf, interfacesOf, type ServerInterface } from './server-interfaces.ts';
import { serverMoving } from './server-moving.ts';
import { serversMadeOf } from './server-search.ts';
import { type ServerVolume, volumesOf } from './server-volumes.ts';

export type PowerState = 'none' | 'running' | 'paused' | 'shutdown' | 'crashed' | 'suspended';

export interface ServerAttributes {
  readonly description: string;
  readonly status: string;
  readonly vmState: string;
  readonly taskState?: string;
  readonly powerState: PowerState;
  readonly fault?: string;
  /** The hypervisor's own name, which may differ from the compute service's host. Admins only. */
  readonly hypervisor?: string;
  readonly availabilityZone?: string;
  /** The zone that the server may not leave: asked for at boot or set since. Microversion 2.96. */
  readonly pinnedAvailabilityZone?: string;
  readonly userId: string;
  readonly keyName?: string;
  readonly flavor: ServerFlavor;
  /** Absent for a server booted from a volume. */
  readonly imageId?: string;
  readonly interfaces: readonly ServerInterface[];
  /** False when the order of `interfaces` could not be told for sure. */
  readonly interfaceOrderKnown: boolean;
  readonly floatingIpIds: readonly string[];
  readonly volumes: readonly ServerVolume[];
  readonly rootDevice?: string;
  readonly serverGroupId?: string;
  readonly securityGroupNames: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Base64, as Nova keeps it. Admins only, microversion 2.3. */
  readonly userData?: string;
  readonly hostname?: string;
  readonly configDrive: boolean;
  readonly diskConfig?: 'MANUAL' | 'AUTO';
  readonly accessIpV4?: string;
  readonly accessIpV6?: string;
  readonly locked: boolean;
  readonly lockedReason?: string;
  /** Our mark of a move from here that failed and could not be undone, of which lock reasons tell from 2.73 on. */
  readonly failedMove?: string;
  readonly trustedImageCertificates: readonly string[];
  readonly createdAt: string;
}

/** Nova's `power_state` numbers. */
const POWER_STATES: Readonly<Record<number, PowerState>> = {
  1: 'running',
  3: 'paused',
  4: 'shutdown',
  6: 'crashed',
  7: 'suspended',
};

/** Compute API, "Servers", joined with their ports, floating IPs, volumes, group and flavor. */
export const server: ResourceType<ServerAttributes> = {
  name: 'server',
  service: 'compute',
  ownedBy: 'project',
  onHosts: true,
  identity: { keepsId: false, key: ['projectId', 'name'] },
  rules: {
    description: 'exact',
    status: 'state',
    vmState: 'condition',
    taskState: 'state',
    powerState: 'condition',
    fault: 'state',
    hypervisor: 'state',
    availabilityZone: 'exact',
    pinnedAvailabilityZone: 'exact',
    userId: 'reference',
    keyName: 'exact',
    flavor: 'reference',
    imageId: 'reference',
    interfaces: 'reference',
    interfaceOrderKnown: 'state',
    floatingIpIds: 'reference',
    volumes: 'reference',
    rootDevice: 'state',
    serverGroupId: 'reference',
    securityGroupNames: 'state',
    metadata: 'exact',
    tags: 'set',
    userData: 'exact',
    hostname: 'exact',
    configDrive: 'exact',
    diskConfig: 'exact',
    accessIpV4: 'exact',
    accessIpV6: 'exact',
    locked: 'exact',
    lockedReason: 'exact',
    failedMove: 'state',
    trustedImageCertificates: 'set',
    createdAt: 'state',
  },
  untold: { metadata: true, userData: true },

  async *list(reader, scope) {
    const everyProject = await seesEveryProject(reader);
    if (!everyProject && scope.host !== undefined) {
      reader.note('only an admin can tell which servers are on a host', 'server');
      return;
    }
    if (everyProject) await noteDownCells(reader);
    for await (const page of reader.cloud.compute.servers(scope, everyProject))
      yield await asResources(
        reader,
        page.filter((body) => inScope(body, scope)),
      );
  },

  async get(reader, id) {
    const [only] = await asResources(reader, [await reader.cloud.compute.server(id)]);
    if (only === undefined) throw goneMeanwhile(reader, 'compute', `servers/${id}`);
    return only;
  },

  references({ attributes }) {
    const { flavor, imageId, interfaces, volumes, keyName, userId, serverGroupId, floatingIpIds } = attributes;
    const references: Reference[] = [];
    const needs = (type: Reference['type'], id: string, why: string) =>
      references.push({ type, id, relation: 'requires', why });
    needs('user', userId, 'was made by');
    if (flavor.id !== undefined) needs('flavor', flavor.id, 'boots with');
    if (imageId !== undefined) needs('image', imageId, 'boots from');
    for (const volume of volumes) needs('volume', volume.id, volume.isRoot ? 'boots from' : `has as ${volume.device}`);
    interfaces.forEach(({ portId }, index) => {
      needs('port', portId, attributes.interfaceOrderKnown ? `has as interface ${index}` : 'has as an interface');
    });
    if (keyName !== undefined) needs('keypair', keypairId(userId, keyName), 'lets in');
    if (serverGroupId !== undefined) needs('server-group', serverGroupId, 'is placed by');
    for (const id of floatingIpIds)
      references.push({ type: 'floating-ip', id, relation: 'contains', why: 'answers at' });
    return references;
  },

  moving: {
    ...serverMoving,
    async *candidates(target, { id, name, projectId }) {
      // Each read by itself and afresh: lists do not tell the group, and what a long run remembers of groups is too old.
      for await (const page of serversMadeOf(target, id, projectId))
        yield await Promise.all(page.map((body) => server.get(new Reader(target.cloud), body.id)));
      const scope = projectId === undefined ? {} : { projectId };
      if (name !== '') yield* server.list(target, { ...scope, name });
    },
  },
};

/**
 * Nova takes a name as a pattern, and as a plain user's project filter nothing at all. What is not wanted would be joined
 * with its ports and volumes for nothing.
 */
function inScope(body: NovaServer, scope: ListScope): boolean {
  return (
    (scope.name === undefined || scope.name === body.name) &&
    (scope.projectId === undefined || scope.projectId === body.tenant_id) &&
    scope.outside?.has(body.tenant_id) !== true
  );
}

/** What a page of servers needs from elsewhere is asked for in a few calls for the whole page. */
async function asResources(reader: Reader, page: readonly NovaServer[]): Promise<Resource<ServerAttributes>[]> {
  if (page.length === 0) return [];
  const [interfaces, volumes, groups] = await Promise.all([
    interfacesOf(reader, page),
    volumesOf(reader, page),
    groupOfServers(reader),
  ]);
  const there = page.filter(({ id }) => volumes.has(id));
  const floating = await floatingIpsOf(reader, interfaces);
  return Promise.all(
    there.map(async (body) => {
      const { interfaces: own, orderKnown } = interfaces.get(body.id) ?? { interfaces: [], orderKnown: true };
      const groupId = body.server_groups?.[0] ?? groups.get(body.id);
      return asResource(body, {
        flavor: await flavorOf(reader, body),
        interfaces: own,
        interfaceOrderKnown: orderKnown,
        floatingIpIds: own.flatMap(({ portId }) => floating.get(portId) ?? []).sort(),
        volumes: volumes.get(body.id) ?? [],
        ...(groupId === undefined ? {} : { serverGroupId: groupId }),
      });
    }),
  );
}

type Joined = Pick<
  ServerAttributes,
  'flavor' | 'interfaces' | 'interfaceOrderKnown' | 'floatingIpIds' | 'volumes' | 'serverGroupId'
>;

function asResource(body: NovaServer, joined: Joined): Resource<ServerAttributes> {
  const host = body['OS-EXT-SRV-ATTR:host'];
  const { own: metadata, origin, failure } = splitProperties(body.metadata);
  return {
    type: 'server',
    id: body.id,
    name: body.name,
    projectId: body.tenant_id,
    ...(host ? { host } : {}),
    ...(origin === undefined ? {} : { origin }),
    attributes: {
      ...joined,
      description: body.description ?? '',
      status: body.status,
      vmState: body['OS-EXT-STS:vm_state'] ?? '',
      powerState: POWER_STATES[body['OS-EXT-STS:power_state'] ?? 0] ?? 'none',
      ...present({
        taskState: body['OS-EXT-STS:task_state'],
        fault: body.fault?.message,
        hypervisor: body['OS-EXT-SRV-ATTR:hypervisor_hostname'],
        availabilityZone: body['OS-EXT-AZ:availability_zone'],
        pinnedAvailabilityZone: body.pinned_availability_zone,
        keyName: body.key_name,
        imageId: body.image === '' ? undefined : body.image.id,
        rootDevice: body['OS-EXT-SRV-ATTR:root_device_name'],
        userData: body['OS-EXT-SRV-ATTR:user_data'],
        hostname: body['OS-EXT-SRV-ATTR:hostname'],
        accessIpV4: body.accessIPv4,
        accessIpV6: body.accessIPv6,
        lockedReason: body.locked_reason,
        failedMove: failure,
      }),
      userId: body.user_id,
      securityGroupNames: [...new Set((body.security_groups ?? []).map((group) => group.name))].sort(),
      metadata,
      tags: [...splitTags(body.tags ?? []).own].sort(),
      configDrive: body.config_drive === 'True',
      ...(body['OS-DCF:diskConfig'] === undefined ? {} : { diskConfig: body['OS-DCF:diskConfig'] }),
      locked: body.locked ?? false,
      trustedImageCertificates: body.trusted_image_certificates ?? [],
      createdAt: body.created,
    },
  };
}

/** The entries that have a value: Nova says "none" as null, as empty text or by leaving the field out. */
function present<K extends string>(fields: Record<K, string | null | undefined>): { [P in K]?: string } {
  const entries = Object.entries<string | null | undefined>(fields).filter(([, value]) => value);
  return Object.fromEntries(entries) as { [P in K]?: string };
}
