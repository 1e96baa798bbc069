import { expect, it } from '@jest/globals';
import { createServiceClient } from '../../../services/openstack/create-service-client.ts';
import { Glance } from '../../../services/openstack/glance.ts';
import { Session } from '../../../services/openstack/session.ts';
import { LocalCloud } from './local-cloud.ts';
import { opened } from './opened.ts';

async function askedFor(name: string): Promise<string | null | undefined> {
  const cloud = await LocalCloud.start({
    catalog: [{ type: 'image', at: '/glance' }],
    routes: ({ path }) => (path === '/glance/v2/images' ? { body: { images: [] } } : undefined),
  });
  const session = new Session(cloud.settings());
  opened.push(cloud, session);
  for await (const page of new Glance(createServiceClient(session, 'image')).images({ name })) expect(page).toEqual([]);
  return cloud.server.calls('GET', '/glance/v2/images')[0]?.query.get('name');
}

// Glance refuses `ubuntu:22.04` (unknown operator 'ubuntu') and takes `in:a,b` for a list; seen on Pike and Zed.
it.each([
  ['ubuntu:22.04', 'eq:ubuntu:22.04'],
  ['in:a,b', 'eq:in:a,b'],
  ['ubuntu', 'ubuntu'],
])('an image called %s is asked for as %s, which Glance takes for a name', async (name, asked) => {
  await expect(askedFor(name)).resolves.toBe(asked);
});
