import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Cloud } from '../../services/openstack/cloud.ts';
import { type Simulator, startSimulator } from '../../simulator/index.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';
import { eventually, workerAt } from './copy-stage.ts';
import { type TwinProject, twinProject } from './twin-projects.ts';

const QUICK = { volumeMs: 300, snapshotMs: 40 };

let simulator: Simulator;
let source: Cloud;
let target: Cloud;
let project: TwinProject;
beforeEach(async () => {
  simulator = await startSimulator({
    clouds: [
      { name: 'source', durations: QUICK },
      { name: 'target', durations: QUICK },
    ],
  });
  source = new Cloud(settings('source'));
  target = new Cloud(settings('target'));
  project = await twinProject(source, target, 'acme');
});
afterEach(async () => {
  source.close();
  target.close();
  await simulator.close();
});

const settings = (name: string) => simulatedSettings(simulator.cloud(name));
const worker = () => workerAt(settings('source'), settings('target'));
const stateOf = (name: string) => simulator.cloud(name).state.cinder.volumes;
const asked = (id: string) => ({ ...worker().run, type: 'volume', id }) as const;

async function volume(): Promise<string> {
  const { id } = await source.inProject(project.id).volume.create({ name: 'data', size: 1, metadata: {} });
  await eventually(
    async () => (await source.volume.volume(id)).status,
    (status) => status === 'available',
  );
  return id;
}

async function copied(id: string) {
  const transfer = await worker().volumes.uploadVolume(asked(id));
  const request = { ...worker().run, ...transfer, projectId: project.id, name: 'disk of data' };
  return { ...transfer, ...(await worker().images.copyTransferImage(request)) };
}

it('an upload whose answer was lost is found again by its name, and there is one image', async () => {
  const id = await volume();
  const fault = { kind: 'reset', afterwards: true } as const;
  simulator.faults.add({ cloud: 'source', service: 'volume', method: 'post', path: '/action$', times: 1, fault });
  await expect(worker().volumes.uploadVolume(asked(id))).rejects.toMatchObject({ type: 'network' });
  await worker().volumes.uploadVolume(asked(id));
  expect(simulator.cloud('source').state.glance.images.all()).toHaveLength(1);
});

it('an upload that was never marked is removed by its name, and its copy with it', async () => {
  const id = await volume();
  const name = `pumphouse ${worker().run.run} ${id}`;
  const { targetImageId } = await copied(id);
  const [image] = simulator.cloud('source').state.glance.images.all();
  if (image !== undefined) simulator.cloud('source').state.glance.images.change(image, { properties: {} });
  expect(image?.name).toBe(name);
  await worker().volumes.removeTransferImages(asked(id));
  expect(simulator.cloud('source').state.glance.images.all()).toEqual([]);
  expect(simulator.cloud('target').state.glance.images.has(targetImageId)).toBe(false);
});

it('a creation whose answer was lost is found again by its mark, and there is one volume', async () => {
  const id = await volume();
  const { targetImageId } = await copied(id);
  const fault = { kind: 'reset', afterwards: true } as const;
  simulator.faults.add({ cloud: 'target', service: 'volume', method: 'post', path: '/volumes$', times: 1, fault });
  const request = { ...asked(id), targetImageId };
  await expect(worker().volumes.makeVolume(request)).rejects.toMatchObject({ type: 'network' });
  expect(await worker().volumes.makeVolume(request)).toMatchObject({ made: true });
  expect(stateOf('target').all()).toHaveLength(1);
});

it('a volume that the target could not make is removed and told, and the next try makes another', async () => {
  const id = await volume();
  const { targetImageId } = await copied(id);
  const request = { ...asked(id), targetImageId };
  const making = worker().volumes.makeVolume(request);
  const row = await eventually(
    async () => stateOf('target').all()[0],
    (seen) => seen !== undefined,
  );
  if (row !== undefined) stateOf('target').change(row, { status: 'error' });
  await expect(making).rejects.toMatchObject({ type: 'volume-error', nonRetryable: false });
  expect(stateOf('target').all()).toEqual([]);
  expect(await worker().volumes.makeVolume(request)).toMatchObject({ made: true });
});

it('a target without quota for it, or without its type, is told as such', async () => {
  const id = await volume();
  const { targetImageId } = await copied(id);
  simulator.cloud('target').state.cinder.quotas.set(project.targetId, { gigabytes: 0 });
  const make = () => worker().volumes.makeVolume({ ...asked(id), targetImageId });
  await expect(make()).rejects.toMatchObject({ type: 'over-quota', nonRetryable: true });
  const row = stateOf('source').get(id);
  if (row !== undefined) stateOf('source').change(row, { type: 'fast' });
  await expect(make()).rejects.toMatchObject({ type: 'not-found', nonRetryable: true });
});

it('what cannot be moved says why, and what to do', async () => {
  const id = await volume();
  const row = stateOf('source').get(id);
  if (row !== undefined) stateOf('source').change(row, { status: 'error' });
  expect((await worker().volumes.inspectVolume(asked(id))).obstacle).toContain('bring it to available first');
  await expect(worker().volumes.uploadVolume(asked(id))).rejects.toMatchObject({ type: 'obstacle' });
});

it('a volume that is busy is left to the next try', async () => {
  const id = await volume();
  const row = stateOf('source').get(id);
  if (row !== undefined) stateOf('source').change(row, { status: 'extending' });
  const upload = worker().volumes.uploadVolume(asked(id));
  await expect(upload).rejects.toMatchObject({ type: 'busy', nonRetryable: false });
});
