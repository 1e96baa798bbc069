import type { Deployment, DeploymentProgress } from '../provisioner.ts';
import { fuelError } from './answer.ts';
import { messagesSince, newestMessage } from './messages.ts';
import { isPending } from './nodes.ts';
import type { FuelSession } from './session.ts';
import type { FuelNode, FuelTask } from './shapes.ts';
import { isUnderWay, startTask, taskNow, tasksUnderWay } from './tasks.ts';

/** Being worked on: whatever task runs in its environment is what does it. */
const AT_WORK: ReadonlySet<string> = new Set(['provisioning', 'provisioned', 'deploying']);

/**
 * Deploys one node. The look-up: a node that is at work, or done, is not deployed again. `changes` also does what others have left
 * pending: where there is such a thing the node is provisioned and deployed by itself, in two steps.
 */
export async function deployNode(fuel: FuelSession, environmentId: string, nodeId: string): Promise<Deployment> {
  const node = await fuel.get<FuelNode>(`nodes/${nodeId}`);
  const running = await tasksUnderWay(fuel, environmentId);
  const since = await newestMessage(fuel);
  const [first] = running;
  if (AT_WORK.has(node.status) && first !== undefined)
    return { id: String(superTask(running).id), environmentId, nodeId, since };
  if (node.status === 'ready' && !isPending(node)) return { id: '0', environmentId, nodeId, since };
  if (first !== undefined)
    // 6.0 would begin a second run on top of it.
    throw fuelError(fuel.call('GET', `tasks?cluster_id=${environmentId}`), {
      kind: 'busy',
      retry: { when: 'back-off' },
      reason: `task ${first.id} (${first.name}) of the environment is ${first.status}`,
      hint: 'its end is waited for',
    });
  if (node.status === 'provisioned')
    return begun(fuel, `clusters/${environmentId}/deploy?nodes=${nodeId}`, since, nodeId, environmentId);
  const others = await fuel.get<readonly FuelNode[]>(`nodes?cluster_id=${environmentId}`);
  const isAlone = !others.some((each) => String(each.id) !== nodeId && isPending(each));
  const path = isAlone ? `clusters/${environmentId}/changes` : `clusters/${environmentId}/provision?nodes=${nodeId}`;
  return begun(fuel, path, since, nodeId, environmentId);
}

async function begun(
  fuel: FuelSession,
  path: string,
  since: number,
  nodeId: string,
  environmentId: string,
): Promise<Deployment> {
  const task = await startTask(fuel, path);
  // What is found out before anything is begun comes with status 200.
  if (task.status === 'error')
    throw fuelError(fuel.call('PUT', path), {
      kind: 'invalid',
      status: 200,
      reason: task.message || `task ${task.id} has failed at once`,
    });
  return { id: String(task.id), environmentId, nodeId, since };
}

function superTask(running: readonly FuelTask[]): FuelTask {
  return running.find(({ name }) => name === 'deploy') ?? running[0]!;
}

/**
 * How far it is. Only a task's status and the node's own say that it has ended: progress may be null, go back, or be 100 before the end.
 * A node that was provisioned by itself is deployed when that has ended.
 */
export async function deploymentNow(fuel: FuelSession, deployment: Deployment): Promise<DeploymentProgress> {
  const { nodeId, environmentId, since, id } = deployment;
  const task = await taskNow(fuel, id);
  const node = await fuel.get<FuelNode>(`nodes/${nodeId}`);
  if (task?.status === 'error') return failed(fuel, deployment, task.message);
  if (node.status === 'error') return failed(fuel, deployment, undefined);
  if (task !== undefined && isUnderWay(task))
    return running(task.status === 'pending' ? 'waiting' : 'running', node, task);
  // The task has ended, or was forgotten: the node tells.
  if (node.status === 'ready' && node.cluster !== null && !isPending(node))
    return { state: 'done', percent: 100, text: 'ready' };
  const others = await tasksUnderWay(fuel, environmentId);
  if (others.length > 0) return running('running', node, superTask(others));
  if (node.status === 'provisioned') {
    const { id: next } = await deployNode(fuel, environmentId, nodeId);
    return { state: 'running', text: `provisioned; task ${next} deploys it` };
  }
  if (AT_WORK.has(node.status)) return running('running', node, task);
  if (node.status === 'discover' && !node.pending_addition && node.roles.length > 0)
    return { state: 'failed', text: 'it has started the bootstrap system again: PXE must send it to its disk' };
  const said = await messagesSince(fuel, since, { nodeId, environmentId });
  return {
    state: 'lost',
    text: [`the task is ${task === undefined ? 'gone' : task.status}, and the node is ${node.status}`, ...said].join(
      '; ',
    ),
  };
}

function running(state: 'waiting' | 'running', node: FuelNode, task: FuelTask | undefined): DeploymentProgress {
  const percent = task?.progress ?? undefined;
  return {
    state,
    ...(percent === undefined ? {} : { percent }),
    text: state === 'waiting' ? `task ${task?.id} waits` : `${node.status} ${node.progress ?? 0} %`,
  };
}

async function failed(
  fuel: FuelSession,
  { nodeId, environmentId, since }: Deployment,
  message: string | null | undefined,
): Promise<DeploymentProgress> {
  const said = await messagesSince(fuel, since, { nodeId, environmentId });
  const words = [...new Set([...(message ? [message] : []), ...said])].join('; ').replace(/\s+/g, ' ');
  return { state: 'failed', text: words || 'it has failed, and Fuel does not say why' };
}
