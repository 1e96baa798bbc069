import type { NeutronPort, NovaServer } from '../../services/openstack/index.ts';
import { heldAddresses } from '../network/nova-network/floating-ips.ts';
import { portsOf } from '../network/nova-network/ports.ts';
import { asFixedIp, type FixedIp } from '../network/port.ts';
import type { Reader } from '../reader.ts';

export interface ServerInterface {
  readonly portId: string;
  readonly networkId: string;
  readonly macAddress: string;
  readonly fixedIps: readonly FixedIp[];
}

export interface Interfaces {
  readonly interfaces: readonly ServerInterface[];
  readonly orderKnown: boolean;
}

/** The interfaces of a page of servers, by server. */
export async function interfacesOf(
  reader: Reader,
  page: readonly NovaServer[],
): Promise<ReadonlyMap<string, Interfaces>> {
  switch (await reader.cloud.networking()) {
    case 'nova-network':
      return interfacesOnNovaNetwork(reader, page);
    case 'neutron':
      return interfacesOnNeutron(reader, page);
    case 'none':
      return new Map();
  }
}

async function interfacesOnNeutron(reader: Reader, page: readonly NovaServer[]): Promise<Map<string, Interfaces>> {
  const ports = await reader.cloud.network.portsOfDevices(page.map((server) => server.id));
  return new Map(
    page.map((server) => {
      const own = ports.filter((port) => port.device_id === server.id);
      return [server.id, inOrder(server, own)];
    }),
  );
}

/**
 * Neutron's ports have no order; Nova's `addresses` list networks in the order of the interfaces, but gather all
 * addresses of one network in one place. So the order is certain only while no network comes twice beside others, every
 * port has an address, and no network's name is a whole number (JSON objects sort such keys first).
 */
function inOrder(server: NovaServer, ports: readonly NeutronPort[]): Interfaces {
  const macs = Object.values(server.addresses).flatMap((addresses) =>
    addresses.map((address) => address['OS-EXT-IPS-MAC:mac_addr']),
  );
  const place = (port: NeutronPort) => {
    const found = macs.indexOf(port.mac_address);
    return found === -1 ? macs.length : found;
  };
  const sorted = [...ports].sort((a, b) => place(a) - place(b) || (a.id < b.id ? -1 : 1));
  const networks = new Set(ports.map((port) => port.network_id));
  const interleaved = networks.size > 1 && networks.size < ports.length;
  const unplaced = ports.length > 1 && ports.some((port) => place(port) === macs.length);
  const sortedKeys = networks.size > 1 && Object.keys(server.addresses).some((name) => /^\d+$/.test(name));
  return { interfaces: sorted.map(asInterface), orderKnown: !interleaved && !unplaced && !sortedKeys };
}

function asInterface(port: NeutronPort): ServerInterface {
  return {
    portId: port.id,
    networkId: port.network_id,
    macAddress: port.mac_address,
    fixedIps: port.fixed_ips.map(asFixedIp),
  };
}

async function interfacesOnNovaNetwork(reader: Reader, page: readonly NovaServer[]): Promise<Map<string, Interfaces>> {
  const found = new Map<string, Interfaces>();
  for (const server of page) {
    const interfaces = (await portsOf(reader, server)).map(({ id, attributes }) => ({
      portId: id,
      networkId: attributes.networkId,
      macAddress: attributes.macAddress,
      fixedIps: attributes.fixedIps,
    }));
    found.set(server.id, { interfaces, orderKnown: interfaces.length < 2 });
  }
  return found;
}

/** Floating IPs by the port that they lead to, of servers whose interfaces are known. */
export async function floatingIpsOf(
  reader: Reader,
  servers: ReadonlyMap<string, Interfaces>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const byPort = new Map<string, string[]>();
  const add = (portId: string | undefined, id: string) => {
    if (portId !== undefined) byPort.set(portId, [...(byPort.get(portId) ?? []), id]);
  };
  switch (await reader.cloud.networking()) {
    case 'nova-network':
      for (const { address, serverId = '', fixedIp } of await heldAddresses(reader)) {
        const through = servers
          .get(serverId)
          ?.interfaces.find(({ fixedIps }) => fixedIps.some(({ ipAddress }) => ipAddress === fixedIp));
        add(through?.portId, address);
      }
      break;
    case 'neutron': {
      const portIds = [...servers.values()].flatMap(({ interfaces }) => interfaces.map(({ portId }) => portId));
      for (const found of await reader.cloud.network.floatingIpsOfPorts(portIds))
        add(found.port_id ?? undefined, found.id);
      break;
    }
    case 'none':
      break;
  }
  return byPort;
}
