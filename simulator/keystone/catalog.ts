import type { Cloud } from '../cloud.ts';
import { byId } from './state.ts';

interface Entry {
  readonly interface: string;
  readonly url: string;
  readonly id: string;
}

/** Endpoint with the project's id put in; templates need a project, and are left out of a catalogue without one. */
function resolved(cloud: Cloud, serviceId: string, projectId: string): Entry[] {
  return cloud.identity.endpoints
    .where('service', serviceId)
    .filter((row) => row.enabled && (projectId !== '' || !row.url.includes('%(')))
    .map((row) => ({
      id: row.id,
      interface: row.interface,
      url: row.url.replace(/%\((tenant_id|project_id)\)s/g, projectId),
    }));
}

/** `token.catalog` of v3 (Identity API v3, "Authentication and token management"). */
export function catalogV3(cloud: Cloud, projectId: string): object[] {
  const region = cloud.settings.region;
  return cloud.identity.services
    .filter((service) => service.enabled)
    .sort(byId)
    .map((service) => ({
      endpoints: resolved(cloud, service.id, projectId)
        .sort(byId)
        .map((entry) => ({
          id: entry.id,
          interface: entry.interface,
          region_id: region,
          url: entry.url,
          region,
        })),
      id: service.id,
      type: service.type,
      name: service.name,
    }));
}

/** `access.serviceCatalog` of v2.0: one endpoint a region with three URLs. */
export function catalogV2(cloud: Cloud, projectId: string): object[] {
  return cloud.identity.services
    .filter((service) => service.enabled)
    .map((service) => {
      const entries = resolved(cloud, service.id, projectId);
      const url = (kind: string): string | undefined => entries.find((entry) => entry.interface === kind)?.url;
      return {
        endpoints: [
          {
            adminURL: url('admin'),
            region: cloud.settings.region,
            internalURL: url('internal'),
            id: entries[0]?.id,
            publicURL: url('public'),
          },
        ],
        endpoints_links: [],
        type: service.type,
        name: service.name,
      };
    });
}
