import { FuelRefusal } from './answers.ts';
import type { Route } from './routes.ts';
import type { FuelState, Task } from './state.ts';
import { notificationView, taskView } from './views.ts';

const STATUSES = ['pending', 'running', 'ready', 'error'];

/** Tasks, what is remembered of them, and notifications. */
export const taskRoutes: readonly Route[] = [
  [
    'GET',
    'tasks',
    (state, { query }) => {
      const { cluster_id: cluster } = query;
      const shown = state.tasks.filter(
        (task) => !task.isHidden && (cluster === undefined || String(task.cluster) === cluster),
      );
      return shown.map((task) => taskView(state, task));
    },
  ],
  ['GET', 'tasks/:id', (state, { params }) => taskView(state, taskOf(state, params.id, false))],
  [
    'DELETE',
    'tasks/:id',
    (state, { params, query, gone }) => {
      const task = taskOf(state, params.id, false);
      const isUnderWay = task.status === 'running' || task.status === 'pending';
      if (isUnderWay && query.force !== '1') throw new FuelRefusal(400, 'You cannot delete running task manually');
      // The record only: what it does goes on in reality; here nobody is left to see it.
      if (state.isOld) state.tasks = state.tasks.filter((each) => each !== task && each.parent !== task.id);
      else for (const each of state.tasks) if (each === task || each.parent === task.id) each.isHidden = true;
      gone();
    },
  ],
  [
    'GET',
    'transactions',
    (state, { query }) => {
      refuseOld(state);
      const statuses = listOf(query.statuses);
      const types = listOf(query.transaction_types);
      const unknown = statuses?.filter((status) => !STATUSES.includes(status)) ?? [];
      if (unknown.length > 0) throw new FuelRefusal(400, `Unexpected filters for statuses: ${unknown.join(', ')}`);
      return state.tasks
        .filter(
          ({ cluster, status, name }) =>
            (query.cluster_id === undefined || String(cluster) === query.cluster_id) &&
            (statuses === undefined || statuses.includes(status)) &&
            (types === undefined || types.includes(name)),
        )
        .map((task) => taskView(state, task));
    },
  ],
  [
    'GET',
    'transactions/:id',
    (state, { params }) => {
      refuseOld(state);
      return taskView(state, taskOf(state, params.id, true));
    },
  ],
  [
    'GET',
    'transactions/:id/deployment_history',
    (state, { params, query }) => {
      refuseOld(state);
      const { history, startedAt, endedAt } = taskOf(state, params.id, true);
      const [nodes, statuses, names] = [query.nodes, query.statuses, query.tasks_names].map(listOf);
      return history
        .filter(
          ({ taskName, nodeId, status }) =>
            (nodes === undefined || nodes.includes(String(nodeId))) &&
            (statuses === undefined || statuses.includes(status)) &&
            (names === undefined || names.includes(taskName)),
        )
        .map(({ taskName, nodeId, status }) => ({
          task_name: taskName,
          node_id: String(nodeId),
          status,
          type: 'puppet',
          time_start: status === 'pending' || status === 'skipped' ? null : startedAt.toISOString(),
          time_end: status === 'ready' || status === 'error' ? (endedAt?.toISOString() ?? null) : null,
          custom: {},
          ...(query.include_summary === '1' ? { summary: {} } : {}),
        }));
    },
  ],
  ['GET', 'notifications', (state) => state.notifications.map(notificationView)],
  [
    'PUT',
    'notifications',
    (state, { body }) =>
      (body as { id: number; status: 'read' | 'unread' }[]).map(({ id, status }) => {
        const notification = state.notifications.find((each) => each.id === id);
        if (notification === undefined) throw new FuelRefusal(400, `Invalid notification ID: ${id}`);
        notification.status = status;
        return notificationView(notification);
      }),
  ],
];

/** `a,b`; empty is as good as none. */
function listOf(text: string | undefined): readonly string[] | undefined {
  return text === undefined || text === '' ? undefined : text.split(',');
}

/** Before 9.0 there are no transactions. */
function refuseOld({ isOld }: FuelState): void {
  if (isOld) throw new FuelRefusal(404, 'not found', 'text');
}

function taskOf(state: FuelState, id: string | undefined, evenHidden: boolean): Task {
  const task = state.tasks.find((each) => String(each.id) === id);
  if (task === undefined || (task.isHidden && !evenHidden)) throw new FuelRefusal(404, 'Task not found');
  return task;
}
