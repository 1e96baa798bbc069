import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { floatingIp } from '../../resources/network/floating-ip.ts';
import { leadTo, ledTo } from '../../resources/network/lead-address.ts';
import { Reader } from '../../resources/reader.ts';
import { type OneCloud, oneCloud } from './one-cloud.ts';

describe('a floating IP of nova-network', () => {
  let one: OneCloud;
  let address: string;

  beforeEach(async () => {
    const server = { name: 'web', flavor: 'small', image: 'debian', networks: [{ name: 'net' }], floatingIp: true };
    const tenant = { name: 'acme', users: [{ name: 'ann' }], networks: [{ name: 'net', cidr: '10.20.0.0/24' }] };
    one = await oneCloud(
      { release: 'pike', identity: 'v2.0', network: 'nova-network' },
      {
        flavors: [{ name: 'small' }],
        images: [{ name: 'debian', visibility: 'public' }],
        publicNetwork: {},
        tenants: [{ ...tenant, servers: [server, { ...server, name: 'other', floatingIp: false }] }],
      },
    );
    for await (const page of floatingIp.list(reader(), {})) address = page[0]?.id ?? '';
  });
  afterEach(() => one.close());

  const reader = () => new Reader(one.cloud);

  it('is taken from its server, and given back to the same fixed address', async () => {
    const former = await ledTo(reader(), address);
    expect(former).toEqual({ portId: expect.stringContaining('/fa:16:3e'), fixedIpAddress: expect.any(String) });
    for (let times = 2; times > 0; times--) await leadTo(reader(), address, {});
    expect(await ledTo(reader(), address)).toEqual({});
    for (let times = 2; times > 0; times--) await leadTo(reader(), address, former);
    expect(await ledTo(reader(), address)).toEqual(former);
  });

  it('is not taken from another server that was given it meanwhile', async () => {
    const former = await ledTo(reader(), address);
    await leadTo(reader(), address, {});
    const other = one.simulated.state.nova.servers.find(({ name }) => name === 'other');
    const { floatingIps } = one.simulated.state.novaNetwork;
    const held = { serverId: other?.id ?? '', fixedAddress: other?.fixedIps[0]?.address ?? '' };
    floatingIps.change(floatingIps.get(address)!, held);
    await expect(leadTo(reader(), address, former)).rejects.toMatchObject({ kind: 'conflict' });
  });
});
