import type { NeutronPort, NeutronRouter } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Reference, Resource, ResourceType } from '../resource-type.ts';
import { inOrder } from './in-order.ts';
import { isInterface } from './interface-port.ts';
import { marksOf } from './marks.ts';
import { routerMoving } from './moving/routers.ts';
import { oneRouter, routers } from './nova-network/routers.ts';
import { ownerOf } from './owner.ts';
import { asFixedIp, type FixedIp } from './port.ts';

export interface RouterGateway {
  /** Absent on nova-network, which has pools. */
  readonly networkId?: string;
  /** nova-network: one of the floating IPs that it translates, where there is one. */
  readonly leads?: { readonly address: string; readonly pool: string };
  readonly snat?: boolean;
  readonly fixedIps: readonly FixedIp[];
}

export interface RouterInterface {
  readonly portId: string;
  readonly networkId: string;
  readonly fixedIps: readonly FixedIp[];
}

export interface RouterAttributes {
  readonly description: string;
  readonly status: string;
  readonly adminStateUp: boolean;
  readonly gateway?: RouterGateway;
  readonly interfaces: readonly RouterInterface[];
  readonly routes: readonly { readonly destination: string; readonly nexthop: string }[];
  /** Visible to admins only, as is the next. */
  readonly distributed?: boolean;
  readonly highlyAvailable?: boolean;
  readonly availabilityZoneHints: readonly string[];
  readonly tags: readonly string[];
}

/** Networking API, "Routers", with their interfaces; on nova-network, what leads a project's network outside. */
export const router: ResourceType<RouterAttributes> = {
  name: 'router',
  service: 'network',
  ownedBy: 'project',
  identity: { keepsId: false, key: ['projectId', 'name'] },
  rules: {
    description: 'exact',
    status: 'state',
    adminStateUp: 'exact',
    gateway: 'reference',
    interfaces: 'reference',
    routes: 'set',
    distributed: 'exact',
    highlyAvailable: 'exact',
    availabilityZoneHints: 'set',
    tags: 'set',
  },

  async *list(reader, scope) {
    if ((await reader.cloud.networking()) === 'nova-network') {
      yield await routers(reader, scope);
      return;
    }
    for await (const page of reader.cloud.network.routers(scope)) yield await asResources(reader, page);
  },

  async get(reader, id) {
    if ((await reader.cloud.networking()) === 'nova-network') return oneRouter(reader, id);
    const [only] = await asResources(reader, [await reader.cloud.network.router(id)]);
    return only!;
  },

  references({ attributes }) {
    const references: Reference[] = [];
    const { gateway } = attributes;
    if (gateway !== undefined) {
      if (gateway.networkId !== undefined)
        references.push({ type: 'network', id: gateway.networkId, relation: 'requires', why: 'has its gateway in' });
      for (const { subnetId: id, ipAddress } of gateway.fixedIps)
        references.push({ type: 'subnet', id, relation: 'requires', why: `has its gateway address ${ipAddress} in` });
    }
    for (const { networkId, fixedIps } of attributes.interfaces) {
      references.push({ type: 'network', id: networkId, relation: 'requires', why: 'routes' });
      for (const { subnetId, ipAddress } of fixedIps)
        references.push({ type: 'subnet', id: subnetId, relation: 'requires', why: `has ${ipAddress} of` });
    }
    return references;
  },

  moving: routerMoving,
};

/** One look for the ports of a whole page of routers. */
async function asResources(reader: Reader, page: readonly NeutronRouter[]): Promise<Resource<RouterAttributes>[]> {
  const ports = await reader.cloud.network.portsOfDevices(page.map((body) => body.id));
  return page.map((body) =>
    asResource(
      body,
      ports.filter((port) => port.device_id === body.id),
    ),
  );
}

function asResource(body: NeutronRouter, ports: readonly NeutronPort[]): Resource<RouterAttributes> {
  const gateway = body.external_gateway_info;
  const { mark, own } = marksOf(body);
  return {
    type: 'router',
    id: body.id,
    name: body.name,
    ...ownerOf(body),
    ...mark,
    attributes: {
      description: own.description,
      status: body.status,
      adminStateUp: body.admin_state_up,
      ...(gateway === null
        ? {}
        : {
            gateway: {
              networkId: gateway.network_id,
              ...(gateway.enable_snat === undefined ? {} : { snat: gateway.enable_snat }),
              fixedIps: (gateway.external_fixed_ips ?? []).map(asFixedIp),
            },
          }),
      interfaces: ports
        .filter((port) => isInterface(port))
        .map((port) => ({
          portId: port.id,
          networkId: port.network_id,
          fixedIps: port.fixed_ips.map(asFixedIp),
        }))
        .sort((a, b) => (a.portId < b.portId ? -1 : 1)),
      routes: inOrder(body.routes ?? []),
      ...(body.distributed === undefined ? {} : { distributed: body.distributed }),
      ...(body.ha === undefined ? {} : { highlyAvailable: body.ha }),
      availabilityZoneHints: [...(body.availability_zone_hints ?? [])].sort(),
      tags: own.tags,
    },
  };
}
