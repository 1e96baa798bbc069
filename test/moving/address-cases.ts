import { expect, it } from '@jest/globals';
import type { Cloud } from '../../services/openstack/cloud.ts';
import type { ServerStage, Twin } from './server-stage.ts';

/** A floating IP at cut-over: from the source's port to the one that stands for it, and back. */
export function addressCases(there: () => ServerStage): void {
  it('has its floating IP in one cloud at a time', async () => {
    const stage = there();
    const port = await stage.port(0, 60);
    const address = stage.map('floating-ip', await floatingIps(stage));
    const { network } = stage.source;
    const led = { port_id: port.source, fixed_ip_address: '10.77.0.60' };
    await network.client.put(`floatingips/${address.source}`, { floatingip: led });
    const worker = stage.worker();
    const request = worker.address(address.source);

    const former = await worker.inspectAddress(request);
    expect(former).toEqual({ portId: port.source, fixedIpAddress: '10.77.0.60' });
    for (let times = 2; times > 0; times--) await worker.detachSourceAddress(request);
    expect(await network.floatingIp(address.source)).toMatchObject({ port_id: null });
    for (let times = 2; times > 0; times--) await worker.attachTargetAddress({ ...request, former });
    expect(await stage.target.network.floatingIp(address.target)).toMatchObject({
      port_id: port.target,
      fixed_ip_address: '10.77.0.60',
    });

    for (let times = 2; times > 0; times--) await worker.detachTargetAddress({ ...request, former });
    expect(await stage.target.network.floatingIp(address.target)).toMatchObject({ port_id: null });
    for (let times = 2; times > 0; times--) await worker.attachSourceAddress({ ...request, former });
    expect(await network.floatingIp(address.source)).toMatchObject(led);

    await network.client.put(`floatingips/${address.source}`, { floatingip: { port_id: null } });
    const other = await stage.port(0, 61);
    await stage.target.network.client.put(`floatingips/${address.target}`, { floatingip: { port_id: other.target } });
    const refused = worker.attachTargetAddress({ ...request, former });
    await expect(refused).rejects.toMatchObject({ type: 'conflict' });
    await worker.detachTargetAddress({ ...request, former });
    expect(await stage.target.network.floatingIp(address.target)).toMatchObject({ port_id: other.target });
    await stage.target.network.client.put(`floatingips/${address.target}`, { floatingip: { port_id: null } });
  }, 400_000);
}

/** An external network of the tests' own, with a router to it, in both clouds: the lab's is everybody's. */
async function floatingIps(stage: ServerStage): Promise<Twin> {
  return stage.both(async (side) => {
    const cloud: Cloud = stage[side];
    const external = await stage.neutron(side, 'networks', {
      network: { name: `${stage.word}-public`, 'router:external': true },
    });
    const subnet = { network_id: external, ip_version: 4, cidr: '203.0.113.0/24', enable_dhcp: false };
    await stage.neutron(side, 'subnets', { subnet });
    const router = await stage.neutron(side, 'routers', {
      router: { name: stage.word, external_gateway_info: { network_id: external }, project_id: stage.project[side] },
    });
    const inside = { subnet_id: stage.subnets[0]![side] };
    await cloud.network.client.put(`routers/${router}/add_router_interface`, inside);
    stage.later(() => cloud.network.client.put(`routers/${router}/remove_router_interface`, inside));
    return stage.neutron(side, 'floatingips', {
      floatingip: {
        floating_network_id: external,
        floating_ip_address: '203.0.113.77',
        project_id: stage.project[side],
      },
    });
  });
}
