import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type ServerAttributes, server } from '../../resources/compute/server.ts';
import { hasFailedToMove } from '../../resources/compute/source-server/our-lock.ts';
import { originProperties } from '../../resources/moving/origin.ts';
import { Reader } from '../../resources/reader.ts';
import { NovaServers } from '../../services/openstack/nova-servers.ts';
import { PREFIX } from './compute-cases.ts';
import type { CopyStage } from './copy-stage.ts';
import { type Servers, serversIn } from './source-server-fixture.ts';
import { type TwinProject, twinProject } from './twin-projects.ts';

const TIMEOUT_MS = 120_000;

/** What is done to a server of the source, on any two clouds. */
export function sourceServerCases({ source, target, worker }: CopyStage): void {
  let tenant: TwinProject;
  let here: Servers;
  let there: Servers;

  beforeAll(async () => {
    tenant = await twinProject(source(), target(), `${PREFIX}source-servers`);
    here = serversIn(source(), tenant.id, target());
    there = serversIn(target(), tenant.targetId);
  }, TIMEOUT_MS);
  // A new project's quota is ten.
  afterEach(async () => {
    await here.clear();
    await there.clear();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await here.remove();
    await there.remove();
  }, TIMEOUT_MS);

  const nova = () => new NovaServers(source().compute.client);
  const request = (id: string) => ({ ...worker().run, type: 'server', id }) as const;
  const stop = async (id: string, stopTimeoutMs = 60_000) => {
    const { servers } = worker();
    const { former } = await servers.inspectServer(request(id));
    await servers.lockServer(request(id));
    return servers.stopServer({ ...request(id), former, stopTimeoutMs });
  };

  const STATES: readonly (readonly [what: string, bring: (id: string) => Promise<void>])[] = [
    ['ran', async () => undefined],
    ['was off', (id) => here.act(id, 'os-stop', 'stopped')],
    ['was paused', (id) => here.act(id, 'pause', 'paused')],
    ['was suspended', (id) => here.act(id, 'suspend', 'suspended')],
    ['was shelved', (id) => here.act(id, 'shelve', 'shelved_offloaded')],
    ['ran and was locked by its user, with a reason', async (id) => memberLocks(id, 'do not touch, the bill is due')],
    [
      'was off and locked without a reason',
      async (id) => {
        await here.act(id, 'os-stop', 'stopped');
        await memberLocks(id, undefined);
      },
    ],
  ];
  const memberLocks = (id: string, reason: string | undefined) =>
    new NovaServers(source().inProject(tenant.id).compute.client).lock(id, reason);

  it.each(STATES)(
    'one that %s is stopped, and brought back to exactly that',
    async (what, bring) => {
      const id = await here.boot(`${PREFIX}${what}`);
      await bring(id);
      const before = await here.shown(id);
      const { servers } = worker();
      const facts = await servers.inspectServer(request(id));
      const { taskState: _, ...former } = before;
      expect(facts).toMatchObject({ id, projectId: tenant.id, former, rootDiskGib: 1, portIds: [], volumeIds: [] });
      expect(facts.obstacle).toBeUndefined();

      await servers.lockServer(request(id));
      const hasReasons = await nova().knows('2.73');
      expect((await here.shown(id)).locked).toBe(true);
      if (hasReasons)
        expect((await here.shown(id)).lockedReason).toMatch(/^pumphouse: moved to target, run 00000000c0ffee00; was /);
      await worker().servers.lockServer(request(id));

      const stopping = { ...request(id), former: facts.former, stopTimeoutMs: 60_000 };
      const { offAt } = await servers.stopServer(stopping);
      expect(Date.parse(offAt)).not.toBeNaN();
      expect(['shutdown', 'none', 'suspended']).toContain((await here.shown(id)).powerState);
      expect(['stopped', 'shelved_offloaded']).toContain((await here.shown(id)).vmState);
      await worker().servers.stopServer(stopping);
      // What it was is known although it is stopped and locked now.
      if (hasReasons) expect((await worker().servers.inspectServer(request(id))).former).toEqual(facts.former);

      await servers.restoreServer({ ...request(id), former: facts.former });
      expect(await here.shown(id)).toEqual(before);
      await worker().servers.restoreServer({ ...request(id), former: facts.former });
      expect(await here.shown(id)).toEqual(before);
    },
    TIMEOUT_MS,
  );

  it(
    'its disk asked for twice is one image, which belongs to its project and carries its mark',
    async () => {
      const id = await here.boot(`${PREFIX}snapshot`);
      await expect(worker().servers.snapshotServer(request(id))).rejects.toMatchObject({ type: 'snapshot-failed' });
      await stop(id);
      const [first, second] = await Promise.all([
        worker().servers.snapshotServer(request(id)),
        new Promise((later) => setTimeout(later, 500)).then(() => worker().servers.snapshotServer(request(id))),
      ]);
      expect(second).toEqual(first);
      expect(await worker().servers.snapshotServer(request(id))).toEqual(first);
      const image = await source().image.image(first.imageId);
      expect(image).toMatchObject({ status: 'active', owner: tenant.id, size: first.sizeBytes });
      expect(image).toMatchObject(originProperties({ cloud: 'source', id, run: worker().run.run }));
      expect(first.sizeBytes).toBeGreaterThan(0);
      await worker().volumes.removeTransferImages({ ...request(id) });
      await expect(source().image.image(first.imageId)).rejects.toMatchObject({ kind: 'not-found' });
    },
    TIMEOUT_MS,
  );

  it(
    'the disk of a shelved one is the image that it was shelved to, which is nobody else’s to remove',
    async () => {
      const id = await here.boot(`${PREFIX}shelved disk`);
      await here.act(id, 'shelve', 'shelved_offloaded');
      const { imageId } = await worker().servers.snapshotServer(request(id));
      expect(await source().image.image(imageId)).toMatchObject({
        name: `${PREFIX}shelved disk-shelved`,
        instance_uuid: id,
      });
      await worker().volumes.removeTransferImages({ ...request(id), imageId });
      expect((await source().image.image(imageId)).status).toBe('active');
    },
    TIMEOUT_MS,
  );

  it(
    'it is deleted only when it is off, locked by us, and its copy is there',
    async () => {
      const id = await here.boot(`${PREFIX}deleted`);
      const remove = () => worker().servers.deleteSourceServer(request(id));
      const refused = { type: 'source-not-safe', nonRetryable: true };
      await expect(remove()).rejects.toMatchObject({ ...refused, message: expect.stringContaining('not off') });
      const { servers } = worker();
      const { former } = await servers.inspectServer(request(id));
      await servers.stopServer({ ...request(id), former, stopTimeoutMs: 60_000 });
      await expect(remove()).rejects.toMatchObject({ ...refused, message: expect.stringContaining('not locked') });
      await servers.lockServer(request(id));
      await expect(remove()).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining('carries its mark'),
      });
      await there.boot(`${PREFIX}deleted`, originProperties({ cloud: 'source', id, run: worker().run.run }));
      await remove();
      await expect(source().compute.server(id)).rejects.toMatchObject({ kind: 'not-found' });
      await remove();
    },
    TIMEOUT_MS,
  );

  const attributesOf = async (id: string): Promise<ServerAttributes> =>
    (await server.get(new Reader(source()), id)).attributes;
  const failed = async (name: string, bring: (id: string) => Promise<void> = async () => undefined) => {
    const id = await here.boot(`${PREFIX}${name}`, { role: 'web' });
    await bring(id);
    const before = await source().compute.server(id);
    await stop(id);
    await there.boot(`${PREFIX}${name}`, originProperties({ cloud: 'source', id, run: worker().run.run }));
    await worker().servers.lockAsFailed(request(id));
    return { id, before };
  };
  const notDeleted = { type: 'source-not-safe', nonRetryable: true };

  it(
    'one whose move failed and could not be undone is not deleted, and comes back without a trace of that',
    async () => {
      const { id, before } = await failed('failed');
      await worker().servers.lockAsFailed(request(id));
      await expect(worker().servers.deleteSourceServer(request(id))).rejects.toMatchObject({
        ...notDeleted,
        message: expect.stringContaining('its move to target failed and could not be undone'),
      });
      expect(hasFailedToMove(await attributesOf(id))).toBe(true);
      // It is no property of its own, which its copy would get.
      expect((await attributesOf(id)).metadata).toEqual({ role: 'web' });
      await there.clear();
      const former = { vmState: 'active', powerState: 'running', locked: false } as const;
      await worker().servers.restoreServer({ ...request(id), former });
      const { metadata, locked, status } = await source().compute.server(id);
      expect({ metadata, locked, status }).toEqual({
        metadata: before.metadata,
        locked: before.locked,
        status: 'ACTIVE',
      });
      await worker().servers.lockAsFailed(request(id));
      expect(hasFailedToMove(await attributesOf(id))).toBe(false);
    },
    TIMEOUT_MS,
  );

  it(
    'one that is shelved, of which Nova takes no metadata, is not deleted after a failed move either',
    async () => {
      const { id } = await failed('failed shelved', (shelved) => here.act(shelved, 'shelve', 'shelved_offloaded'));
      await expect(worker().servers.deleteSourceServer(request(id))).rejects.toMatchObject(notDeleted);
    },
    TIMEOUT_MS,
  );

  it(
    'one that another run has moved well after that is deleted',
    async () => {
      const { id } = await failed('moved again');
      const next = worker({ run: '00000000c0ffee01' });
      await next.servers.lockServer({ ...next.run, type: 'server', id });
      await next.servers.deleteSourceServer({ ...next.run, type: 'server', id });
      await expect(source().compute.server(id)).rejects.toMatchObject({ kind: 'not-found' });
    },
    TIMEOUT_MS,
  );

  it(
    'one that is locked for a move to another cloud is not moved',
    async () => {
      const id = await here.boot(`${PREFIX}elsewhere`);
      if (!(await nova().knows('2.73'))) return;
      await nova().lock(id, 'pumphouse: moved to elsewhere, run 0123456789abcdef; was active, running');
      const { obstacle } = await worker().servers.inspectServer(request(id));
      expect(obstacle).toMatch(/moves it to elsewhere: finalize that move or roll it back$/);
    },
    TIMEOUT_MS,
  );
}
