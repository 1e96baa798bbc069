import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DEFAULT_REQUEST_LIMITS } from '../../config/cloud-settings.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import { type FaultRule, type Simulator, startSimulator } from '../../simulator/index.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';
import { eventually, readImage, type WorkerOptions, workerAt } from './copy-stage.ts';
import { copy, makeImage } from './image-cases.ts';

const SIZE_BYTES = 700_000;
const MIB = 2 ** 20;

let simulator: Simulator;
let source: Cloud;
let target: Cloud;
beforeEach(async () => {
  simulator = await startSimulator({ clouds: [{ name: 'source' }, { name: 'target' }] });
  source = new Cloud(settings('source'));
  target = new Cloud(settings('target'));
});
afterEach(async () => {
  source.close();
  target.close();
  await simulator.close();
});

const settings = (name: string) => simulatedSettings(simulator.cloud(name));
const worker = (options?: WorkerOptions) => workerAt(settings('source'), settings('target'), options);
const admins = async (cloud: Cloud) => (await cloud.project())?.id ?? '';
const image = async () => makeImage(source, await admins(source));
const rowOf = (name: string, id: string) => {
  const row = simulator.cloud(name).state.glance.images.get(id);
  if (row === undefined) throw new Error(`${name} has no image ${id}`);
  return row;
};

const DOWNLOAD = { cloud: 'source', service: 'image', method: 'get', path: '/file$', times: 1 } as const;
const UPLOAD = { ...DOWNLOAD, cloud: 'target', method: 'put' } as const;

/** What the clouds do once, and what the failure is called that Temporal's retries go by. */
const PASSING: readonly (readonly [title: string, rule: FaultRule, type: string])[] = [
  ['the source breaks off', { ...DOWNLOAD, fault: { kind: 'truncated-body' } }, 'network'],
  ['the source sends a wrong byte', { ...DOWNLOAD, fault: { kind: 'corrupted-body' } }, 'bytes-differ'],
  ['the source is away', { ...DOWNLOAD, fault: { kind: 'status', status: 503 } }, 'unavailable'],
  ['the target resets the connection', { ...UPLOAD, fault: { kind: 'reset' } }, 'network'],
  ['the token ends as the upload begins', { ...UPLOAD, fault: { kind: 'expired-token' } }, 'authentication'],
];

it.each(PASSING)('a copy fails for now when %s; the next try has the same id', async (_title, rule, type) => {
  const id = await image();
  simulator.faults.add(rule);
  await expect(copy(worker(), id)).rejects.toMatchObject({ type, nonRetryable: false });
  await eventually(
    async () => rowOf('target', id).status,
    (status) => status === 'queued',
  );
  expect(await copy(worker(), id)).toMatchObject({ targetId: id, sentBytes: SIZE_BYTES, notes: [] });
});

it('a copy whose answer was lost after all was stored is there, and nothing is sent again', async () => {
  const id = await image();
  simulator.faults.add({ ...UPLOAD, fault: { kind: 'reset', afterwards: true } });
  await expect(copy(worker(), id)).rejects.toMatchObject({ type: 'network', nonRetryable: false });
  expect(await copy(worker(), id)).toMatchObject({ targetId: id, made: true, sentBytes: 0 });
});

it('a record whose making was not answered is found by its mark', async () => {
  const id = await image();
  const fault = { kind: 'reset', afterwards: true } as const;
  simulator.faults.add({ cloud: 'target', service: 'image', method: 'post', path: '/images$', times: 1, fault });
  await expect(copy(worker(), id)).rejects.toMatchObject({ type: 'network' });
  expect(await copy(worker(), id)).toMatchObject({ targetId: id, made: true, sentBytes: SIZE_BYTES });
});

it('a target without room or quota is told as such', async () => {
  const id = await image();
  const body = 'Request Entity Too Large: image_size_total is over its quota: exceeded quota';
  simulator.faults.add({ ...UPLOAD, fault: { kind: 'status', status: 413, body } });
  await expect(copy(worker(), id)).rejects.toMatchObject({ type: 'over-quota', nonRetryable: true });
});

it('a record that stays saving for ever is given up for another, under a new id, and that is told', async () => {
  const id = await image();
  simulator.faults.add({ ...UPLOAD, fault: { kind: 'status', status: 503 } });
  await expect(copy(worker(), id)).rejects.toMatchObject({ type: 'unavailable' });
  simulator.cloud('target').state.glance.images.change(rowOf('target', id), { status: 'saving' });
  const copied = await copy(worker({ patienceMs: 0 }), id);
  expect(copied).toMatchObject({ made: true, sentBytes: SIZE_BYTES });
  expect(copied.targetId).not.toBe(id);
  expect(copied.notes).toHaveLength(1);
  await expect(readImage(target, id)).rejects.toMatchObject({ kind: 'not-found' });
});

it('a record that somebody still writes to is waited for', async () => {
  const id = await image();
  const slow = copy(worker({ maxMibPerSecond: SIZE_BYTES / 2 / 2 ** 20 }), id);
  await eventually(
    async () => simulator.cloud('target').state.glance.images.get(id)?.status,
    (now) => now === 'saving',
  );
  expect(await copy(worker(), id)).toMatchObject({ targetId: id, sentBytes: 0 });
  expect(await slow).toMatchObject({ targetId: id, sentBytes: SIZE_BYTES });
});

it('bytes that went bad in the target are brought anew, under a new id', async () => {
  const id = await image();
  await copy(worker(), id);
  const wrong = { md5: '0'.repeat(32), sha512: '0'.repeat(128) };
  simulator.cloud('target').state.glance.images.change(rowOf('target', id), { sums: wrong });
  const copied = await copy(worker(), id);
  expect(copied).toMatchObject({ made: true, sentBytes: SIZE_BYTES });
  expect(copied.targetId).not.toBe(id);
});

it('an image that is still being written is waited for by retries, a broken one is not', async () => {
  const id = await image();
  const row = rowOf('source', id);
  simulator.cloud('source').state.glance.images.change(row, { status: 'saving' });
  await expect(copy(worker(), id)).rejects.toMatchObject({ type: 'busy', nonRetryable: false });
  simulator.cloud('source').state.glance.images.change(row, { status: 'killed' });
  await expect(copy(worker(), id)).rejects.toMatchObject({ type: 'invalid', nonRetryable: true });
});

it('a target that takes no bytes holds the source back: little of a big image is ever on the way', async () => {
  const [sizeBytes, chunk] = [256 * MIB, Buffer.alloc(64 * 1024)];
  const id = await image();
  let given = 0;
  const chunks = {
    *[Symbol.iterator]() {
      for (given = 0; given < sizeBytes; given += chunk.length) yield chunk;
    },
  };
  const [md5, sha512] = ['md5', 'sha512'].map((name) => createHash(name).update('not asked for').digest('hex'));
  simulator.cloud('source').state.glance.images.change(rowOf('source', id), {
    content: { kind: 'bytes', chunks: chunks as Iterable<Buffer> as Buffer[], sizeBytes },
    sums: { md5: md5 ?? '', sha512: sha512 ?? '' },
  });
  simulator.faults.add({ ...UPLOAD, fault: { kind: 'hang' } });
  const stalled = worker();
  const copying = copy(stalled, id);
  const gave: number[] = [];
  await eventually(
    async () => gave.push(given),
    () => gave.length > 20 && given > 0 && new Set(gave.slice(-20)).size === 1,
  );
  expect(given).toBeLessThan(32 * MIB);
  stalled.cancel();
  await expect(copying).rejects.toThrow(/cancel/i);
});

it('is given up by a source that says nothing, after its time', async () => {
  const id = await image();
  simulator.faults.add({ ...DOWNLOAD, fault: { kind: 'hang' } });
  const impatient = { ...settings('source'), limits: { ...DEFAULT_REQUEST_LIMITS, idleTimeoutMs: 200 } };
  await expect(copy(workerAt(impatient, settings('target')), id)).rejects.toMatchObject({ type: 'timeout' });
});
