import type { Cloud } from './cloud.ts';
import { conflict, Refusal } from './http/call.ts';

/** Default quotas of Zed (and Pike) and how much of each is used. -1: no limit. */
export const NETWORK_QUOTA_DEFAULTS: Readonly<Record<string, number>> = {
  network: 100,
  subnet: 100,
  subnetpool: -1,
  port: 500,
  router: 10,
  floatingip: 50,
  rbac_policy: 10,
  security_group: 10,
  security_group_rule: 100,
};

export function networkQuotas(cloud: Cloud, projectId: string): Record<string, number> {
  return { ...NETWORK_QUOTA_DEFAULTS, ...cloud.neutron.quotas.get(projectId) };
}

export function networkUsage(cloud: Cloud, projectId: string, name: string): number {
  const { neutron } = cloud;
  const tables: Readonly<Record<string, { where(index: 'project', key: string): readonly unknown[] }>> = {
    network: neutron.networks,
    subnet: neutron.subnets,
    subnetpool: neutron.subnetPools,
    port: neutron.ports,
    router: neutron.routers,
    floatingip: neutron.floatingIps,
    rbac_policy: neutron.rbacPolicies,
    security_group: neutron.securityGroups,
    security_group_rule: neutron.securityGroupRules,
  };
  return tables[name]?.where('project', projectId).length ?? 0;
}

export function enforceNetworkQuota(cloud: Cloud, projectId: string, name: string): void {
  const limit = networkQuotas(cloud, projectId)[name] ?? -1;
  if (limit < 0 || networkUsage(cloud, projectId, name) < limit) return;
  throw conflict(`Quota exceeded for resources: ['${name}'].`, 'OverQuota');
}

export const COMPUTE_QUOTA_DEFAULTS: Readonly<Record<string, number>> = {
  cores: 20,
  fixed_ips: -1,
  floating_ips: 10,
  injected_file_content_bytes: 10240,
  injected_file_path_bytes: 255,
  injected_files: 5,
  instances: 10,
  key_pairs: 100,
  metadata_items: 128,
  ram: 51200,
  security_group_rules: 20,
  security_groups: 10,
  server_group_members: 10,
  server_groups: 10,
};

/** Zed has no network quotas of Nova's own any more: they read -1. */
export function computeQuotas(cloud: Cloud, projectId: string): Record<string, number> {
  const zed =
    cloud.settings.release === 'pike' ? {} : { floating_ips: -1, security_group_rules: -1, security_groups: -1 };
  return { ...COMPUTE_QUOTA_DEFAULTS, ...zed, ...cloud.nova.quotas.get(projectId) };
}

export function computeUsage(cloud: Cloud, projectId: string): Record<string, number> {
  const servers = cloud.nova.servers.where('project', projectId);
  return {
    instances: servers.length,
    cores: servers.reduce((sum, server) => sum + server.flavor.vcpus, 0),
    ram: servers.reduce((sum, server) => sum + server.flavor.ram, 0),
    server_groups: cloud.nova.serverGroups.where('project', projectId).length,
  };
}

/** As Nova words it: 403, with what was asked, what is used and what is allowed. */
export function enforceComputeQuota(
  cloud: Cloud,
  projectId: string,
  asked: { readonly instances: number; readonly cores: number; readonly ram: number },
): void {
  const limits = computeQuotas(cloud, projectId);
  const used = computeUsage(cloud, projectId);
  const over = (['instances', 'cores', 'ram'] as const).filter((name) => {
    const limit = limits[name] ?? -1;
    return limit >= 0 && (used[name] ?? 0) + asked[name] > limit;
  });
  if (over.length === 0) return;
  const list = (values: readonly (number | undefined)[]): string => values.join(', ');
  throw new Refusal(
    403,
    `Quota exceeded for ${over.join(', ')}: Requested ${list(over.map((name) => asked[name]))}, but already used ${list(
      over.map((name) => used[name]),
    )} of ${list(over.map((name) => limits[name]))} ${over.join(', ')}`,
  );
}

const VOLUME_QUOTA_DEFAULTS: Readonly<Record<string, number>> = {
  volumes: 10,
  per_volume_gigabytes: -1,
  snapshots: 10,
  gigabytes: 1000,
  backups: 10,
  backup_gigabytes: 1000,
  groups: 10,
};

export function volumeQuotas(cloud: Cloud, projectId: string): Record<string, number> {
  const types = cloud.cinder.types
    .all()
    .flatMap(({ name }) => [
      [`volumes_${name}`, -1] as const,
      [`gigabytes_${name}`, -1] as const,
      [`snapshots_${name}`, -1] as const,
    ]);
  const { groups, ...rest } = VOLUME_QUOTA_DEFAULTS;
  return { ...rest, ...Object.fromEntries(types), groups: groups ?? 10, ...cloud.cinder.quotas.get(projectId) };
}

export function volumeUsage(cloud: Cloud, projectId: string): Record<string, number> {
  const volumes = cloud.cinder.volumes.where('project', projectId);
  const snapshots = cloud.cinder.snapshots.where('project', projectId);
  const usage: Record<string, number> = { volumes: volumes.length, snapshots: snapshots.length, gigabytes: 0 };
  const add = (name: string, value: number): void => {
    usage[name] = (usage[name] ?? 0) + value;
  };
  for (const { sizeGib, type } of volumes) {
    add('gigabytes', sizeGib);
    add(`volumes_${type}`, 1);
    add(`gigabytes_${type}`, sizeGib);
  }
  for (const { sizeGib } of snapshots) add('gigabytes', sizeGib);
  return usage;
}

/** As Cinder words it: 413, and it says to retry at once, which is no help. */
export function enforceVolumeQuota(
  cloud: Cloud,
  projectId: string,
  asked: { readonly what: 'volumes' | 'snapshots'; readonly sizeGib: number; readonly type: string },
): void {
  const limits = volumeQuotas(cloud, projectId);
  const used = volumeUsage(cloud, projectId);
  const noun = asked.what === 'volumes' ? 'volumes' : 'snapshots';
  for (const name of [asked.what, `${asked.what}_${asked.type}`]) {
    const limit = limits[name] ?? -1;
    if (limit < 0 || (used[name] ?? 0) + 1 <= limit) continue;
    const error = asked.what === 'volumes' ? 'VolumeLimitExceeded' : 'SnapshotLimitExceeded';
    throw new Refusal(
      413,
      `${error}: Maximum number of ${noun} allowed (${limit}) exceeded${asked.what === 'volumes' ? ` for quota '${name}'` : ''}.`,
    );
  }
  for (const name of ['gigabytes', `gigabytes_${asked.type}`]) {
    const limit = limits[name] ?? -1;
    if (limit < 0 || (used[name] ?? 0) + asked.sizeGib <= limit) continue;
    const asking = `Requested ${asked.sizeGib}G, quota is ${limit}G and ${used[name] ?? 0}G has been consumed.`;
    throw new Refusal(
      413,
      `VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed ${name} quota. ${asking}`,
    );
  }
}
