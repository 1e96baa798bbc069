import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { compare } from '../../resources/moving/compare.ts';
import { Correspondence } from '../../resources/moving/correspondence.ts';
import { Reader } from '../../resources/reader.ts';
import { volume } from '../../resources/volume/volume.ts';
import type { NewCinderVolume } from '../../services/openstack/cinder.ts';
import type { Cloud } from '../../services/openstack/cloud.ts';
import { type CopyStage, eventually, readImage, type Worker } from './copy-stage.ts';
import { makeImage } from './image-cases.ts';
import { PREFIX } from './stage.ts';
import { OURS, type TwinProject, twinProject } from './twin-projects.ts';

/** What the mover cannot give away: whom a volume belongs to within its project. */
const OWNER = ['userId'];

/** How a volume moves, on any two clouds. `gibBytes`: what a GiB of a volume is there. */
export function volumeCases(stage: CopyStage, gibBytes: number): void {
  const { source, target, worker } = stage;
  let project: TwinProject | undefined;
  const tenant = async () => {
    project ??= await twinProject(source(), target(), `${OURS}volumes`);
    return project;
  };
  const settled = (cloud: Cloud, id: string) =>
    eventually(
      async () => (await cloud.volume.volume(id)).status,
      (status) => /^(available|error)/.test(status),
    );
  const made = async (fields: Partial<NewCinderVolume> = {}) => {
    const cloud = source().inProject((await tenant()).id);
    const { id } = await cloud.volume.create({ name: `${PREFIX}volume`, size: 1, metadata: {}, ...fields });
    expect(await settled(source(), id)).toBe('available');
    return id;
  };
  const read = (cloud: Cloud, id: string) => volume.get(new Reader(cloud), id);
  const asked = ({ run }: Worker, id: string) => ({ ...run, type: 'volume', id }) as const;
  const copied = async (id: string, fresh = () => worker()) => {
    const { imageId, sizeBytes } = await fresh().volumes.uploadVolume(asked(fresh(), id));
    const request = { ...fresh().run, imageId, sizeBytes, projectId: (await tenant()).id, name: `${PREFIX}disk` };
    const { targetImageId } = await fresh().images.copyTransferImage(request);
    return { imageId, sizeBytes, targetImageId };
  };
  const differing = async (id: string, targetId: string) => {
    const correspondence = new Correspondence(new Reader(source()), new Reader(target()), {});
    const wanted = await correspondence.wanted(await read(source(), id));
    return compare(wanted, await read(target(), targetId))
      .map(({ attribute }) => attribute)
      .filter((attribute) => !OWNER.includes(attribute));
  };
  const move = async (id: string) => {
    const { targetImageId } = await copied(id);
    const { targetId } = await worker().volumes.makeVolume({ ...asked(worker(), id), targetImageId });
    return targetId;
  };
  const imagesOf = async (cloud: Cloud, projectId: string) => {
    const ids: string[] = [];
    for await (const page of cloud.image.images({ projectId })) ids.push(...page.map((image) => image.id));
    return ids.sort();
  };

  it('is made once in its project, beside another of its name, and its images are removed on both sides', async () => {
    const { id: projectId, targetId: targetProject } = await tenant();
    const namesake = { name: `${PREFIX}ü`, size: 1, metadata: {} };
    await settled(target(), (await target().inProject(targetProject).volume.create(namesake)).id);
    const before = [await imagesOf(source(), projectId), await imagesOf(target(), targetProject)];
    const id = await made({ name: `${PREFIX}ü`, description: 'd', metadata: { tier: 'gold', 'a.b': 'ü' } });
    expect(await worker().volumes.inspectVolume(asked(worker(), id))).toEqual({
      ...{ id, projectId, name: `${PREFIX}ü`, sizeGib: 1, bootable: false, status: 'available', serverIds: [] },
    });
    const first = await copied(id);
    expect(first.sizeBytes).toBe(gibBytes);
    expect(await copied(id)).toEqual(first);
    const request = { ...asked(worker(), id), targetImageId: first.targetImageId };
    const { targetId, made: isMade } = await worker().volumes.makeVolume(request);
    expect(isMade).toBe(true);
    expect(await worker().volumes.makeVolume(request)).toEqual({ targetId, made: true });
    expect(await differing(id, targetId)).toEqual([]);
    const there = await read(target(), targetId);
    expect(there).toMatchObject({ projectId: targetProject, origin: { cloud: 'source', id, run: worker().run.run } });
    for (let i = 0; i < 2; i++) await worker().volumes.removeTransferImages(asked(worker(), id));
    expect([await imagesOf(source(), projectId), await imagesOf(target(), targetProject)]).toEqual(before);
    expect((await source().volume.volume(id)).status).toBe('available');
  });

  it('boots in the target with what Nova booted it with, and is read-only as before', async () => {
    const { id: projectId } = await tenant();
    const imageRef = await makeImage(source(), projectId, { hw_disk_bus: 'scsi', min_disk: 0, min_ram: 0 });
    const id = await made({ imageRef });
    await source().volume.addImageMetadata(id, { os_type: 'linux' });
    await source().volume.setReadOnly(id, true);
    const { attributes } = await read(source(), id);
    expect(attributes).toMatchObject({ bootable: true, imageMetadata: { hw_disk_bus: 'scsi', image_id: imageRef } });
    const targetId = await move(id);
    expect(await differing(id, targetId)).toEqual([]);
    expect((await read(target(), targetId)).attributes.metadata.readonly).toBe('True');
  });

  it('has the same bytes', async () => {
    const { id: projectId, targetId: targetProject } = await tenant();
    const imageRef = await makeImage(source(), projectId, { min_disk: 0, min_ram: 0 }, 1024 * 1024);
    const id = await made({ imageRef });
    const { imageId } = await copied(id);
    const targetId = await move(id);
    // The target's own look at them: an upload there.
    const there = target().inProject(targetProject).volume;
    const back = await there.uploadToImage(targetId, { name: `${PREFIX}back`, force: false });
    const { attributes } = await eventually(
      () => readImage(target(), back),
      (seen) => seen.attributes.status === 'active',
    );
    expect(attributes.hash).toBeDefined();
    expect(await sha512(source(), imageId)).toBe(attributes.hash);
  });

  it('that a stopped server has is copied, and not while the server runs; nothing is left beside it', async () => {
    const { id: projectId } = await tenant();
    const id = await made();
    const serverId = await serverWith(source(), projectId, id);
    const upload = () => worker().volumes.uploadVolume(asked(worker(), id));
    await expect(upload()).rejects.toMatchObject({ type: 'volume-in-use', nonRetryable: true });
    await source().compute.client.post(`servers/${serverId}/action`, { 'os-stop': null });
    await serverIs(source(), serverId, 'SHUTOFF');
    expect((await upload()).sizeBytes).toBe(gibBytes);
    const there: string[] = [];
    for await (const page of source().volume.volumes({ projectId }, true))
      there.push(...page.filter(({ name }) => name?.startsWith('pumphouse')).map((twin) => twin.id));
    expect(there).toEqual([]);
    expect((await source().volume.volume(id)).status).toBe('in-use');
    await source().compute.client.delete(`servers/${serverId}`);
    expect(await settled(source(), id)).toBe('available');
  });

  it('that this run made is removed, also while it is being made, and that of another run is not', async () => {
    const { targetId: targetProject } = await tenant();
    const id = await made();
    const { targetImageId } = await copied(id);
    const { volume: cinder } = target().inProject(targetProject);
    const marks = { pumphouse_from: id, pumphouse_cloud: 'source', pumphouse_run: worker().run.run };
    const fields = { name: `${PREFIX}volume`, size: 1 };
    const ours = await cinder.create({ ...fields, metadata: marks, imageRef: targetImageId });
    for (let i = 0; i < 2; i++) await worker().resources.removeResource(asked(worker(), id));
    await expect(target().volume.volume(ours.id)).rejects.toMatchObject({ kind: 'not-found' });
    const others = await cinder.create({ ...fields, metadata: { ...marks, pumphouse_run: 'f'.repeat(16) } });
    await expect(worker().resources.removeResource(asked(worker(), id))).rejects.toMatchObject({ type: 'NotOurs' });
    expect(await settled(target(), others.id)).toBe('available');
  });
}

/** A running server without a network that has the volume. */
async function serverWith(cloud: Cloud, projectId: string, volumeId: string): Promise<string> {
  const { client } = cloud.inProject(projectId).compute;
  const imageRef = await makeImage(cloud, projectId, { min_disk: 0, min_ram: 0 });
  const flavor = { name: `${PREFIX}${volumeId}`, ram: 64, vcpus: 1, disk: 1 };
  const made = await cloud.compute.client.post<{ flavor: { id: string } }>('flavors', { flavor });
  const server = { name: `${PREFIX}server`, imageRef, flavorRef: made.flavor.id, networks: 'none' };
  const microversion = { atLeast: '2.37' } as const;
  const { id } = (await client.post<{ server: { id: string } }>('servers', { server }, { microversion })).server;
  await serverIs(cloud, id, 'ACTIVE');
  await client.post(`servers/${id}/os-volume_attachments`, { volumeAttachment: { volumeId } });
  await eventually(
    async () => (await cloud.volume.volume(volumeId)).status,
    (status) => status === 'in-use',
  );
  await cloud.compute.client.delete(`flavors/${made.flavor.id}`);
  return id;
}

async function serverIs(cloud: Cloud, id: string, wanted: string): Promise<void> {
  const status = await eventually(
    async () => (await cloud.compute.server(id)).status,
    (now) => now === wanted || now === 'ERROR',
  );
  expect(status).toBe(wanted);
}

async function sha512(cloud: Cloud, imageId: string): Promise<string> {
  const hash = createHash('sha512');
  const { body } = await cloud.image.data.download(imageId, new AbortController().signal);
  for await (const chunk of body) hash.update(chunk);
  return `sha512:${hash.digest('hex')}`;
}
