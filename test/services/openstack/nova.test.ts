import { expect, it } from '@jest/globals';
import { createServiceClient } from '../../../services/openstack/create-service-client.ts';
import { Nova } from '../../../services/openstack/nova.ts';
import { Session } from '../../../services/openstack/session.ts';
import { LocalCloud } from './local-cloud.ts';
import type { Handler } from './local-server.ts';
import { opened } from './opened.ts';

async function nova(routes: Handler): Promise<Nova> {
  const cloud = await LocalCloud.start({ catalog: [{ type: 'compute', at: '/nova/v2.1' }], routes });
  const session = new Session(cloud.settings());
  opened.push(cloud, session);
  return new Nova(createServiceClient(session, 'compute'));
}

/** What Nova tells from 2.69 on of a server whose cell's database does not answer (Compute API guide, "Down cells"). */
const partial = {
  id: 's1',
  status: 'UNKNOWN',
  tenant_id: 'acme',
  created: '2024-01-01T00:00:00Z',
  user_id: 'UNKNOWN',
  image: { id: 'i1' },
  flavor: { original_name: 'small', vcpus: 1, ram: 512, disk: 1, ephemeral: 0, swap: 0 },
  'OS-EXT-AZ:availability_zone': 'nova',
  'OS-EXT-STS:power_state': 0,
  links: [],
};

it('a server whose cell is down cannot be read now, but later', async () => {
  const compute = await nova(({ path }) => (path.endsWith('/servers/s1') ? { body: { server: partial } } : undefined));
  await expect(compute.server('s1')).rejects.toMatchObject({
    kind: 'unavailable',
    retry: { when: 'back-off' },
    message: expect.stringMatching(/^old: compute: GET servers\/s1: the cell of the server is down: /),
  });
});

it('a server of unknown status whose cell answers is read like any other', async () => {
  const server = { ...partial, name: 'web-1', metadata: {}, addresses: {} };
  const compute = await nova(({ path }) => (path.endsWith('/servers/s1') ? { body: { server } } : undefined));
  await expect(compute.server('s1')).resolves.toEqual(server);
});

it('a compute service in a cell that is down is listed with what is known of it', async () => {
  const down = { binary: 'nova-compute', host: 'compute-2', status: 'UNKNOWN' };
  const compute = await nova(({ path }) =>
    path.endsWith('/os-services') ? { body: { services: [down] } } : undefined,
  );
  const [service] = await compute.computeServices();
  expect(service).toEqual(down);
  expect(service?.status).toBe('UNKNOWN');
  expect(service?.state).toBeUndefined();
});
