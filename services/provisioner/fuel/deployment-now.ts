import { ApiError, isApiError } from '../../api-error.ts';
import type { Deployment, DeploymentProgress } from '../provisioner.ts';
import { deployNode, superTask } from './deploy-node.ts';
import { messagesSince } from './messages.ts';
import { isPending } from './nodes.ts';
import type { FuelSession } from './session.ts';
import type { FuelNode, FuelTask } from './shapes.ts';
import { isUnderWay, taskNow, tasksUnderWay } from './tasks.ts';

/**
 * How far it is. Only a task's status, and when it has ended or was forgotten the node's own, say that it has ended: progress may be null, go
 * back, or be 100 before the end. A node that was provisioned by itself is deployed when that has ended.
 */
export async function deploymentNow(fuel: FuelSession, deployment: Deployment): Promise<DeploymentProgress> {
  const { nodeId, environmentId, id } = deployment;
  const task = await taskNow(fuel, id);
  const node = await nodeNow(fuel, nodeId);
  if (node === undefined)
    return {
      state: 'lost',
      text: `Fuel has no node ${nodeId} any more: it was removed; when found again it has a new id`,
    };
  // A node that failed before stays `error` until the new task has come to it.
  if (task !== undefined && isUnderWay(task)) return running(node, task);
  if (task?.status === 'error') return failed(fuel, deployment, node, task.message);
  if (node.status === 'ready' && String(node.cluster) === environmentId && !isPending(node))
    return { state: 'done', percent: 100, text: 'ready' };
  const others = await tasksUnderWay(fuel, environmentId);
  const [first] = others;
  if (first !== undefined) return running(node, superTask(others, first));
  if (node.status === 'provisioned') return deployed(fuel, deployment, node);
  if (node.status === 'error') return failed(fuel, deployment, node, undefined);
  if (node.status === 'discover' && !node.pending_addition && node.roles.length > 0)
    return { state: 'failed', text: 'it has started the bootstrap system again: PXE must send it to its disk' };
  const said = await messagesSince(fuel, deployment.since, { nodeId, environmentId });
  const words = `the task is ${task === undefined ? 'gone' : task.status}, and the node is ${node.status}`;
  return { state: 'lost', text: [words, ...said].join('; ') };
}

/** The second step of a node that was provisioned by itself. */
async function deployed(
  fuel: FuelSession,
  { environmentId, nodeId }: Deployment,
  node: FuelNode,
): Promise<DeploymentProgress> {
  try {
    const { id } = await deployNode(fuel, environmentId, nodeId);
    return { state: 'running', text: `${node.status}; task ${id} deploys it` };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.kind === 'busy') return { state: 'waiting', text: `${node.status}; ${error.details.reason}` };
    if (error.kind === 'invalid') return { state: 'failed', text: error.details.reason };
    throw error;
  }
}

async function nodeNow(fuel: FuelSession, nodeId: string): Promise<FuelNode | undefined> {
  try {
    return await fuel.get<FuelNode>(`nodes/${nodeId}`);
  } catch (error) {
    if (isApiError(error, 'not-found')) return undefined;
    throw error;
  }
}

function running(node: FuelNode, task: FuelTask): DeploymentProgress {
  const percent = task.progress ?? undefined;
  const isWaiting = task.status === 'pending';
  return {
    state: isWaiting ? 'waiting' : 'running',
    ...(percent === undefined ? {} : { percent }),
    text: isWaiting ? `task ${task.id} waits` : `${node.status} ${node.progress ?? 0} %`,
  };
}

async function failed(
  fuel: FuelSession,
  { nodeId, environmentId, since }: Deployment,
  node: FuelNode,
  message: string | null | undefined,
): Promise<DeploymentProgress> {
  const said = await messagesSince(fuel, since, { nodeId, environmentId });
  // In 9.x a task is about all nodes of the environment.
  const own = node.status === 'ready' ? ['the node itself is ready'] : [];
  const words = [...new Set([...(message ? [message] : []), ...said, ...own])].join('; ').replace(/\s+/g, ' ');
  return { state: 'failed', text: words || 'it has failed, and Fuel does not say why' };
}
