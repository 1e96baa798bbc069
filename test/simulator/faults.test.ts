import { afterEach, expect, it } from '@jest/globals';
import { type FaultRule, type Simulator, startSimulator } from '../../simulator/index.ts';
import { at, login, start } from './sim-client.ts';

let simulator: Simulator;
afterEach(() => simulator.close());

const SERVERS = '/compute/v2.1/servers';

it('answers a status with Retry-After so many times, after so many that pass', async () => {
  simulator = await start();
  const admin = await login(simulator);
  const fault = { kind: 'status', status: 503, retryAfterSeconds: 7 } as const;
  const rule = simulator.faults.add({ service: 'compute', path: '/servers', after: 1, times: 2, fault });
  const statuses: number[] = [];
  for (let i = 0; i < 4; i++) statuses.push((await admin.get(SERVERS)).status);
  expect(statuses).toEqual([200, 503, 503, 200]);
  expect(rule.hits()).toBe(2);
});

it('speaks the service’s own words in an injected error', async () => {
  simulator = await start({}, { faults: [{ service: 'network', fault: { kind: 'status', status: 503 } }] });
  const admin = await login(simulator);
  const answer = await admin.get('/networking/v2.0/networks');
  expect(at(answer.body, 'NeutronError', 'type')).toBe('HTTPServiceUnavailable');
});

it.each(['reset', 'truncated-body'] as const)('breaks the connection: %s', async (kind) => {
  simulator = await start();
  const admin = await login(simulator);
  simulator.faults.add({ path: '/servers', times: 1, fault: { kind } });
  await expect(admin.get(SERVERS)).rejects.toThrow();
  expect((await admin.get(SERVERS)).status).toBe(200);
});

it('carries a request out and resets the connection afterwards, which is the worst moment', async () => {
  simulator = await start();
  const admin = await login(simulator);
  simulator.faults.add({ method: 'post', path: 'projects', times: 1, fault: { kind: 'reset', afterwards: true } });
  await expect(admin.post('/identity/v3/projects', { project: { name: 'twice' } })).rejects.toThrow();
  expect((await admin.post('/identity/v3/projects', { project: { name: 'twice' } })).status).toBe(409);
});

it('hangs without an answer', async () => {
  simulator = await start();
  const admin = await login(simulator);
  simulator.faults.add({ path: '/servers', fault: { kind: 'hang' } });
  const url = `${admin.base}${SERVERS}`;
  const answer = fetch(url, { headers: { 'x-auth-token': admin.token }, signal: AbortSignal.timeout(50) });
  await expect(answer).rejects.toThrow(/timeout|aborted/i);
});

it('carries a request out and never answers it', async () => {
  simulator = await start();
  const admin = await login(simulator);
  const rule = simulator.faults.add({ method: 'post', path: 'projects', fault: { kind: 'hang', afterwards: true } });
  const headers = { 'x-auth-token': admin.token, 'content-type': 'application/json' };
  const body = JSON.stringify({ project: { name: 'unheard' } });
  const url = `${admin.base}/identity/v3/projects`;
  const answer = fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(100) });
  await expect(answer).rejects.toThrow(/timeout|aborted/i);
  rule.remove();
  expect((await admin.post('/identity/v3/projects', { project: { name: 'unheard' } })).status).toBe(409);
});

it('ends a token in the middle of its life', async () => {
  simulator = await start();
  const admin = await login(simulator);
  simulator.faults.add({ path: '/servers', times: 1, fault: { kind: 'expired-token' } });
  expect((await admin.get(SERVERS)).status).toBe(401);
  expect((await admin.get(SERVERS)).status).toBe(401);
  expect((await (await login(simulator)).get(SERVERS)).status).toBe(200);
});

it('throws the same dice for the same seed', async () => {
  const rule: FaultRule = { path: '/servers', probability: 0.5, fault: { kind: 'status', status: 500 } };
  const runs: number[][] = [];
  for (const seed of ['a', 'a', 'b']) {
    simulator = await startSimulator({ clouds: [{ name: 'one' }], seed, faults: [rule] });
    const admin = await login(simulator);
    const statuses: number[] = [];
    for (let i = 0; i < 20; i++) statuses.push((await admin.get(SERVERS)).status);
    runs.push(statuses);
    await simulator.close();
  }
  expect(runs[0]).toEqual(runs[1]);
  expect(runs[0]).not.toEqual(runs[2]);
});

it('is told over the control port, which refuses what makes no sense', async () => {
  simulator = await startSimulator({ clouds: [{ name: 'one' }], controlPort: 0 });
  const admin = await login(simulator);
  const send = (rule: unknown) =>
    fetch(`${simulator.controlUrl}/_sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rule),
    });
  expect((await send({ path: '(', fault: { kind: 'status', status: 200 } })).status).toBe(400);
  expect((await send({ path: '/servers', fault: { kind: 'status', status: 500 } })).status).toBe(201);
  expect((await admin.get(SERVERS)).status).toBe(500);
  await fetch(`${simulator.controlUrl}/_sim/faults`, { method: 'DELETE' });
  expect((await admin.get(SERVERS)).status).toBe(200);
});

it('counts requests by route and knows how many were open at once', async () => {
  simulator = await start();
  const admin = await login(simulator);
  simulator.requests.reset();
  simulator.faults.add({ path: '/servers', fault: { kind: 'delay', delayMs: 30 } });
  await Promise.all([admin.get(SERVERS), admin.get(SERVERS), admin.get(`${SERVERS}/nope`)]);
  expect(simulator.requests.highWater).toBe(3);
  expect(simulator.requests.count('GET /compute/v2.1/servers')).toBe(3);
  expect(simulator.requests.counts.get('one GET /compute/v2.1/servers/:id')).toBe(1);
});
