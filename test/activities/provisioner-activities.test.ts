import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ProvisionerActivities } from '../../activities/hardware-activities.ts';
import { OpenHosts } from '../../activities/open-hosts.ts';
import { provisionerActivities } from '../../activities/provisioner-activities.ts';
import { reportingFailures } from '../../activities/report-failure.ts';
import type { CloudSettings } from '../../config/index.ts';
import { LocalServer } from '../services/openstack/local-server.ts';
import { ENVIRONMENT, type FuelStage, fuelStage, MACS, target } from '../services/provisioner/fuel-stage.ts';

const HOST = 'old-c7.example.org';
const HOUR_MS = 3_600_000;
/** Of no environment, as Fuel shows it. */
const FREE = {
  ...{ id: 7, name: 'n', status: 'discover', online: true, cluster: null, meta: { interfaces: [{ mac: MACS[0] }] } },
  ...{ roles: [], pending_roles: [], pending_addition: false, pending_deletion: false },
};
const node = { target: 'new', environmentId: ENVIRONMENT, nodeId: '3' };

let stage: FuelStage;
let environment: MockActivityEnvironment;
let heartbeats: unknown[];

beforeEach(async () => {
  stage = await fuelStage('9.2');
  heartbeats = [];
});
afterEach(() => stage.close());

/** As a worker does it; each call is a try of its own. */
function run<K extends keyof ProvisionerActivities>(
  name: K,
  request: Parameters<ProvisionerActivities[K]>[0],
  settings: CloudSettings = stage.settings,
  sinceMs = 0,
): Promise<Awaited<ReturnType<ProvisionerActivities[K]>>> {
  const hosts = new OpenHosts({
    hosts: [{ name: HOST, role: 'compute', macs: MACS.map((mac) => mac.toLowerCase()) }],
    targets: [settings],
  });
  const all = reportingFailures({ ...provisionerActivities(hosts) });
  environment = new MockActivityEnvironment(
    { scheduledTimestampMs: Date.now() - sinceMs },
    { logger: new DefaultLogger('ERROR') },
  );
  environment.on('heartbeat', (details: unknown) => heartbeats.push(details));
  const activity = all[name] as (given: unknown) => Promise<Awaited<ReturnType<ProvisionerActivities[K]>>>;
  return environment.run(activity, request);
}

const wait = (timeLimitMs: number) => run('waitForNode', { host: HOST, target: 'new', timeLimitMs });

describe('a machine that is awaited', () => {
  it('is given when it has reported itself', async () => {
    const found = wait(HOUR_MS);
    const nodeId = await stage.boot();
    await expect(found).resolves.toEqual({ nodeId, name: 'Untitled (00:00)' });
  });

  it('is not taken while an old record of it is offline', async () => {
    stage.node(await stage.boot()).online = false;
    await expect(wait(0)).rejects.toMatchObject({
      type: 'not-discovered',
      nonRetryable: true,
      message: expect.stringContaining('node 3 (Untitled (00:00)) discover, offline; look at its console'),
    });
    const found = wait(HOUR_MS);
    await stage.boot();
    await expect(found).resolves.toMatchObject({ nodeId: '3' });
  });

  it('is not taken for a record that was online before it was switched off, until that cannot be of then any more', async () => {
    const id = await stage.boot();
    const request = { host: HOST, target: 'new', onlineBefore: [id] };
    const stale = run('waitForNode', { ...request, timeLimitMs: 0 });
    await expect(stale).rejects.toMatchObject({
      type: 'not-discovered',
      message: expect.stringContaining('discover, online as before it was switched off'),
    });
    // Nobody has reported for so long that Fuel would say offline by now.
    const found = run('waitForNode', { ...request, timeLimitMs: HOUR_MS }, stage.settings, 240_000);
    await expect(found).resolves.toMatchObject({ nodeId: id });
    stage.later(240_000);
    const offline = run('waitForNode', { ...request, timeLimitMs: 0 }, stage.settings, 240_000);
    await expect(offline).rejects.toMatchObject({ message: expect.stringContaining('discover, offline') });
  });

  it('is not taken out of the environment that it belongs to', async () => {
    await stage.assigned();
    await expect(wait(0)).rejects.toMatchObject({
      type: 'not-discovered',
      message: expect.stringContaining('of environment 1'),
    });
  });

  it('is a question where two records have its MACs', async () => {
    await stage.boot();
    const other = await stage.boot({ macs: ['52:54:00:0b:00:00', '52:54:00:0b:00:01'], ip: '10.20.0.140' });
    Object.assign(stage.node(other), { online: false, mac: MACS[1] });
    await expect(wait(HOUR_MS)).rejects.toMatchObject({ type: 'ambiguous', nonRetryable: true });
  });

  it('fact 18: is given up at once, in the words of Fuel, when its address is of no Admin network', async () => {
    await stage.boot({ ip: '10.99.0.5' });
    await expect(wait(HOUR_MS)).rejects.toMatchObject({
      type: 'not-discovered',
      message: expect.stringContaining("has IP '10.99.0.5' that does not match any Admin network"),
    });
  });

  it('is awaited no longer when the run is cancelled', async () => {
    const found = wait(HOUR_MS);
    environment.cancel();
    await expect(found).rejects.toMatchObject({ name: 'CancelledFailure' });
  });
});

it('a machine is awaited also while Fuel does not answer for a moment', async () => {
  let asked = 0;
  const server = await LocalServer.start(({ path }) => {
    if (path === '/api/version') return { body: { release: '6.0', auth_required: false } };
    asked += 1;
    return asked === 1 ? { status: 502, body: '<html><body>Bad Gateway</body></html>' } : { body: [FREE] };
  });
  try {
    const request = { host: HOST, target: 'new', timeLimitMs: HOUR_MS };
    const settings = target(`${server.origin}/api/`);
    await expect(run('waitForNode', request, settings)).resolves.toEqual({ nodeId: '7', name: 'n' });
  } finally {
    await server.stop();
  }
});

it('a machine whose old record was online is given when that went offline and is back', async () => {
  const seen = [true, false, true];
  const server = await LocalServer.start(({ path }) => {
    if (path === '/api/version') return { body: { release: '6.0', auth_required: false } };
    return { body: [{ ...FREE, online: seen.shift() }] };
  });
  try {
    const request = { host: HOST, target: 'new', timeLimitMs: HOUR_MS, onlineBefore: ['7'] };
    const settings = target(`${server.origin}/api/`);
    await expect(run('waitForNode', request, settings)).resolves.toEqual({ nodeId: '7', name: 'n' });
    expect(seen).toEqual([]);
  } finally {
    await server.stop();
  }
});

describe('a machine that is installed', () => {
  beforeEach(() => stage.boot());

  it('is assigned, laid out and deployed, and each step may be done twice', async () => {
    for (const _try of [1, 2]) await run('assignNode', { ...node, hostname: 'old-c7', roles: ['compute'] });
    for (const _try of [1, 2]) await run('layOutNode', { ...node, layout: { kind: 'copied' } });
    await expect(run('verifyNetworks', node)).resolves.toEqual({ missing: [], elsewhere: [] });
    await expect(run('nodePortVlans', { ...node, host: HOST, adminVlan: 20 })).resolves.toMatchObject({ pvid: 20 });
    const deployment = await run('startDeployment', node);
    stage.later(5_000);
    await expect(run('startDeployment', node)).resolves.toMatchObject({ id: deployment.id });
    const following = run('followDeployment', { ...node, deployment, timeLimitMs: HOUR_MS });
    stage.later();
    await expect(following).resolves.toMatchObject({ state: 'done', fqdn: 'old-c7.domain.tld' });
  });

  it('shows how far it is', async () => {
    await run('assignNode', { ...node, roles: ['compute'] });
    const deployment = await run('startDeployment', node);
    stage.later(5_000);
    await expect(run('followDeployment', { ...node, deployment, timeLimitMs: 0 })).rejects.toMatchObject({
      type: 'deployment-failed',
      message: expect.stringContaining('may go on: provisioning 28 %'),
    });
    expect(heartbeats.length).toBeGreaterThan(0);
  });

  it('fails for good with the words of Fuel', async () => {
    await run('assignNode', { ...node, roles: ['compute'] });
    stage.fuel.failNext('provision', 'no disk');
    const deployment = await run('startDeployment', node);
    stage.later();
    await expect(run('followDeployment', { ...node, deployment, timeLimitMs: HOUR_MS })).rejects.toMatchObject({
      type: 'deployment-failed',
      nonRetryable: true,
      message: expect.stringContaining('no disk'),
    });
  });

  it('is a question when nothing works on it and it is not ready', async () => {
    await run('assignNode', { ...node, roles: ['compute'] });
    const deployment = await run('startDeployment', node);
    stage.later();
    stage.node('3').status = 'deploying';
    await expect(run('followDeployment', { ...node, deployment, timeLimitMs: HOUR_MS })).rejects.toMatchObject({
      type: 'deployment-failed',
      message: expect.stringContaining('the task is ready, and the node is deploying'),
    });
  });

  it('waits while another deployment runs', async () => {
    await run('assignNode', { ...node, roles: ['compute'] });
    await stage.call('PUT', 'clusters/1/deploy?nodes=2');
    await expect(run('startDeployment', node)).rejects.toMatchObject({ type: 'busy', nonRetryable: false });
  });

  it('is free again when it is released, however often', async () => {
    await run('assignNode', { ...node, roles: ['compute'] });
    for (const _try of [1, 2]) await run('releaseNode', node);
    expect(stage.node('3')).toMatchObject({ cluster: null, pendingAddition: false });
  });
});

it('tells before anything is changed what the provisioner knows of a host', async () => {
  await stage.boot();
  const request = { host: HOST, target: 'new', roles: ['compute'], layout: { kind: 'copied' } } as const;
  await expect(run('inspectProvisioner', request)).resolves.toEqual({
    version: 'Fuel 9.2',
    environment: { id: ENVIRONMENT, name: 'mos', status: 'operational' },
    known: [{ id: '3', name: 'Untitled (00:00)', status: 'discover', isOnline: true }],
    obstacles: [],
    warnings: [],
  });
});
