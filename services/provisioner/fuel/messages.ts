import type { FuelSession } from './session.ts';
import type { FuelNotification } from './shapes.ts';

const TELLING: ReadonlySet<string> = new Set(['error', 'warning']);

/** Its id; 0 when there is none. */
export async function newestMessage(fuel: FuelSession): Promise<number> {
  const all = await fuel.get<readonly FuelNotification[]>('notifications');
  return all.reduce((newest, { id }) => Math.max(newest, id), 0);
}

/** Why a node failed stands here: its own `error_msg` is never given. */
export async function messagesSince(
  fuel: FuelSession,
  since: number,
  { nodeId, environmentId }: { readonly nodeId?: string; readonly environmentId?: string },
): Promise<readonly string[]> {
  const all = await fuel.get<readonly FuelNotification[]>('notifications');
  const isAbout = ({ node_id: node, cluster }: FuelNotification) =>
    (nodeId !== undefined && String(node) === nodeId) ||
    (environmentId !== undefined && node == null && String(cluster) === environmentId);
  return all
    .filter((each) => each.id > since && TELLING.has(each.topic) && isAbout(each))
    .sort((a, b) => a.id - b.id)
    .map(({ message }) => message);
}
