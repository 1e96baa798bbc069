import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ENVIRONMENT, type FuelStage, fuelStage, MACS, VERSIONS } from './fuel-stage.ts';

// The facts of Nailgun that break naive clients, by their numbers; those about bodies are in fuel-answers.test.ts.
describe.each(VERSIONS)('the driver for Fuel %s', (version) => {
  const isOld = version === '6.0';
  let stage: FuelStage;

  beforeEach(async () => {
    stage = await fuelStage(version);
  });
  afterEach(() => stage.close());

  it('fact 1: finds a machine by any of its MACs, also when it is back under a new id and starts from another interface', async () => {
    const { driver, fuel } = stage;
    const before = await stage.boot();
    fuel.state.nodes.splice(fuel.state.nodes.indexOf(stage.node(before)), 1);
    const after = await stage.boot({ pxe: 1 });
    expect(after).not.toBe(before);
    await expect(driver.nodesByMac([MACS[0]])).resolves.toMatchObject([{ id: after }]);
    await expect(driver.nodesByMac([MACS[1]])).resolves.toMatchObject([{ id: after }]);
  });

  it('fact 2: compares MACs whatever their case and signs between', async () => {
    const id = await stage.boot();
    await expect(stage.driver.nodesByMac(['52-54-00-0a-00-01'])).resolves.toMatchObject([
      { id, macs: ['52:54:00:0a:00:00', '52:54:00:0a:00:01'] },
    ]);
  });

  it('fact 3: waits for the status of the task, not for 100 %', async () => {
    const { driver, fuel } = stage;
    const id = await stage.assigned();
    const deployment = await driver.deploy(ENVIRONMENT, id);
    const task = fuel.state.tasks.find((each) => String(each.id) === deployment.id)!;
    task.progress = 100;
    await expect(driver.progress(deployment)).resolves.toMatchObject({ state: isOld ? 'running' : 'waiting' });
    // So it stands in the seconds before the end.
    const { status, pendingRoles } = stage.node(id);
    Object.assign(stage.node(id), { status: 'ready', pendingRoles: [], progress: 100 });
    await expect(driver.progress(deployment)).resolves.toMatchObject({ state: expect.not.stringMatching('done') });
    Object.assign(stage.node(id), { status, pendingRoles, progress: 0 });
    task.progress = null;
    await expect(driver.progress(deployment)).resolves.not.toHaveProperty('percent');
    await stage.deployed(deployment);
    await expect(driver.progress(deployment)).resolves.toEqual({ state: 'done', percent: 100, text: 'ready' });
  });

  it('fact 4: a task that is forgotten is neither success nor failure: what is left of it tells', async () => {
    const { driver } = stage;
    const id = await stage.assigned();
    const deployment = await driver.deploy(ENVIRONMENT, id);
    await stage.deployed(deployment);
    await stage.call('PUT', `clusters/${ENVIRONMENT}/provision?nodes=${id}`);
    await expect(stage.call('GET', `tasks/${deployment.id}`)).resolves.toMatchObject({ status: 404 });
    stage.node(id).status = 'ready';
    await expect(driver.progress(deployment)).resolves.toMatchObject({ state: 'done' });
    stage.later();
    stage.node(id).status = 'error';
    await expect(driver.progress(deployment)).resolves.toMatchObject({ state: 'failed' });
    stage.node(id).status = 'discover';
    stage.node(id).roles = [];
    await expect(driver.progress(deployment)).resolves.toMatchObject({ state: 'lost' });
  });

  it('fact 4: a forgotten task that has failed is among the transactions, where there are any', async () => {
    const { driver, fuel } = stage;
    const id = await stage.assigned();
    const deployment = await driver.deploy(ENVIRONMENT, id);
    const task = fuel.state.tasks.find((each) => String(each.id) === deployment.id)!;
    fuel.state.tasks = isOld ? [] : [{ ...task, status: 'error', message: 'Puppet has failed', isHidden: true }];
    await expect(driver.progress(deployment)).resolves.toMatchObject(
      isOld ? { state: 'lost' } : { state: 'failed', text: 'Puppet has failed' },
    );
  });

  it('fact 5: does not begin on top of a run that is under way, but says busy', async () => {
    const id = await stage.assigned();
    await stage.call('PUT', `clusters/${ENVIRONMENT}/provision?nodes=2`);
    const tasks = stage.fuel.state.tasks.length;
    await expect(stage.driver.deploy(ENVIRONMENT, id)).rejects.toMatchObject({
      kind: 'busy',
      retry: { when: 'back-off' },
      message: expect.stringContaining('(provision) of the environment'),
    });
    expect(stage.fuel.state.tasks).toHaveLength(tasks);
  });

  it('fact 6: gives the words of Nailgun for what it refuses', async () => {
    await expect(stage.driver.node('99')).rejects.toMatchObject({
      kind: 'not-found',
      message: 'new: fuel: GET /api/nodes/99: 404: Node not found',
    });
  });

  it('fact 7: takes an answer without content for a success', async () => {
    const id = await stage.assigned();
    await stage.driver.release(ENVIRONMENT, id);
    await expect(stage.driver.node(id)).resolves.not.toHaveProperty('environmentId');
    await stage.driver.release(ENVIRONMENT, id);
  });

  it('fact 8: understands the answer to a changed node', async () => {
    const id = await stage.assigned();
    expect(stage.node(id)).toMatchObject({ name: 'old-c7', hostname: isOld ? `node-${id}` : 'old-c7' });
  });

  it('fact 9: tells why a node has failed from the task and from the notifications since', async () => {
    const { driver, fuel } = stage;
    const id = await stage.assigned();
    fuel.state.notify('error', 'of long ago', { node: stage.node(id) });
    fuel.failNext('deploy', 'puppet has ended with 1');
    const deployment = await driver.deploy(ENVIRONMENT, id);
    stage.later();
    await expect(driver.progress(deployment)).resolves.toEqual({
      state: 'failed',
      text: "Deployment has failed. Check these nodes: 'old-c7'; Failed to deploy node 'old-c7': puppet has ended with 1",
    });
  });

  it('fact 10: sends only the fields of a node that change, and interfaces whole', async () => {
    const id = await stage.assigned();
    stage.node('2').nics[0]!.networks = [1, 3, 5];
    stage.node('2').nics[1]!.networks = [2, 4];
    await stage.driver.layOut(ENVIRONMENT, id, { kind: 'copied' });
    expect(stage.node(id).nics.map(({ networks }) => networks)).toEqual([
      [1, 3, 5],
      [2, 4],
    ]);
  });

  it('fact 11: lays a node out after it has its roles, and again to no effect', async () => {
    const { driver } = stage;
    const id = await stage.assigned();
    const layout = {
      kind: 'fixed',
      interfaces: { eth0: ['fuelweb_admin', 'management'], eth1: ['public', 'storage', 'private'] },
      disks: { sda: { os: 70_000, vm: 'rest' }, sdb: { vm: 'rest' } },
    } as const;
    await driver.layOut(ENVIRONMENT, id, layout);
    const size = stage.node(id).disks[0]!.size;
    expect(stage.node(id).disks.map(({ volumes }) => volumes)).toEqual([
      [
        { name: 'os', size: 70_000 },
        { name: 'vm', size: size - 70_000 },
      ],
      [{ name: 'vm', size }],
    ]);
    // What is as wanted is not written: Nailgun would refuse it from now on.
    stage.node(id).status = 'provisioning';
    await driver.layOut(ENVIRONMENT, id, layout);
  });

  it('fact 12: has its roles checked against what the release knows', async () => {
    const id = await stage.boot();
    await expect(stage.driver.assign(ENVIRONMENT, id, { roles: ['nosuch'] })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('nosuch are not valid roles'),
    });
    await expect(stage.driver.readiness(ENVIRONMENT, ['nosuch'])).resolves.toMatchObject({
      obstacles: [expect.stringContaining('knows no role nosuch')],
    });
  });

  it('fact 13: a deployed node that starts the bootstrap again is no new one, and its deployment has failed', async () => {
    const { driver } = stage;
    const id = await stage.assigned();
    const deployment = await driver.deploy(ENVIRONMENT, id);
    await stage.deployed(deployment);
    await stage.boot();
    await expect(driver.node(id)).resolves.toMatchObject({ status: 'discover', environmentId: ENVIRONMENT });
    await expect(driver.progress(deployment)).resolves.toMatchObject({
      state: 'failed',
      text: expect.stringContaining('bootstrap system again'),
    });
    await expect(driver.deploy(ENVIRONMENT, id)).rejects.toMatchObject({ kind: 'conflict' });
  });

  it("fact 14: deploys the one node where others' changes are pending, and leaves those as they are", async () => {
    const { driver } = stage;
    const other = await stage.boot({ macs: ['52:54:00:0b:00:00'], ip: '10.20.0.140' });
    await driver.assign(ENVIRONMENT, other, { roles: ['compute'] });
    stage.node('2').pendingDeletion = true;
    const id = await stage.assigned();
    await expect(driver.readiness(ENVIRONMENT, ['compute'], { except: id })).resolves.toMatchObject({
      obstacles: [],
      warnings: [expect.stringContaining('pending changes of others')],
    });
    await stage.deployed(await driver.deploy(ENVIRONMENT, id));
    expect(stage.node(id)).toMatchObject({ status: 'ready', roles: ['compute'] });
    expect(stage.node(other)).toMatchObject({ status: 'discover', pendingAddition: true });
    expect(stage.node('2')).toMatchObject({ status: 'ready', pendingDeletion: true });
  });

  it('fact 14: does not do again what others have left in error', async () => {
    Object.assign(stage.node('2'), { status: 'error', errorType: 'provision' });
    const id = await stage.assigned();
    await stage.deployed(await stage.driver.deploy(ENVIRONMENT, id));
    expect(stage.node('2')).toMatchObject({ status: 'error', errorType: 'provision' });
  });

  it('fact 15: is not done before its own node is, whatever becomes of the others meanwhile', async () => {
    const { driver } = stage;
    const id = await stage.assigned();
    const deployment = await driver.deploy(ENVIRONMENT, id);
    stage.later(25_000);
    expect(stage.node('2').status).toBe(isOld ? 'ready' : 'deploying');
    await expect(driver.progress(deployment)).resolves.toMatchObject({
      state: 'running',
      text: expect.stringMatching(/^deploying \d+ %$/),
    });
    await stage.deployed(deployment);
  });

  it('fact 16: a node that is ready is not deployed again', async () => {
    const { driver, fuel } = stage;
    const tasks = fuel.state.tasks.length;
    const deployment = await driver.deploy(ENVIRONMENT, '2');
    await expect(driver.progress(deployment)).resolves.toMatchObject({ state: 'done' });
    expect(fuel.state.tasks).toHaveLength(tasks);
  });

  it('fact 17: a check that fails at once is a failure, although its status is one of success', async () => {
    const id = await stage.assigned();
    stage.node(id).online = false;
    await expect(stage.driver.deploy(ENVIRONMENT, id)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('are offline. Remove them from environment and try again.'),
    });
  });

  it('fact 18: shows a node whose address is outside of the Admin network with what Fuel says of it', async () => {
    const id = await stage.boot({ ip: '10.99.0.5' });
    await expect(stage.driver.nodesByMac(MACS)).resolves.toMatchObject([
      isOld ? { id, status: 'discover' } : { id, status: 'error', errorType: 'discover' },
    ]);
    const said = isOld ? [] : [`Node 'node-${id}' has IP '10.99.0.5' that does not match any Admin network`];
    await expect(stage.driver.messages(0, { nodeId: id })).resolves.toEqual(said);
  });

  it('fact 19: sends no ids but numbers', async () => {
    await expect(stage.driver.nodes('abc')).rejects.toMatchObject({ kind: 'invalid' });
    await expect(stage.driver.deploy(ENVIRONMENT, 'abc')).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('fact 20: finds out whether a token is wanted, where the version itself wants one and where it does not', async () => {
    await expect(stage.driver.version()).resolves.toBe(`Fuel ${version}`);
  });
});
