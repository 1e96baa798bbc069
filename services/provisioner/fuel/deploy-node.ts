import { isApiError } from '../../api-error.ts';
import type { Deployment } from '../provisioner.ts';
import { fuelError, saysBusy } from './answer.ts';
import { newestMessage } from './messages.ts';
import { isPending } from './nodes.ts';
import type { FuelSession } from './session.ts';
import type { FuelNode, FuelTask } from './shapes.ts';
import { startTask, tasksUnderWay } from './tasks.ts';

/**
 * Being worked on: whatever task runs in its environment is what does it. One that is `provisioned` may wait for its second step while a task of
 * somebody else runs, whose failure would not be its own.
 */
const AT_WORK: ReadonlySet<string> = new Set(['provisioning', 'deploying']);
/** Done again, one with the other, when everything of the environment is deployed. */
const UNFINISHED: ReadonlySet<string> = new Set(['error', 'stopped', 'provisioned']);
/** Of a node that needs no deployment. */
const NO_TASK = '0';

/**
 * Deploys one node. The look-up: a node that is at work, or done, is not deployed again. `changes` also does what others have left
 * pending or unfinished: where there is such a thing the node is provisioned and deployed by itself, in two steps.
 */
export async function deployNode(fuel: FuelSession, environmentId: string, nodeId: string): Promise<Deployment> {
  const node = await fuel.get<FuelNode>(`nodes/${nodeId}`);
  const path = `clusters/${environmentId}/changes`;
  const refused = (reason: string) => fuelError(fuel.call('PUT', path), { kind: 'conflict', reason });
  const obstacle = obstacleOf(node, environmentId);
  if (obstacle !== undefined) throw refused(obstacle);
  const running = await tasksUnderWay(fuel, environmentId);
  const since = await newestMessage(fuel);
  const deployment = (id: number | string): Deployment => ({ id: String(id), environmentId, nodeId, since });
  const [first] = running;
  if (AT_WORK.has(node.status) && first !== undefined) return deployment(superTask(running, first).id);
  if (node.status === 'ready' && !isPending(node)) return deployment(NO_TASK);
  if (first !== undefined)
    // 6.0 would begin a second run on top of it.
    throw busy(fuel, environmentId, `task ${first.id} (${first.name}) of the environment is ${first.status}`);
  if (node.status === 'discover' && !node.pending_addition)
    throw refused(
      `node ${node.id} (${node.name}) runs the bootstrap system and is not to be installed: ` +
        'start it from its disk, or reset it in Fuel',
    );
  const others = await fuel.get<readonly FuelNode[]>(`nodes?cluster_id=${environmentId}`);
  const isAlone = !others.some((other) => String(other.id) !== nodeId && (isPending(other) || isUnfinished(other)));
  if (node.status !== 'provisioned' && isAlone) return deployment((await begin(fuel, environmentId, path)).id);
  const part = needsSystem(node) ? 'provision' : 'deploy';
  const alone = `clusters/${environmentId}/${part}?nodes=${nodeId}`;
  return deployment((await begin(fuel, environmentId, alone)).id);
}

/** The one that the others are parts of. */
export function superTask(running: readonly FuelTask[], first: FuelTask): FuelTask {
  return running.find(({ name }) => name === 'deploy') ?? first;
}

/** Deploying what is not there to be deployed is accepted by 9.x, and does nothing. */
function obstacleOf({ id, name, cluster, ...node }: FuelNode, environmentId: string): string | undefined {
  const who = `node ${id} (${name})`;
  if (String(cluster) !== environmentId)
    return `${who} is of ${cluster === null ? 'no environment' : `environment ${cluster}`}, not of ${environmentId}`;
  if (node.pending_deletion) return `${who} is marked for deletion: deploying would wipe it; take the mark off in Fuel`;
  return undefined;
}

function isUnfinished({ status, error_type: type }: FuelNode): boolean {
  return UNFINISHED.has(status) && type !== 'discover';
}

function needsSystem({ status, error_type: type }: FuelNode): boolean {
  return status === 'discover' || (status === 'error' && type !== 'deploy' && type !== 'stop_deployment');
}

async function begin(fuel: FuelSession, environmentId: string, path: string): Promise<FuelTask> {
  const task = await startTask(fuel, path).catch((error: unknown) => {
    // 6.0 says so of an environment where somebody has deployed the node meanwhile.
    if (!isApiError(error, 'invalid') || !/no changes to deploy/i.test(error.details.reason)) throw error;
    throw fuelError(fuel.call('PUT', path), {
      kind: 'conflict',
      reason: 'Fuel sees nothing to deploy in the environment',
      hint: 'look at the node in Fuel: it may be deployed already, or not be assigned',
    });
  });
  if (task.status !== 'error') return task;
  // What is found out before anything is begun comes with status 200.
  const reason = task.message || `task ${task.id} has failed at once`;
  if (saysBusy(reason)) throw busy(fuel, environmentId, reason);
  throw fuelError(fuel.call('PUT', path), { kind: 'invalid', status: 200, reason });
}

function busy(fuel: FuelSession, environmentId: string, reason: string) {
  return fuelError(fuel.call('GET', `tasks?cluster_id=${environmentId}`), {
    kind: 'busy',
    retry: { when: 'back-off' },
    reason,
    hint: 'its end is waited for',
  });
}
