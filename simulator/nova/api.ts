import type { Cloud } from '../cloud.ts';
import { type Call, ok, Refusal } from '../http/call.ts';
import type { Json } from '../http/json.ts';
import { Service } from '../http/service.ts';
import { computeQuotas, computeUsage } from '../quotas.ts';
import { routeAggregates } from './aggregates.ts';
import { routeAttachments } from './attachments.ts';
import { computeVersions, novaDialect, refuseRemoved, requireAdmin, requireMinor } from './dialect.ts';
import { routeFlavors } from './flavors.ts';
import { routeHosts } from './hosts.ts';
import { routeKeyPairs } from './keypairs.ts';
import { routeMigrationList } from './migration-list.ts';
import { routeServerMigrations } from './migrations.ts';
import { routeNovaNetwork } from './nova-network.ts';
import { routeQuotaSets } from './quota-sets.ts';
import { routeActions } from './server-actions.ts';
import { routeServerGroups } from './server-groups.ts';
import { routeMetadata, routeTags } from './server-metadata.ts';
import { routeServers } from './servers.ts';

/** Compute API v2.1, and v2 as its microversion-less shadow. */
export function nova(_cloud: Cloud): Service {
  const service = new Service(novaDialect);
  routeDiscovery(service);
  routeServers(service);
  routeMetadata(service);
  routeTags(service);
  routeActions(service);
  routeAttachments(service);
  routeFlavors(service);
  routeKeyPairs(service);
  routeServerGroups(service);
  routeQuotaSets(service);
  routeHosts(service);
  routeMigrationList(service);
  routeServerMigrations(service);
  routeAggregates(service);
  routeNovaNetwork(service);
  service.get('/v2.1/limits', limits);
  service.get('/v2.1/os-cells', (call) => {
    refuseRemoved(call);
    throw new Refusal(501, 'The requested functionality is not supported.');
  });
  service.get('/v2.1/os-hosts', (call) => {
    requireAdmin(call, 'os-hosts:list');
    requireMinor(call, 0, 43);
    const hosts = call.cloud.nova.services.all().map((row) => ({
      host_name: row.host,
      service: row.binary.replace('nova-', ''),
      zone: row.zone,
    }));
    return ok({ hosts });
  });
  service.get('/v2.1/extensions', () => ok({ extensions: [] }));
  return service;
}

function versionDocument(call: Call, id: 'v2.0' | 'v2.1'): Json {
  const { major, min, max } = computeVersions(call.cloud);
  const own = id === 'v2.1';
  return {
    id,
    status: own ? 'CURRENT' : 'SUPPORTED',
    version: own ? `${major}.${max}` : '',
    min_version: own ? `${major}.${min}` : '',
    updated: own ? '2013-07-23T11:33:21Z' : '2011-01-21T11:33:21Z',
    links: [{ rel: 'self', href: `${call.base}/${own ? 'v2.1' : 'v2'}/` }],
  };
}

function routeDiscovery(service: Service): void {
  service.get(
    '/',
    (call) => ok({ versions: [versionDocument(call, 'v2.0'), versionDocument(call, 'v2.1')] }),
    'anonymous',
  );
  const one = (id: 'v2.0' | 'v2.1') => (call: Call) => {
    const { links, ...rest } = versionDocument(call, id);
    const described = { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' };
    const type = `application/vnd.openstack.compute+json;version=${id === 'v2.1' ? '2.1' : '2'}`;
    const all = [...(Array.isArray(links) ? links : []), described];
    return ok({ version: { ...rest, links: all, 'media-types': [{ base: 'application/json', type }] } });
  };
  service.get('/v2.1', one('v2.1'), 'anonymous');
  service.get('/v2', one('v2.0'), 'anonymous');
}

function limits(call: Call) {
  const { cloud, caller, query, minor } = call;
  const projectId = caller.isAdmin ? (query.get('tenant_id') ?? caller.projectId) : caller.projectId;
  const quota = computeQuotas(cloud, projectId);
  const used = computeUsage(cloud, projectId);
  const absolute: Json = {
    maxTotalInstances: quota.instances,
    maxTotalCores: quota.cores,
    maxTotalRAMSize: quota.ram,
    maxServerMeta: quota.metadata_items,
    ...(minor < 39 ? { maxImageMeta: quota.metadata_items } : {}),
    ...(minor < 57
      ? { maxPersonality: quota.injected_files, maxPersonalitySize: quota.injected_file_content_bytes }
      : {}),
    maxTotalKeypairs: quota.key_pairs,
    maxServerGroups: quota.server_groups,
    maxServerGroupMembers: quota.server_group_members,
    ...(minor < 36
      ? {
          maxTotalFloatingIps: quota.floating_ips,
          maxSecurityGroups: quota.security_groups,
          maxSecurityGroupRules: quota.security_group_rules,
        }
      : {}),
    totalRAMUsed: used.ram ?? 0,
    totalCoresUsed: used.cores ?? 0,
    totalInstancesUsed: used.instances ?? 0,
    ...(minor < 36 ? { totalFloatingIpsUsed: 0, totalSecurityGroupsUsed: 0 } : {}),
    totalServerGroupsUsed: used.server_groups ?? 0,
  };
  return ok({ limits: { rate: [], absolute } });
}
