import { BlockList, isIPv6 } from 'node:net';
import {
  type ApiError,
  isApiError,
  type NovaNetworkNetwork,
  type NovaServer,
} from '../../../services/openstack/index.ts';
import type { Reader } from '../../reader.ts';
import type { ListScope, Resource } from '../../resource-type.ts';
import { ownProjectId } from '../../visibility.ts';
import type { NetworkAttributes } from '../network.ts';
import type { SubnetAttributes } from '../subnet.ts';
import { matches, oneOf } from './one-of-list.ts';

/*
 * A cloud with nova-network, shown as Neutron would show it, so that its tenants can move to Neutron: a network's address
 * range is a subnet (`NETWORK/v4`), a server's interface a port (`SERVER/MAC`), a held address a floating IP.
 */

interface VisibleNetworks {
  readonly networks: readonly NovaNetworkNetwork[];
  /** Why there are none to be seen: policy keeps them from the login. */
  readonly refusal?: ApiError;
}

function visibleNetworks(reader: Reader): Promise<VisibleNetworks> {
  return reader.once('nova-network networks', async () => {
    try {
      return { networks: await withOwners(reader, await reader.cloud.novaNetwork.networks()) };
    } catch (error) {
      if (!isApiError(error, 'forbidden')) throw error;
      reader.note('not allowed to read networks', 'network');
      return { networks: [], refusal: error };
    }
  });
}

/** A plain user is shown the networks that its project may use, and not whose they are. */
async function withOwners(
  reader: Reader,
  networks: readonly NovaNetworkNetwork[],
): Promise<readonly NovaNetworkNetwork[]> {
  if (networks.every((body) => body.project_id !== undefined)) return networks;
  const own = await ownProjectId(reader);
  reader.note('a plain user is not told whose networks are: they are shown as of its own project', 'network');
  return networks.map((body) => ({ ...body, project_id: body.project_id ?? own ?? null }));
}

export async function networks(reader: Reader, scope: ListScope): Promise<readonly Resource<NetworkAttributes>[]> {
  const visible = await visibleNetworks(reader);
  return visible.networks.map(asNetwork).filter((resource) => matches(scope, resource));
}

export async function subnets(reader: Reader, scope: ListScope): Promise<readonly Resource<SubnetAttributes>[]> {
  const visible = await visibleNetworks(reader);
  return visible.networks
    .flatMap((body) => ranges(body).map((range) => asSubnet(body, range)))
    .filter((resource) => matches(scope, resource));
}

export async function oneNetwork(reader: Reader, id: string): Promise<Resource<NetworkAttributes>> {
  await refuseHidden(reader);
  return oneOf(reader, 'network', await networks(reader, {}), id);
}

export async function oneSubnet(reader: Reader, id: string): Promise<Resource<SubnetAttributes>> {
  await refuseHidden(reader);
  return oneOf(reader, 'subnet', await subnets(reader, {}), id);
}

/** What policy hides is not missing. */
async function refuseHidden(reader: Reader): Promise<void> {
  const { refusal } = await visibleNetworks(reader);
  if (refusal !== undefined) throw refusal;
}

export type NetworkFinder = (server: NovaServer, label: string, address: string) => string | undefined;

/**
 * Finds the network that an address of a server is in, by id. A server tells no more than the network's label, and
 * labels are not unique: with VlanManager every project may have a network of the same label.
 */
export function networkFinder(reader: Reader): Promise<NetworkFinder> {
  return reader.once('nova-network networks by label', async () => {
    const byLabel = new Map<string, { body: NovaNetworkNetwork; addresses: BlockList }[]>();
    for (const body of (await visibleNetworks(reader)).networks) {
      const known = byLabel.get(body.label) ?? [];
      byLabel.set(body.label, known);
      known.push({ body, addresses: addressesIn(body) });
    }
    return (server, label, address) => {
      const candidates = byLabel.get(label) ?? [];
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      const fitting = candidates.find(
        ({ body, addresses }) =>
          (body.project_id === null || body.project_id === server.tenant_id) && addresses.check(address, family),
      );
      return (fitting ?? (candidates.length === 1 ? candidates[0] : undefined))?.body.id;
    };
  });
}

function addressesIn(body: NovaNetworkNetwork): BlockList {
  const addresses = new BlockList();
  for (const { cidr, ipVersion } of ranges(body)) {
    const [network = '', prefix] = cidr.split('/');
    addresses.addSubnet(network, Number(prefix), `ipv${ipVersion}`);
  }
  return addresses;
}

interface AddressRange {
  readonly id: string;
  readonly ipVersion: 4 | 6;
  readonly cidr: string;
  readonly gateway: string | null;
}

function ranges({ id, cidr, cidr_v6, gateway, gateway_v6 }: NovaNetworkNetwork): readonly AddressRange[] {
  const found: AddressRange[] = [];
  if (cidr !== null) found.push({ id: `${id}/v4`, ipVersion: 4, cidr, gateway });
  if (cidr_v6 !== null) found.push({ id: `${id}/v6`, ipVersion: 6, cidr: cidr_v6, gateway: gateway_v6 });
  return found;
}

function asNetwork(body: NovaNetworkNetwork): Resource<NetworkAttributes> {
  const { vlan, mtu, bridge_interface: physical } = body;
  return {
    type: 'network',
    id: body.id,
    name: body.label,
    ...ownerOf(body),
    attributes: {
      description: '',
      status: 'ACTIVE',
      adminStateUp: true,
      shared: body.project_id === null,
      external: false,
      isDefault: false,
      ...(mtu === null || mtu === undefined ? {} : { mtu }),
      dnsDomain: '',
      portSecurity: true,
      availabilityZoneHints: [],
      ...(vlan === undefined ? {} : { providerNetworkType: vlan === null ? 'flat' : 'vlan' }),
      ...(physical === null || physical === undefined ? {} : { providerPhysicalNetwork: physical }),
      ...(vlan === null || vlan === undefined ? {} : { providerSegmentationId: vlan }),
      access: [],
      subnetIds: ranges(body).map((range) => range.id),
      tags: [],
    },
  };
}

function asSubnet(body: NovaNetworkNetwork, range: AddressRange): Resource<SubnetAttributes> {
  return {
    type: 'subnet',
    id: range.id,
    name: body.label,
    ...ownerOf(body),
    attributes: {
      description: '',
      networkId: body.id,
      ipVersion: range.ipVersion,
      cidr: range.cidr,
      ...(range.gateway === null ? {} : { gatewayIp: range.gateway }),
      dhcp: body.enable_dhcp ?? true,
      // nova-network leases from `dhcp_start` to the end of the range and does not say where that is.
      allocationPools: [],
      dnsNameservers: [body.dns1, body.dns2].filter((server) => server !== null),
      hostRoutes: [],
      serviceTypes: [],
      tags: [],
    },
  };
}

function ownerOf({ project_id: owner }: NovaNetworkNetwork): { projectId?: string } {
  return owner === null || owner === undefined ? {} : { projectId: owner };
}
