/**
 * Ids of runs: the same request has the same id, so asking twice joins the run that is there. Built here and nowhere
 * else; without a crypto library, since workflows build ids of their children.
 */

/** Temporal refuses ids beyond 1,000 characters, our own server (docker-compose.temporal.yml) beyond 255. */
const LONGEST_LIST = 120;

export function discoverCloudId(cloud: string, tenants?: readonly string[]): string {
  const whose = tenants === undefined ? '' : `/${listId(tenants)}`;
  return `discover-cloud/${cloud}${whose}`;
}

export function migrateTenantId(source: string, target: string, projectId: string): string {
  return `migrate-tenant/${source}/${target}/${projectId}`;
}

/** A selection that is no whole tenant. `selection`: types and ids, in any order. */
export function migrateResourcesId(source: string, target: string, selection: readonly string[]): string {
  return `migrate-resources/${source}/${target}/${listId(selection)}`;
}

/** Of whatever is done to one instance (moved, brought back, deleted in the source): one at a time, since a run's id is a lock. */
export function instanceId(source: string, target: string, serverId: string): string {
  return `instance/${source}/${target}/${serverId}`;
}

/** While it runs, no other run makes the same resource. */
export function makeResourceId(source: string, target: string, type: string, id: string): string {
  return `make-${type}/${source}/${target}/${id}`;
}

export function afterwardsId(kind: 'finalize' | 'rollback', source: string, target: string, what: string): string {
  return `${kind}/${source}/${target}/${listId([what])}`;
}

/** While it runs, no other run takes the same machine. Controllers of a cloud are taken one at a time: all have one id. */
export function transferId(role: 'compute' | 'controller', source: string, host: string): string {
  return role === 'compute' ? `transfer-host/${source}/${host}` : `decommission-controller/${source}`;
}

/** While it runs, no other run empties the same host. */
export function evacuateHostId(cloud: string, host: string): string {
  return `evacuate-host/${cloud}/${host}`;
}

/** Of one instance that leaves its host. */
export function evacuateInstanceId(cloud: string, host: string, serverId: string): string {
  return `evacuate-instance/${cloud}/${host}/${serverId}`;
}

export function transferHostsId(source: string, hosts: readonly string[]): string {
  return `transfer-hosts/${source}/${listId(hosts)}`;
}

/** 16 digits by which what an execution makes is marked. */
export function runMark(workflowId: string, firstExecutionRunId: string): string {
  return fnv1a(`${workflowId} ${firstExecutionRunId}`);
}

/** The words in one order, readable while they are few. A word with a comma is not mistaken for two. */
function listId(words: readonly string[]): string {
  const distinct = [...new Set(words)].sort();
  const list = distinct.map((word) => word.replace(/[%,]/g, encodeURIComponent)).join(',');
  return list.length <= LONGEST_LIST ? list : `${distinct.length}-items-${fnv1a(list)}`;
}

/** FNV-1a, 64 bits (draft-eastlake-fnv). */
function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of encodeURIComponent(text)) {
    hash ^= BigInt(byte.charCodeAt(0));
    hash = BigInt.asUintN(64, hash * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
