import { isApiError } from '../../api-error.ts';
import { fuelError } from './answer.ts';
import type { FuelSession } from './session.ts';
import type { FuelTask } from './shapes.ts';

export function isUnderWay({ status }: FuelTask): boolean {
  return status === 'pending' || status === 'running';
}

export async function tasksUnderWay(fuel: FuelSession, environmentId: string): Promise<readonly FuelTask[]> {
  const tasks = await fuel.get<readonly FuelTask[]>(`tasks?cluster_id=${environmentId}`);
  return tasks.filter(isUnderWay);
}

/**
 * A task as it is now. When another task of the environment begins, Fuel forgets the ended ones: up to 8.0 for good, from 9.0 on they are
 * still among the transactions. Undefined: it is gone, which says nothing of how it ended.
 */
export async function taskNow(fuel: FuelSession, id: string): Promise<FuelTask | undefined> {
  for (const path of [`tasks/${id}`, `transactions/${id}`])
    try {
      return await fuel.get<FuelTask>(path);
    } catch (error) {
      if (!isApiError(error, 'not-found')) throw error;
    }
  return undefined;
}

/** What a call that begins something answers: a task, which may have failed at once with status 200. */
export async function startTask(fuel: FuelSession, path: string, body?: unknown): Promise<FuelTask> {
  const answer = (await fuel.send('PUT', path, body)).body as FuelTask | undefined;
  if (answer?.id === undefined)
    throw fuelError(fuel.call('PUT', path), { kind: 'protocol', reason: 'the answer is no task' });
  return answer;
}
