import { afterEach, expect, it } from '@jest/globals';
import { IpmiClient } from '../../ipmi-ts/src/index.ts';
import { type Fate, type Fates, type LossyProxy, lossyProxy } from '../../ipmi-ts/test/lossy-proxy.ts';
import { Rack } from '../simulator/hardware/rack.ts';

const racks: Rack[] = [];
const proxies: LossyProxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
  for (const rack of racks.splice(0)) await rack.close();
});

/** Opens a session through the proxy, switches nothing, sets boot flags, reads all back. */
async function work(fates: Fates): Promise<void> {
  const rack = new Rack();
  racks.push(rack);
  const bmc = await rack.bmc();
  const proxy = await lossyProxy({ host: bmc.host, port: bmc.port }, fates);
  proxies.push(proxy);
  const options = { host: '127.0.0.1', port: proxy.port, user: 'admin', password: 'admin' };
  await IpmiClient.with({ ...options, retransmitMs: 20, timeoutMs: 5000 }, async (client) => {
    await client.setBootOptions({ device: 'pxe', persistent: false, uefi: false });
    expect(await client.bootOptions()).toMatchObject({ device: 'pxe', valid: true });
    expect((await client.chassisStatus()).power).toBe('on');
    await client.setBootOptions({ device: 'none', persistent: false, uefi: false });
  });
}

it.each(['to-bmc', 'from-bmc'] as const)('works when any one packet %s is lost', async (lossy) => {
  for (let lost = 1; lost <= 8; lost += 1)
    await work((direction, number) => (direction === lossy && number === lost ? 'drop' : undefined));
});

it.each(['to-bmc', 'from-bmc'] as const)('works when every packet %s is doubled', async (lossy) => {
  await work((direction) => (direction === lossy ? 'double' : undefined));
});

it.each(['to-bmc', 'from-bmc'] as const)('works when every fifth packet %s comes after the next one', async (lossy) => {
  await work((direction, number) => (direction === lossy && number % 5 === 0 ? 'late' : undefined));
});

it('works when all of it happens at once', async () => {
  const fates: readonly Fate[] = ['drop', undefined, 'double', undefined, undefined, 'late', undefined];
  await work((direction, number) => fates[(direction === 'to-bmc' ? number : number + 3) % fates.length]);
});
