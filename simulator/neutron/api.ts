import type { Cloud } from '../cloud.ts';
import { notFound, ok } from '../http/call.ts';
import { Service, webobPage } from '../http/service.ts';
import { routeAgents } from './agents.ts';
import { neutronDialect } from './dialect.ts';
import { EXTENSIONS, PIKE_EXTENSIONS } from './extensions.ts';
import { floatingIpKind } from './floating-ips.ts';
import { networkKind } from './networks.ts';
import { addressScopeKind, subnetPoolKind } from './pools.ts';
import { portKind } from './ports.ts';
import { routeQos } from './qos.ts';
import { routeNetworkQuotas } from './quotas.ts';
import { routeRbacPolicies } from './rbac-policies.ts';
import { routeKind } from './resource.ts';
import { routeRouterInterfaces, routerKind } from './routers.ts';
import { securityGroupKind, securityGroupRuleKind } from './security-groups.ts';
import { subnetKind } from './subnets.ts';

/** Networking API v2.0. */
export function neutron(cloud: Cloud): Service {
  const service = new Service(neutronDialect);
  routeDiscovery(service);
  routeKind(service, networkKind);
  routeKind(service, subnetKind);
  routeKind(service, portKind);
  routeKind(service, routerKind);
  routeRouterInterfaces(service);
  routeKind(service, floatingIpKind);
  routeKind(service, securityGroupKind);
  routeKind(service, securityGroupRuleKind);
  routeKind(service, addressScopeKind);
  routeKind(service, subnetPoolKind);
  routeQos(service);
  routeRbacPolicies(service);
  routeNetworkQuotas(service);
  routeAgents(service);
  const aliases = cloud.settings.release === 'pike' ? PIKE_EXTENSIONS : EXTENSIONS;
  const view = (alias: string) => ({
    alias,
    name: alias,
    description: '',
    updated: '2020-01-01T10:00:00-00:00',
    links: [],
  });
  service.get('/v2.0/extensions', () => ok({ extensions: aliases.map(view) }));
  service.get('/v2.0/extensions/:alias', (call) => {
    const alias = call.params.alias ?? '';
    if (aliases.includes(alias)) return ok({ extension: view(alias) });
    const words = `The resource could not be found.<br /><br />\nExtension with alias ${alias} does not exist`;
    return webobPage(404, words, call.headers.accept);
  });
  for (const [path, plural, type, words] of [
    ['availability_zones', 'availability_zones', 'AvailabilityZoneNotFound', 'AvailabilityZone'],
    ['address-groups', 'address_groups', 'AddressGroupNotFound', 'Address group'],
  ] as const) {
    // There are none here.
    service.get(`/v2.0/${path}`, () => ok({ [plural]: [] }));
    service.get(`/v2.0/${path}/:id`, (call) => {
      throw notFound(`${words} ${call.params.id} could not be found.`, type);
    });
  }
  return service;
}

function routeDiscovery(service: Service): void {
  service.get(
    '/',
    (call) =>
      ok({ versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: `${call.base}/v2.0/` }] }] }),
    'anonymous',
  );
  service.get('/v2.0', (call) => {
    const link = (collection: string) => [{ rel: 'self', href: `${call.base}/v2.0/${collection}` }];
    const names = ['network', 'subnet', 'subnetpool', 'port'];
    return ok({
      resources: names.map((name) => ({ name, collection: `${name}s`, links: link(`${name}s`) })),
    });
  });
}
