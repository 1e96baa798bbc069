import type { Call } from '../http/call.ts';
import type { Service } from '../http/service.ts';

const media = (type: string) => [{ base: 'application/json', type: `application/vnd.openstack.identity-${type}+json` }];

function v3Document(call: Call): object {
  const pike = call.cloud.settings.release === 'pike';
  return {
    id: pike ? 'v3.8' : 'v3.14',
    status: 'stable',
    updated: pike ? '2017-02-22T00:00:00Z' : '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${call.base}/v3/` }],
    'media-types': media('v3'),
  };
}

function v2Document(call: Call): object {
  return {
    status: 'deprecated',
    updated: '2016-08-04T00:00:00Z',
    'media-types': media('v2.0'),
    id: 'v2.0',
    links: [
      { href: `${call.base}/v2.0/`, rel: 'self' },
      { href: 'https://docs.openstack.org/', type: 'text/html', rel: 'describedby' },
    ],
  };
}

/** Version documents; they need no token (Identity API, "API versions"). */
export function routeDiscovery(service: Service, versions: { readonly v3: boolean; readonly v2: boolean }): void {
  service.get(
    '/',
    (call) => ({
      status: 300,
      headers: versions.v2 ? {} : { Location: `${call.base}/v3/` },
      body: {
        versions: {
          values: [...(versions.v3 ? [v3Document(call)] : []), ...(versions.v2 ? [v2Document(call)] : [])],
        },
      },
    }),
    'anonymous',
  );
  if (versions.v3) service.get('/v3', (call) => ({ status: 200, body: { version: v3Document(call) } }), 'anonymous');
  if (versions.v2) service.get('/v2.0', (call) => ({ status: 200, body: { version: v2Document(call) } }), 'anonymous');
}
