import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFuel, startSimulator } from '../../../simulator/index.ts';
import { type Nailgun, nailgun, VERSIONS } from './nailgun.ts';

let its: Nailgun;
describe.each(VERSIONS)('faults of Nailgun %s', (version) => {
  beforeEach(async () => {
    its = await nailgun(version);
  });
  afterEach(() => its.close());

  it('answers a status in its own words, or in those of the rule, so many times', async () => {
    const fault = { kind: 'status', status: 503, retryAfterSeconds: 3 } as const;
    const rule = its.faults.add({ service: 'fuel', path: '/nodes', times: 1, fault });
    const refused = await its.call('GET', 'nodes');
    expect([refused.status, refused.type.split(';')[0]]).toEqual([
      503,
      version === '6.0' ? 'application/json' : 'text/html',
    ]);
    expect((await its.call('GET', 'nodes')).status).toBe(200);
    expect(rule.hits()).toBe(1);
    its.faults.add({ path: '/tasks', fault: { kind: 'status', status: 500, body: '<html>Bad Gateway</html>' } });
    expect((await its.call('GET', 'tasks')).text).toBe('<html>Bad Gateway</html>');
  });

  it('drops the connection before a call is carried out, and after it', async () => {
    its.faults.add({ method: 'PUT', path: '/nodes/2$', times: 1, fault: { kind: 'reset' } });
    await expect(its.call('PUT', 'nodes/2', { name: 'first' })).rejects.toThrow();
    expect(its.fuel.state.node(2)?.name).toBe('cmp-1');
    its.faults.add({ method: 'PUT', path: '/nodes/2$', times: 1, fault: { kind: 'reset', afterwards: true } });
    await expect(its.call('PUT', 'nodes/2', { name: 'second' })).rejects.toThrow();
    expect(its.fuel.state.node(2)?.name).toBe('second');
  });

  it('breaks off in the middle of an answer, and never answers', async () => {
    its.faults.add({ path: '/nodes', times: 1, fault: { kind: 'truncated-body' } });
    await expect(its.call('GET', 'nodes')).rejects.toThrow();
    its.faults.add({ path: '/nodes', times: 1, fault: { kind: 'hang' } });
    const signal = AbortSignal.timeout(50);
    await expect(fetch(`${its.fuel.url}nodes`, { signal })).rejects.toThrow(/timeout|aborted/i);
  });

  it('ends a token before its time', async () => {
    its.faults.add({ service: 'fuel', times: 1, fault: { kind: 'expired-token' } });
    expect((await its.call('GET', 'nodes')).status).toBe(401);
    expect((await its.call('GET', 'nodes')).status).toBe(401);
  });
});

it('takes rules for Fuel at the control port of the clouds', async () => {
  const simulator = await startSimulator({ clouds: [], controlPort: 0 });
  const { clock, faults } = simulator;
  const fuel = await startFuel({ version: '6.0', clock, faults });
  try {
    const rule = { service: 'fuel', path: '/version', fault: { kind: 'status', status: 503 } };
    const made = await fetch(`${simulator.controlUrl}/_sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rule),
    });
    expect(made.status).toBe(201);
    expect((await fetch(`${fuel.url}version`)).status).toBe(503);
  } finally {
    await fuel.close();
    await simulator.close();
  }
});
