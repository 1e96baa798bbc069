import type { CloudSettings } from '../../../config/cloud-settings.ts';
import { Session } from '../../../services/openstack/session.ts';
import { LocalCloud, type LocalCloudOptions } from './local-cloud.ts';
import { opened } from './opened.ts';

export async function cloudWith(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const cloud = await LocalCloud.start(options);
  opened.push(cloud);
  return cloud;
}

/** A session whose `auth_url` ends as given. */
export function login(cloud: LocalCloud, path: string, over: Partial<CloudSettings> = {}): Session {
  const session = new Session(cloud.settings({ authUrl: cloud.server.origin + path, ...over }), {
    retry: { backOffMs: 0 },
  });
  opened.push(session);
  return session;
}
