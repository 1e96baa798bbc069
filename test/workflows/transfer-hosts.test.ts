import { afterEach, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { transferPolicy } from '../../planning/transfer-policy.ts';
import type { transferHosts } from '../../workflows/transfer-hosts.ts';
import type { TransferHostsRequest } from '../../workflows/transfer-requests.ts';
import { transferHostsId } from '../../workflows/workflow-ids.ts';
import { ADMIN_VLAN, type TakingRun, takingRun } from './taking-run.ts';

let run: TakingRun;
afterEach(() => run.close());

async function takeAll({ temporal, taskQueue, names, hosts }: TakingRun, atOnce: number) {
  const request: TransferHostsRequest = {
    ...names,
    hosts: hosts.map((host) => ({ host, adminVlan: ADMIN_VLAN })),
    role: 'compute',
    atOnce,
    policy: transferPolicy({}),
    gates: {},
    approved: { 'power-off': { by: 'the test' }, reinstall: { by: 'the test' } },
  };
  const handle = await temporal.client.workflow.start<typeof transferHosts>('transferHosts', {
    workflowId: transferHostsId(names.source, hosts),
    taskQueue,
    args: [request],
  });
  return handle.result();
}

test('Two hosts at once are both taken: one deployment waits for the other', async () => {
  run = await takingRun();
  const result = await run.working(() => takeAll(run, 2));
  expect(result).toMatchObject({ outcome: 'done' });
  expect(result.host?.steps.map(({ state, detail }) => `${state} ${detail}`)).toEqual(['done done', 'done done']);
  for (const host of run.hosts) expect(run.portrait(host)).toMatchObject({ power: 'on', service: 'gone' });
}, 120_000);

test('After a host that was not taken none is begun', async () => {
  run = await takingRun();
  const [first = '', second = ''] = run.hosts;
  const result = await run.working(
    () => takeAll(run, 1),
    (activity, { host }) => {
      if (activity === 'setPort' && host === first) throw ApplicationFailure.nonRetryable('the switch is on fire');
      return undefined;
    },
  );
  expect(result).toMatchObject({ outcome: 'compensated' });
  expect(result.notes.join('\n')).toContain(`not begun, since another was not taken: ${second}`);
  expect(run.portrait(second)).toMatchObject({ power: 'on', service: 'enabled' });
}, 120_000);
