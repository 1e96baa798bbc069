import type { Cloud } from '../cloud.ts';
import { contains, parseCidr, toAddress } from '../neutron/addresses.ts';
import type { WantedNic } from './server-create.ts';
import type { Server } from './state.ts';

/** Fixed addresses of nova-network: from the networks named, or from those of the project (VlanManager). */
export function takeFixedIp(cloud: Cloud, row: Server, nics: readonly WantedNic[]): void {
  const { networks } = cloud.novaNetwork;
  const own = networks.filter((network) => network.projectId === row.projectId);
  if (own.length === 0 && nics.length === 0) {
    // The first server of a project takes a network that nobody has yet.
    const free = networks.find((network) => network.projectId === null);
    if (free !== undefined) own.push(networks.change(free, { projectId: row.projectId }));
  }
  const wanted = nics.length > 0 ? nics : own.map((network) => ({ networkId: network.id, address: undefined }));
  const fixedIps = wanted.map(({ networkId, address }) => {
    const network = networks.get(networkId ?? '');
    if (network === undefined) throw new Error(`Network ${networkId} could not be found.`);
    const mac = `fa:16:3e${cloud.random.hex(6).replace(/../g, ':$&')}`;
    return { networkId: network.id, address: address ?? freeAddress(cloud, network.cidr), mac };
  });
  cloud.nova.servers.change(row, { fixedIps });
}

function freeAddress(cloud: Cloud, cidrText: string): string {
  const cidr = parseCidr(cidrText);
  if (cidr === undefined) throw new Error(`bad network ${cidrText}`);
  const taken = new Set(cloud.nova.servers.all().flatMap((server) => server.fixedIps.map((ip) => ip.address)));
  // .1 is the gateway, .2 the VPN.
  for (let value = cidr.first + 3n; ; value++) {
    const address = toAddress(value, 4);
    if (!contains(cidr, address)) throw new Error('No fixed IP addresses available for network.');
    if (!taken.has(address)) return address;
  }
}
