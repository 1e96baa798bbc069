import { FuelRefusal } from './answers.ts';
import { furnishCluster } from './furnish.ts';
import type { Route, Routed } from './routes.ts';
import type { FuelState } from './state.ts';
import { clusterView } from './views.ts';

/** The second is the one that can be deployed, in all versions. */
const DEPLOYABLE = 2;

export const releaseRoutes: readonly Route[] = [
  ['GET', 'releases', (state) => [release(state, 1), release(state, DEPLOYABLE)]],
  ['GET', 'releases/:id', (state, { params }) => release(state, known(params.id))],
  [
    'GET',
    'releases/:id/roles',
    (state, { params }) => {
      known(params.id);
      return state.roles.map((name) => ({ name, meta: metaOf(name), volumes_roles_mapping: [] }));
    },
  ],
];

/** What a node with the role cannot have besides. `*`: anything. */
export function conflictsOf(role: string): readonly string[] | '*' {
  if (role === 'base-os') return '*';
  if (role === 'controller') return ['compute'];
  return role === 'compute' ? ['controller'] : [];
}

export function createCluster(state: FuelState, routed: Routed) {
  const given = (routed.body ?? {}) as { readonly name?: string; readonly release_id?: number };
  const { name, release_id: id } = given;
  if (id === undefined) throw new FuelRefusal(400, 'Release ID is required');
  if (id !== 1 && id !== DEPLOYABLE) throw new FuelRefusal(400, 'Invalid release ID');
  if (id !== DEPLOYABLE) throw new FuelRefusal(403, `Release with ID '${id}' is not deployable.`);
  if (name === undefined || name === '') throw new FuelRefusal(400, 'Environment name is required');
  if (state.clusters.some((cluster) => cluster.name === name))
    throw new FuelRefusal(409, 'Environment with this name already exists');
  routed.created();
  return clusterView(state, furnishCluster(state, state.next('cluster'), name));
}

function known(id: string | undefined): number {
  if (id !== '1' && id !== '2') throw new FuelRefusal(404, 'Release not found');
  return Number(id);
}

function metaOf(name: string) {
  const isPublic = name === 'controller' ? { public_ip_required: true } : {};
  return { name, description: name, conflicts: conflictsOf(name), ...isPublic };
}

function release({ isOld, roles }: FuelState, id: number) {
  const isDeployable = id === DEPLOYABLE;
  const system = isDeployable ? (isOld ? 'Ubuntu 12.04.4' : 'Ubuntu 14.04') : 'CentOS 6.5';
  return {
    id,
    name: `${isOld ? 'Juno' : 'Mitaka'} on ${system}`,
    version: isOld ? '2014.2-6.0' : 'mitaka-9.0',
    operating_system: isDeployable ? 'Ubuntu' : 'CentOS',
    is_deployable: isDeployable,
    state: isDeployable ? 'available' : 'unavailable',
    roles_metadata: Object.fromEntries(roles.map((role) => [role, metaOf(role)])),
    ...(isOld ? { roles } : {}),
  };
}
