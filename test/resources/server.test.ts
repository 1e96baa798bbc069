import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../resources/digest.ts';
import { hostNamed } from '../../resources/hosts.ts';
import { Reader } from '../../resources/reader.ts';
import { look, type OneCloud, oneCloud } from './one-cloud.ts';

describe('servers and their hosts', () => {
  let one: OneCloud;

  beforeEach(async () => {
    const server = { flavor: 'small', image: 'debian' };
    one = await oneCloud(
      {},
      {
        flavors: [{ name: 'small' }],
        images: [{ name: 'debian', visibility: 'public' }],
        tenants: [
          {
            name: 'acme',
            users: [{ name: 'ann' }],
            servers: ['web-1', 'web-2', 'web-3'].map((name) => ({ ...server, name })),
          },
        ],
      },
    );
  });
  afterEach(() => one.close());

  const nova = () => one.simulated.state.nova;

  it('one note tells of a flavor that is gone, however many servers have it', async () => {
    for (const row of nova().flavors.all()) nova().flavors.remove(row.id);
    const { items, notes } = await look(one.cloud, 'server');
    expect(items).toHaveLength(3);
    expect(notes).toEqual(['servers were booted with flavor small, which exists no more as it was']);
  });

  it('an admin is told when a cell is down, whose servers no list has', async () => {
    const { compute } = one.cloud;
    const services = await compute.computeServices();
    compute.computeServices = async () => [...services, { host: 'far', binary: 'nova-compute', status: 'UNKNOWN' }];
    expect((await look(one.cloud, 'server')).notes).toEqual(['a cell of Nova is down: its servers are not listed']);
    compute.computeServices = async () => services;
    expect((await look(one.cloud, 'server')).notes).toEqual([]);
  });

  it('a stopped server has the digest that it had running', async () => {
    const digests = async () => (await look(one.cloud, 'server')).items.map(digestOf);
    const running = await digests();
    nova().servers.change(nova().servers.all()[0]!, { vmState: 'stopped' });
    expect(await digests()).toEqual(running);
  });

  it('a pinned zone is an attribute', async () => {
    const { compute } = one.cloud;
    const read = compute.servers.bind(compute);
    compute.servers = async function* (filter, everyProject) {
      for await (const page of read(filter, everyProject))
        yield page.map((body) => ({ ...body, pinned_availability_zone: 'zone-2' }));
    };
    const { items } = await look(one.cloud, 'server');
    expect(items[0]!.attributes).toMatchObject({ pinnedAvailabilityZone: 'zone-2' });
  });

  it('a host with many hypervisors, as Ironic’s, is one host', async () => {
    const { compute } = one.cloud;
    const read = compute.hypervisors.bind(compute);
    compute.hypervisors = async function* () {
      for await (const page of read())
        yield page.map((body, index) => ({
          ...body,
          hypervisor_hostname: `node-${index}`,
          service: { ...body.service, host: 'ironic' },
        }));
    };
    expect(await hostNamed(new Reader(one.cloud), 'ironic')).toMatchObject({ host: 'ironic' });
    expect(await hostNamed(new Reader(one.cloud), 'node-1')).toMatchObject({ hypervisor: 'node-1' });
  });
});
