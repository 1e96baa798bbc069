import { isApiError } from '../../../services/openstack/index.ts';
import { originDescription } from '../../moving/origin.ts';
import type { Moving } from '../../resource-type.ts';
import { unlessGone } from '../../visibility.ts';
import { inOrder } from '../in-order.ts';
import { isInterface } from '../interface-port.ts';
import type { RouterAttributes, RouterGateway, RouterInterface } from '../router.ts';
import { takenBy, zonesThere } from './abilities.ts';
import { externalNetwork } from './external-network.ts';
import { finish } from './finish.ts';
import { thereOr } from './not-there.ts';
import { setGateway } from './router-gateway.ts';
import { addInterfaces } from './router-interfaces.ts';

/**
 * Networking API, "Routers". Made without gateway and interfaces: `make` with `incomplete` first, then ports and floating
 * IPs, then `make` again: a gateway takes an address of the external network, and may not take one that a floating IP needs. The
 * gateway's address is another than in the source, whose router answers at its own until it is gone.
 */
export const routerMoving: Moving<RouterAttributes> = {
  translate(attributes, to) {
    const { gateway, interfaces, availabilityZoneHints } = attributes;
    return {
      ...attributes,
      availabilityZoneHints: availabilityZoneHints.map((zone) => to.name('availability-zone', zone)).sort(),
      ...(gateway === undefined
        ? {}
        : {
            gateway: {
              ...gateway,
              ...(gateway.networkId === undefined ? {} : { networkId: to.id('network', gateway.networkId) }),
              // Of a mapped network the subnets may be others.
              fixedIps: gateway.fixedIps.map(({ subnetId, ipAddress }) => ({
                subnetId: thereOr(to.idIfThere('subnet', subnetId), subnetId),
                ipAddress,
              })),
            },
          }),
      interfaces: interfaces.map(({ networkId, fixedIps }) => ({
        portId: '',
        networkId: to.id('network', networkId),
        fixedIps: fixedIps.map(({ subnetId, ipAddress }) => ({ subnetId: to.id('subnet', subnetId), ipAddress })),
      })),
    };
  },

  async create({ target, origin }, { name, projectId, attributes }) {
    const { write } = target.cloud.network;
    const plain = {
      name,
      project_id: projectId,
      description: originDescription(origin),
      admin_state_up: attributes.adminStateUp,
      availability_zone_hints: await zonesThere(target, 'router', attributes.availabilityZoneHints),
    };
    const kind = { ha: attributes.highlyAvailable, distributed: attributes.distributed };
    const request = await takenBy(target, 'router', { ...plain, ...kind });
    try {
      return (await write.create('router', request)).id;
    } catch (error) {
      // Too few network nodes for a highly available one, no driver for a distributed one.
      if (!isApiError(error, 'invalid', 'conflict') || !(attributes.highlyAvailable || attributes.distributed))
        throw error;
      target.note(`router ${name}: the target makes it its own way: ${error.details.reason}`, 'router');
      return (await write.create('router', await takenBy(target, 'router', plain))).id;
    }
  },

  async complete(making, id, { projectId, attributes }) {
    const { network } = making.target.cloud;
    await addInterfaces(making, id, projectId, attributes.interfaces);
    const present = await network.router(id);
    const { gateway } = attributes;
    if (gateway !== undefined) {
      const networkId = gateway.networkId ?? (await externalNetwork(making.target, gateway.leads));
      if (present.external_gateway_info?.network_id !== networkId)
        await setGateway(making, id, { ...gateway, networkId });
    }
    // Last: next hops must be reachable through an interface.
    const differs = JSON.stringify(inOrder(present.routes ?? [])) !== JSON.stringify(inOrder(attributes.routes));
    if (differs) await network.write.update('router', id, { routes: attributes.routes });
    await finish(making, 'router', 'router', id, attributes);
  },

  async remove({ target }, id) {
    const { network } = target.cloud;
    const present = await unlessGone(() => network.router(id));
    if (present === undefined) return;
    if ((present.routes ?? []).length > 0) await network.write.update('router', id, { routes: [] });
    for (const port of await network.portsOfDevices([id]))
      if (isInterface(port)) await network.write.removeInterface(id, port.id);
    if (present.external_gateway_info !== null) await network.write.update('router', id, { external_gateway_info: {} });
    await network.write.remove('router', id);
  },

  isKept(attribute, { attributes: wanted }, { attributes: found }) {
    if (attribute === 'interfaces') return interfacesKey(wanted.interfaces) === interfacesKey(found.interfaces);
    if (attribute === 'gateway') {
      // nova-network's has no network: any way outside is one.
      if (wanted.gateway !== undefined && wanted.gateway.networkId === undefined) return found.gateway !== undefined;
      return gatewayKey(wanted.gateway) === gatewayKey(found.gateway);
    }
    return undefined;
  },

  tagged: true,

  losses: {
    gateway: 'the source’s router still answers at its address on the shared network: the target’s has another',
    distributed: 'the target has its own way of making routers',
    highlyAvailable: 'the target has its own way of making routers',
    availabilityZoneHints: 'the target has no such zone for routers',
  },
};

/** Without the ports' ids, which are other ones in another cloud. */
function interfacesKey(interfaces: readonly RouterInterface[]): string {
  return JSON.stringify(
    inOrder(interfaces.map(({ networkId, fixedIps }) => ({ networkId, fixedIps: inOrder(fixedIps) }))),
  );
}

function gatewayKey(gateway: RouterGateway | undefined): string {
  if (gateway === undefined) return '';
  return JSON.stringify([gateway.networkId, gateway.snat ?? true, inOrder(gateway.fixedIps)]);
}
