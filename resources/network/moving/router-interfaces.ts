import type { Making } from '../../moving/making.ts';
import { comesFrom, originDescription } from '../../moving/origin.ts';
import type { Reader } from '../../reader.ts';
import { inOrder } from '../in-order.ts';
import { marksOf } from '../marks.ts';
import type { FixedIp } from '../port.ts';
import type { RouterInterface } from '../router.ts';
import { unlessTaken } from './address-taken.ts';

/** Gives a router the interfaces that it lacks, at the same addresses; those that it has stay. */
export async function addInterfaces(
  making: Making,
  routerId: string,
  projectId: string | undefined,
  interfaces: readonly RouterInterface[],
): Promise<void> {
  const { network } = making.target.cloud;
  const present = await network.portsOfDevices([routerId]);
  const there = new Set(present.flatMap((port) => port.fixed_ips.map((ip) => `${ip.subnet_id} ${ip.ip_address}`)));
  for (const { networkId, fixedIps } of interfaces) {
    const lacking = fixedIps.filter(({ subnetId, ipAddress }) => !there.has(`${subnetId} ${ipAddress}`));
    if (lacking.length === 0) continue;
    if (await areGateways(making.target, fixedIps)) {
      for (const { subnetId, ipAddress } of lacking)
        await unlessTaken(making.target, networkId, { ipAddresses: [ipAddress] }, () =>
          network.write.addInterface(routerId, { subnet_id: subnetId }),
        );
    } else {
      const portId = await interfacePort(making, projectId, networkId, fixedIps);
      await network.write.addInterface(routerId, { port_id: portId });
      await network.write.update('port', portId, { description: '' });
    }
  }
}

/**
 * Whether adding each subnet gives the wanted ports: each address is its subnet's gateway, and is alone on its port.
 * Neutron puts the IPv6 subnets of a network on one port by itself.
 */
async function areGateways(target: Reader, fixedIps: readonly FixedIp[]): Promise<boolean> {
  const gateways = await Promise.all(
    fixedIps.map(({ subnetId }) =>
      target.once(`gateway of subnet ${subnetId}`, async () => {
        return (await target.cloud.network.subnet(subnetId)).gateway_ip ?? '';
      }),
    ),
  );
  const isOnePort = fixedIps.length === 1 || fixedIps.every(({ ipAddress }) => ipAddress.includes(':'));
  return isOnePort && fixedIps.every(({ ipAddress }, index) => gateways[index] === ipAddress);
}

/** A port with these addresses; one that an earlier try made and did not attach is taken. */
async function interfacePort(
  { target, origin }: Making,
  projectId: string | undefined,
  networkId: string,
  fixedIps: readonly FixedIp[],
): Promise<string> {
  const { network } = target.cloud;
  const [first] = fixedIps;
  const filter = first === undefined ? {} : { ipAddress: first.ipAddress };
  for await (const page of network.ports({ networkId, ...filter }))
    for (const port of page)
      if (port.device_id === '' && comesFrom(marksOf(port).mark.origin, origin.cloud, origin.id)) return port.id;
  const request = {
    network_id: networkId,
    project_id: projectId,
    description: originDescription(origin),
    fixed_ips: inOrder(fixedIps).map(({ subnetId, ipAddress }) => ({ subnet_id: subnetId, ip_address: ipAddress })),
  };
  const ipAddresses = fixedIps.map(({ ipAddress }) => ipAddress);
  return (await unlessTaken(target, networkId, { ipAddresses }, () => network.write.create('port', request))).id;
}
