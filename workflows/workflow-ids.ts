/**
 * Ids of runs: the same request has the same id, so asking twice joins the run that is there. Built here and nowhere
 * else.
 */
export function discoverCloudId(cloud: string, tenants?: readonly string[]): string {
  const whose = tenants === undefined ? '' : `/${[...new Set(tenants)].sort().join(',')}`;
  return `discover-cloud/${cloud}${whose}`;
}
