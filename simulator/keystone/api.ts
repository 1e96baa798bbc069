import type { Cloud } from '../cloud.ts';
import { Service } from '../http/service.ts';
import { keystoneDialect } from './dialect.ts';
import { routeDiscovery } from './discovery.ts';
import { routeV2 } from './v2.ts';
import { routeV2Admin } from './v2-admin.ts';
import { routeAssignments } from './v3-assignments.ts';
import { routeAuth } from './v3-auth.ts';
import { routeCatalog } from './v3-catalog.ts';
import { routeApplicationCredentials } from './v3-credentials.ts';
import { routeProjects } from './v3-projects.ts';
import { routeRoles } from './v3-roles.ts';
import { routeUsers } from './v3-users.ts';

/** Keystone on its public or its admin port; they differ for v2.0 only. */
export function keystone(cloud: Cloud, port: 'public' | 'admin'): Service {
  const service = new Service(keystoneDialect);
  const v3 = cloud.settings.identity !== 'v2.0';
  const v2 = cloud.settings.identity !== 'v3';
  routeDiscovery(service, { v3, v2 });
  if (v3) {
    routeAuth(service);
    routeProjects(service);
    routeUsers(service);
    routeRoles(service);
    routeAssignments(service);
    routeCatalog(service);
    routeApplicationCredentials(service);
  }
  if (v2) routeV2(service);
  if (v2 && port === 'admin') routeV2Admin(service);
  return service;
}
