import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { bundleWorkflowCode, type NativeConnection, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { connectClient, type TemporalClient } from '../../client/connection.ts';
import { connectWorker } from '../../workers/connection.ts';
import { formatEndpoint } from '../../workers/endpoint.ts';
import { startHealthServer } from '../../workers/health.ts';
import { createLog } from '../../workers/log.ts';
import { WorkerGroup } from '../../workers/run-workers.ts';
import { registerSearchAttributes } from '../../workers/search-attributes.ts';
import { createWorker } from '../../workers/worker.ts';
import { searchAttributeKeys } from '../../workflows/search-attributes.ts';
import { testTarget, unique } from '../temporal.ts';

let connection: NativeConnection;
let temporal: TemporalClient;
let workflowBundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  connection = await connectWorker(testTarget());
  temporal = await connectClient(testTarget());
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: new URL('./smoke-workflows.ts', import.meta.url).pathname,
    logger: silentLogger,
  });
}, 60_000);

afterAll(async () => {
  await temporal?.close();
  await connection?.close();
});

const silent = () => undefined;
const silentLogger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
const log = createLog('error', { write: silent });

/** An activity that waits at its end until it is let go, and says when it has begun. */
function heldActivity() {
  let begin: () => void = silent;
  let letGo: () => void = silent;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const work = async (): Promise<string> => {
    begin();
    await held;
    return 'finished';
  };
  return { work, begun, letGo };
}

it('lets a running activity finish when it is asked to stop, and is not ready meanwhile', async () => {
  const { work, begun, letGo } = heldActivity();
  const taskQueue = unique('drain');
  const worker = await createWorker({
    connection,
    namespace: 'default',
    activities: { work },
    taskQueue,
    workflowBundle,
  });
  const group = new WorkerGroup([worker], log);
  const health = await startHealthServer({ host: '127.0.0.1', port: 0 }, () => group.health());
  const ready = async () => (await fetch(`http://${formatEndpoint(health.endpoint)}/ready`)).status;
  try {
    expect(await ready()).toBe(503);
    const stopped = group.run();
    const handle = await temporal.client.workflow.start('oneActivity', { taskQueue, workflowId: taskQueue });
    await begun;
    expect(await ready()).toBe(200);

    group.shutdown('the test says so');
    expect(await ready()).toBe(503);
    letGo();
    await stopped;

    // The activity's answer arrived before the worker left: the next worker only has to end the workflow.
    const next = await createWorker({
      connection,
      namespace: 'default',
      activities: { work: () => Promise.resolve('done again') },
      taskQueue,
      workflowBundle,
    });
    expect(await next.runUntil(handle.result())).toBe('finished');
  } finally {
    await health.close();
  }
});

it('runs a workflow that sets every search attribute, and the workflow is found by them', async () => {
  await registerSearchAttributes(connection, 'default', silent);
  const taskQueue = unique('attributes');
  const worker = await createWorker({ connection, namespace: 'default', activities: {}, taskQueue, workflowBundle });
  await worker.runUntil(
    temporal.client.workflow.execute('setAllSearchAttributes', { taskQueue, workflowId: taskQueue, args: [taskQueue] }),
  );
  const description = await temporal.client.workflow.getHandle(taskQueue).describe();
  expect(searchAttributeKeys.map((key) => description.typedSearchAttributes.get(key))).toEqual(
    searchAttributeKeys.map(() => taskQueue),
  );
});

it('registers search attributes again without complaint', async () => {
  const warnings: string[] = [];
  await registerSearchAttributes(connection, 'default', (line) => warnings.push(line));
  await registerSearchAttributes(connection, 'default', (line) => warnings.push(line));
  expect(warnings).toEqual([]);
});

it('answers only what a supervisor asks', async () => {
  const health = await startHealthServer({ host: '127.0.0.1', port: 0 }, () => ({
    ready: true,
    workers: { q: 'RUNNING' },
  }));
  const url = `http://${formatEndpoint(health.endpoint)}`;
  try {
    const ready = await fetch(`${url}/ready`);
    expect(await ready.json()).toEqual({ ready: true, workers: { q: 'RUNNING' } });
    expect((await fetch(`${url}/live`)).status).toBe(200);
    expect((await fetch(`${url}/secrets`)).status).toBe(404);
    expect((await fetch(`${url}/ready`, { method: 'POST' })).status).toBe(405);
  } finally {
    await health.close();
  }
});
