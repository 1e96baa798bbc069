import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { compare } from '../../resources/moving/compare.ts';
import { Correspondence } from '../../resources/moving/correspondence.ts';
import { Reader } from '../../resources/reader.ts';
import type { Cloud } from '../../services/openstack/cloud.ts';
import type { NewGlanceImage } from '../../services/openstack/glance.ts';
import { type CopyStage, eventually, readImage, type Worker } from './copy-stage.ts';
import { PREFIX } from './stage.ts';
import { OURS, projectIn, type TwinProject, twinProject } from './twin-projects.ts';

const SIZE_BYTES = 700_000;

/** An image of the source with so many bytes that nobody else has; without, when there are none. */
export async function makeImage(
  cloud: Cloud,
  owner: string,
  fields: Partial<NewGlanceImage> = {},
  sizeBytes = SIZE_BYTES,
): Promise<string> {
  const formats = { disk_format: 'raw', container_format: 'bare' };
  const plain = { ...formats, visibility: 'private', min_disk: 1, min_ram: 64, tags: ['b', 'a ü'] } as const;
  const { id } = await cloud.image.create({ name: `${PREFIX}image`, owner, os_distro: 'ü/ä', ...plain, ...fields });
  const signal = new AbortController().signal;
  if (sizeBytes > 0) await cloud.image.data.upload(id, Readable.from([randomBytes(sizeBytes)]), sizeBytes, signal);
  return id;
}

export function copy({ images, run }: Worker, id: string) {
  return images.copyImage({ ...run, type: 'image', id });
}

/** What of the copy is not as it should be, attribute by attribute. */
export async function differing({ source, target }: CopyStage, id: string, targetId = id) {
  const correspondence = new Correspondence(new Reader(source()), new Reader(target()), {});
  const wanted = await correspondence.wanted(await readImage(source(), id));
  return compare(wanted, await readImage(target(), targetId));
}

/** How an image moves, on any two clouds. */
export function imageCases(stage: CopyStage): void {
  const { source, target, worker } = stage;
  let project: TwinProject | undefined;
  const tenant = async () => {
    project ??= await twinProject(source(), target(), `${OURS}images`);
    return project;
  };
  const image = async (fields?: Partial<NewGlanceImage>, sizeBytes?: number) =>
    makeImage(source(), (await tenant()).id, fields, sizeBytes);
  const patch = (cloud: Cloud, id: string, path: string, value: unknown) =>
    cloud.image.patch(id, [{ op: 'replace', path, value }]);

  it('is the same there, by id, bytes and every attribute, and a second try sends nothing', async () => {
    const id = await image();
    const heartbeats: unknown[] = [];
    const copied = await copy(worker({ heartbeat: (progress) => heartbeats.push(progress) }), id);
    expect(copied).toEqual({ targetId: id, made: true, sentBytes: SIZE_BYTES, sizeBytes: SIZE_BYTES, notes: [] });
    expect(heartbeats[0]).toEqual({ sentBytes: 0, sizeBytes: 0 });
    expect(await differing(stage, id)).toEqual([]);
    const there = await readImage(target(), id);
    expect(there.projectId).toBe((await tenant()).targetId);
    expect(there.origin).toEqual({ cloud: 'source', id, run: worker().run.run });
    expect(await copy(worker(), id)).toEqual({ ...copied, sentBytes: 0 });
  });

  it('stays protected, community, hidden and deactivated, and its bytes are given to admins only', async () => {
    const id = await image({ visibility: 'community' });
    if ((await source().image.image(id)).os_hidden !== undefined) await patch(source(), id, '/os_hidden', true);
    await patch(source(), id, '/protected', true);
    await source().image.deactivate(id);
    await copy(worker(), id);
    expect(await differing(stage, id)).toEqual([]);
    expect((await readImage(target(), id)).attributes.status).toBe('deactivated');
    expect((await copy(worker(), id)).sentBytes).toBe(0);
  });

  it('stays public', async () => {
    const id = await image({ visibility: 'public' });
    await copy(worker(), id);
    expect(await differing(stage, id)).toEqual([]);
  });

  it('is shared with the same members, who have answered as they had; one that the target lacks is told', async () => {
    const names = ['accepts', 'rejects', 'waits'].map((name) => `${OURS}${name}`);
    const members = await Promise.all(names.map((name) => twinProject(source(), target(), name)));
    const stranger = await projectIn(source(), `${OURS}stranger`);
    const id = await image({ visibility: 'shared' });
    for (const member of [...members.map((twin) => twin.id), stranger]) await source().image.addMember(id, member);
    await source()
      .inProject(members[0]?.id ?? '')
      .image.setMemberStatus(id, members[0]?.id ?? '', 'accepted');
    await source()
      .inProject(members[1]?.id ?? '')
      .image.setMemberStatus(id, members[1]?.id ?? '', 'rejected');
    await copy(worker(), id);
    const there = await target().image.members(id);
    expect(new Map(there.map((member) => [member.member_id, member.status]))).toEqual(
      new Map(members.map(({ targetId }, index) => [targetId, ['accepted', 'rejected', 'pending'][index]])),
    );
    expect((await differing(stage, id)).map(({ attribute }) => attribute)).toEqual(['members']);
  });

  it('without bytes is made without bytes, and that is told', async () => {
    const id = await image({}, 0);
    const copied = await copy(worker(), id);
    expect(copied.notes.join()).toContain('has no bytes in the source (queued)');
    expect((await readImage(target(), id)).attributes.status).toBe('queued');
    expect(await differing(stage, id)).toEqual([]);
  });

  it('boots with its kernel and ramdisk of there, and waits for them', async () => {
    const kernel = await image({ disk_format: 'aki', container_format: 'aki' });
    const parts = { disk_format: 'ami', container_format: 'ami', kernel_id: kernel };
    const id = await image(parts);
    await target().image.delete((await target().image.create({ ...EMPTY, id: kernel })).id);
    expect(await copy(worker(), id)).toMatchObject({ waitsFor: { type: 'image', id: kernel } });
    const moved = await copy(worker(), kernel);
    expect(moved.targetId).not.toBe(kernel);
    expect((await copy(worker(), id)).sentBytes).toBe(0);
    expect((await readImage(target(), id)).attributes.properties.kernel_id).toBe(moved.targetId);
  });

  it('whose copy was cancelled in the middle is copied anew, under the same id', async () => {
    const id = await image();
    const slow = worker({ maxMibPerSecond: SIZE_BYTES / 3 / 2 ** 20 });
    const broken = copy(slow, id);
    const status = async () => (await readImage(target(), id).catch(() => undefined))?.attributes.status;
    await eventually(status, (now) => now === 'saving');
    slow.cancel();
    await expect(broken).rejects.toThrow(/cancel/i);
    expect(await copy(worker(), id)).toMatchObject({ targetId: id, sentBytes: SIZE_BYTES, notes: [] });
    expect(await differing(stage, id)).toEqual([]);
  });

  it('of which a killed try left the record gets its bytes', async () => {
    const id = await image();
    const { run } = worker().run;
    await target().image.create({
      ...EMPTY,
      ...{ id, owner: (await tenant()).targetId, name: `${PREFIX}image`, disk_format: 'raw', container_format: 'bare' },
      ...{ pumphouse_from: id, pumphouse_cloud: 'source', pumphouse_run: run },
    });
    expect(await copy(worker(), id)).toMatchObject({ targetId: id, made: true, sentBytes: SIZE_BYTES });
    expect(await differing(stage, id)).toEqual([]);
  });

  it('whose id is used up in the target gets another, once, and that is told', async () => {
    const id = await image();
    await target().image.delete((await target().image.create({ ...EMPTY, id })).id);
    const copied = await copy(worker(), id);
    expect(copied.targetId).not.toBe(id);
    expect(copied.notes.join()).toContain('Glance gives no id twice');
    expect(await differing(stage, id, copied.targetId)).toEqual([]);
    expect(await copy(worker(), id)).toEqual({ ...copied, sentBytes: 0 });
  });

  it('is not made where something else has its id, and that is left alone', async () => {
    const id = await image();
    const owner = (await tenant()).targetId;
    await makeImage(target(), owner, { id, name: `${PREFIX}other` });
    await expect(copy(worker(), id)).rejects.toMatchObject({ type: 'InTheWay', nonRetryable: true });
    expect((await readImage(target(), id)).name).toBe(`${PREFIX}other`);
  });

  it('that carries a disk goes to the project under a new id, once, and is removed on both sides with nothing else', async () => {
    const { id: projectId, targetId } = await tenant();
    const serverId = randomUUID();
    const { images, volumes, run } = worker();
    const marks = { pumphouse_from: serverId, pumphouse_cloud: 'source', pumphouse_run: run.run };
    const [imageId, other] = [await image({ hw_disk_bus: 'scsi', ...marks }), await image()];
    const request = { ...run, imageId, projectId, sizeBytes: SIZE_BYTES, name: `${PREFIX}disk` };
    const copied = await images.copyTransferImage(request);
    expect(copied.sentBytes).toBe(SIZE_BYTES);
    expect(await worker().images.copyTransferImage(request)).toEqual({ ...copied, sentBytes: 0 });
    const there = await readImage(target(), copied.targetImageId);
    expect(there).toMatchObject({ name: `${PREFIX}disk`, projectId: targetId, attributes: { visibility: 'private' } });
    expect(there.attributes.properties.hw_disk_bus).toBe('scsi');
    for (let i = 0; i < 2; i++) await volumes.removeTransferImages({ ...run, type: 'server', id: serverId });
    await expect(readImage(source(), imageId)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(readImage(target(), copied.targetImageId)).rejects.toMatchObject({ kind: 'not-found' });
    await volumes.removeTransferImages({ ...run, type: 'server', id: serverId, imageId: other });
    expect((await readImage(source(), other)).id).toBe(other);
  });
}

const EMPTY: NewGlanceImage = { visibility: 'private', min_disk: 0, min_ram: 0, tags: [] };
