import { type CloudSettings, DEFAULT_REQUEST_LIMITS } from '../../config/cloud-settings.ts';
import { Secret } from '../../config/secret.ts';
import type { SimulatedCloud } from '../../simulator/index.ts';

/** A login at a simulated cloud: its admin's, unless told. */
export function simulatedSettings(
  { name, authUrl, credentials }: SimulatedCloud,
  { username, password, project }: SimulatedCloud['credentials'] = credentials,
): CloudSettings {
  const domain = { id: 'default' };
  return {
    name,
    role: 'source',
    authUrl,
    credentials: { kind: 'password', user: { name: username, domain }, password: new Secret(password) },
    scope: { kind: 'project', project: { name: project, domain } },
    interface: 'public',
    tls: { verify: true },
    limits: DEFAULT_REQUEST_LIMITS,
    endpointOverrides: {},
  };
}
