import { FuelRefusal } from './answers.ts';
import { clusterById } from './node-api.ts';
import type { Route } from './routes.ts';
import type { Cluster, FuelState } from './state.ts';

const PATH = 'clusters/:id/network_configuration/template';

/** What allows a change of it (Nailgun's `is_network_modification_locked`). */
const OPEN: ReadonlySet<string> = new Set(['new', 'stopped', 'operational', 'error']);

/**
 * The network template of an environment, from 7.0 on; up to 6.0 the path is unknown. Nailgun lays out nodes by it when they are assigned and
 * serializes deployments from it: what is written to their interfaces besides is taken, and has no effect on the installed system.
 */
export const templateRoutes: readonly Route[] = [
  ['GET', PATH, (state, { params }) => knowing(state, params.id).networkTemplate],
  [
    'PUT',
    PATH,
    (state, { params, body }) => {
      const cluster = changeable(state, params.id);
      const { adv_net_template: groups } = (body ?? {}) as { readonly adv_net_template?: object };
      if (groups === undefined) throw new FuelRefusal(400, "'adv_net_template' is a required property");
      if (Object.keys(groups).length === 0) throw new FuelRefusal(400, 'No node groups are defined');
      cluster.networkTemplate = body;
      return body;
    },
  ],
  [
    'DELETE',
    PATH,
    (state, { params, gone }) => {
      changeable(state, params.id).networkTemplate = null;
      gone();
    },
  ],
];

function knowing(state: FuelState, id: string | undefined): Cluster {
  if (state.isOld) throw new FuelRefusal(404, 'not found', 'text');
  return clusterById(state, id);
}

function changeable(state: FuelState, id: string | undefined): Cluster {
  const cluster = knowing(state, id);
  if (!OPEN.has(cluster.status))
    throw new FuelRefusal(403, 'Network template cannot be changed during deployment and after upgrade.');
  return cluster;
}
