import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Nailgun, nailgun, VERSIONS } from './nailgun.ts';

interface Task {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly message: string;
}
interface Node {
  readonly id: number;
  readonly status: string;
  readonly pending_addition: boolean;
  readonly pending_roles: string[];
  readonly network_data: { name: string; ip?: string }[];
}

let its: Nailgun;
describe.each(VERSIONS)('Nailgun %s', (version) => {
  const isOld = version === '6.0';
  beforeEach(async () => {
    its = await nailgun(version);
  });
  afterEach(() => its.close());
  const node = (id: number) => its.get<Node>(`nodes/${id}`);

  it('takes its time to remove a node, in a part of the run, and the node is gone after it', async () => {
    const id = await its.deployed();
    await its.call('POST', 'clusters/1/unassignment', [{ id }]);
    await its.call('PUT', 'clusters/1/changes');
    its.clock.advance(400);
    expect((await node(id)).status).toBe(isOld ? 'ready' : 'removing');
    its.clock.advance(60_000);
    expect((await its.call('GET', `nodes/${id}`)).status).toBe(404);
    const removal = (await its.get<Task[]>('tasks')).find(({ name }) => name === 'node_deletion');
    expect(removal).toMatchObject({ status: 'ready', message: 'Successfully removed 1 node(s). No errors occurred' });
    expect((await its.get<{ status: string }>('clusters/1')).status).toBe(isOld ? 'deployment' : 'operational');
  });

  it('leaves a node whose removal failed in error', async () => {
    const id = await its.deployed();
    its.fuel.failNext('deletion', 'its disk cannot be wiped');
    await its.call('POST', 'clusters/1/unassignment', [{ id }]);
    const task = (await its.call('PUT', 'clusters/1/changes')).json<Task>();
    its.clock.advance(60_000);
    expect(await node(id)).toMatchObject({ status: 'error', error_type: 'deletion' });
    expect((await its.get<Task>(`tasks/${task.id}`)).status).toBe('error');
  });

  it('deletes a node: 6.0 its record at once, later versions by wiping it', async () => {
    const id = await its.deployed();
    const answer = await its.call('DELETE', `nodes/${id}`);
    expect(answer.status).toBe(isOld ? 204 : 202);
    if (!isOld) {
      expect(answer.json<Task>()).toMatchObject({ name: 'node_deletion', status: 'running' });
      expect((await node(id)).status).toBe('removing');
    }
    its.clock.advance(60_000);
    expect((await its.call('GET', `nodes/${id}`)).status).toBe(404);
    const fresh = await its.discovered(11);
    expect((await its.call('DELETE', `nodes?ids=${fresh}`)).status).toBe(isOld ? 204 : 200);
    expect((await its.call('GET', `nodes/${fresh}`)).status).toBe(404);
    expect((await its.call('DELETE', 'nodes/999')).status).toBe(404);
  });

  it('stops a run: what was being installed begins anew, and the environment is stopped', async () => {
    expect((await its.call('PUT', 'clusters/1/stop_deployment')).status).toBe(400);
    const id = await its.discovered();
    await its.call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
    const task = (await its.call('PUT', 'clusters/1/changes')).json<Task>();
    its.clock.advance(1_000);
    expect((await node(id)).status).toBe('provisioning');
    expect((await its.call('PUT', 'clusters/1/stop_deployment')).json<Task>().name).toBe('stop_deployment');
    expect((await its.call('PUT', 'clusters/1/stop_deployment')).status).toBe(409);
    its.clock.advance(60_000);
    expect(await node(id)).toMatchObject({ status: 'discover', pending_addition: true, pending_roles: ['compute'] });
    expect((await its.get<{ status: string }>('clusters/1')).status).toBe('stopped');
    expect((await its.call('GET', `tasks/${task.id}`)).status).toBe(404);
    await its.call('PUT', 'clusters/1/changes');
    its.clock.advance(60_000);
    expect((await node(id)).status).toBe('ready');
  });

  it('stops a deployment: from 9.0 on its nodes stand still as they are', async () => {
    const id = await its.discovered();
    await its.call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
    await its.call('PUT', 'clusters/1/changes');
    its.clock.advance(3_000);
    expect((await node(id)).status).toBe('deploying');
    await its.call('PUT', 'clusters/1/stop_deployment');
    its.clock.advance(1_000);
    expect(await node(id)).toMatchObject({ status: isOld ? 'discover' : 'stopped' });
  });

  it('resets an environment to nodes that are to be added, and not while it runs', async () => {
    const id = await its.deployed();
    const extra = await its.discovered(11);
    await its.call('POST', 'clusters/1/assignment', [{ id: extra, roles: ['compute'] }]);
    await its.call('PUT', 'clusters/1/changes');
    expect((await its.call('PUT', 'clusters/1/reset')).status).toBe(isOld ? 500 : 409);
    its.clock.advance(60_000);
    expect((await its.call('PUT', 'clusters/1/reset')).json<Task>().name).toBe('reset_environment');
    its.clock.advance(60_000);
    expect(await node(id)).toMatchObject({ status: 'discover', pending_addition: true, pending_roles: ['compute'] });
    expect((await its.get<{ status: string }>('clusters/1')).status).toBe('new');
  });

  it('makes environments, and deletes them with what is deployed in them', async () => {
    const make = (body: object) => its.call('POST', 'clusters', body);
    expect((await make({ name: 'mos', release_id: 2 })).status).toBe(409);
    expect((await make({ name: 'new' })).status).toBe(400);
    expect((await make({ name: 'new', release_id: 1 })).status).toBe(403);
    const made = await make({ name: 'new', release_id: 2 });
    expect([made.status, made.json<{ id: number; status: string }>()]).toMatchObject([201, { id: 2, status: 'new' }]);
    const id = await its.discovered();
    await its.call('POST', 'clusters/2/assignment', [{ id, roles: ['compute'] }]);
    expect((await its.call('DELETE', 'clusters/2')).status).toBe(202);
    await its.call('DELETE', 'clusters/1');
    its.clock.advance(60_000);
    expect(await its.get('clusters')).toEqual([]);
    expect(await its.get('nodes')).toMatchObject([{ id, cluster: null, status: 'discover', pending_addition: false }]);
  });

  it('deletes the records of tasks, of running ones only by force', async () => {
    const id = await its.discovered();
    await its.call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
    const task = (await its.call('PUT', 'clusters/1/changes')).json<Task>();
    expect((await its.call('DELETE', `tasks/${task.id}`)).status).toBe(400);
    expect((await its.call('DELETE', `tasks/${task.id}?force=1`)).status).toBe(204);
    expect((await its.call('GET', `tasks/${task.id}`)).status).toBe(404);
    expect((await its.call('GET', `transactions/${task.id}`)).status).toBe(isOld ? 404 : 200);
  });

  it('remembers from 9.0 on what has ended, and which step failed on which node', async () => {
    const id = await its.discovered();
    its.fuel.failNext('deploy', 'no route to the repository');
    await its.call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
    await its.call('PUT', 'clusters/1/changes');
    its.clock.advance(60_000);
    const answer = await its.call('GET', 'transactions?cluster_id=1&statuses=error&transaction_types=deployment');
    expect(answer.status).toBe(isOld ? 404 : 200);
    if (isOld) return;
    const [part] = answer.json<Task[]>();
    const history = `transactions/${part?.id}/deployment_history?nodes=${id}&statuses=error`;
    expect(await its.get(history)).toMatchObject([{ node_id: String(id), status: 'error', task_name: 'globals' }]);
    expect((await its.call('GET', 'transactions?statuses=nosuch')).status).toBe(400);
  });

  it('runs single tasks of its graph, and everything again, from 9.0 on', async () => {
    const run = (body?: unknown) => its.call('PUT', 'clusters/1/deploy_tasks?nodes=2', body);
    if (isOld) {
      expect((await run(['netconfig'])).status).toBe(404);
      expect((await its.call('PUT', 'clusters/1/changes/redeploy')).status).toBe(404);
      return;
    }
    expect((await run(['nosuchtask'])).text).toContain('Tasks nosuchtask are not present in deployment graph');
    expect((await run([])).text).toContain('Tasks list must be specified.');
    expect((await run(['netconfig'])).status).toBe(202);
    expect((await run(['netconfig'])).status).toBe(409);
    expect((await its.call('PUT', 'clusters/1/changes/redeploy')).status).toBe(400);
    its.clock.advance(60_000);
    const dry = await its.call('PUT', 'clusters/1/changes?dry_run=1');
    expect(dry.json()).toMatchObject({ dry_run: true });
    its.clock.advance(60_000);
    expect((await its.call('PUT', 'clusters/1/changes/redeploy')).status).toBe(202);
  });
});
