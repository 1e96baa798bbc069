import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret } from '../../config/secret.ts';
import { passwordsOf } from '../../resources/identity/passwords.ts';
import { fidelity } from '../../resources/moving/compare.ts';
import { NotOurs } from '../../resources/moving/make.ts';
import { waitUntil } from '../../resources/moving/wait-until.ts';
import { Reader } from '../../resources/reader.ts';
import type { Resource } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { unlessGone } from '../../resources/visibility.ts';
import { isApiError } from '../../services/api-error.ts';
import type { Cloud } from '../../services/openstack/cloud.ts';
import { createServiceClient } from '../../services/openstack/create-service-client.ts';
import type { KeystoneFields } from '../../services/openstack/keystone.ts';
import { household, type Ids, made, madeAtTop, named, sweep } from './identity-fixture.ts';
import type { Mover, Stage } from './stage.ts';

const passwordOf = passwordsOf({ kind: 'generate', secret: new Secret('a secret of some length') });

/** How domains, projects, roles, users, groups and assignments get from a cloud with Identity v3 to another. */
export function identityMoving(stage: Stage): void {
  describe('in swept clouds', () => {
    const forTarget = { passwordOf: (user: { name: string; domainId: string }) => passwordOf('target', user) };
    const mover = (run?: string) => stage.mover({ ...forTarget, ...(run === undefined ? {} : { run }) });
    const sweepBoth = async () => {
      await sweep(stage.source());
      await sweep(stage.target());
    };
    beforeAll(sweepBoth, 60_000);
    afterAll(sweepBoth, 60_000);

    describe('one of everything', () => {
      let ids: Ids;
      const targetIds = new Map<string, string>();
      const each = () => Object.entries(ids);

      it('is made in the target as it is in the source, with the mark of its origin', async () => {
        ids = await household(stage.source());
        const run = mover();
        for (const [what, { type, id }] of each()) {
          const resource = await run.read(type, id);
          const { targetId, made: isMade, waitsFor } = await run.make(resource);
          targetIds.set(what, targetId);
          expect([what, isMade, waitsFor]).toEqual([what, true, undefined]);
          expect([what, await run.differences(resource, targetId)]).toEqual([what, []]);
          const found = await run.readMade(type, targetId);
          expect(found.name).toBe(resource.name);
          if (type !== 'assignment') expect(found.origin).toMatchObject({ cloud: stage.source().name, id });
        }
        const group = await run.readMade('group', targetIds.get('group') ?? '');
        expect(group.attributes).toMatchObject({ memberIds: [targetIds.get('user')] });
      });

      it('is one object when it is made again by who remembers nothing', async () => {
        const again = mover();
        for (const [what, { type, id }] of each()) {
          const { targetId, made: isMade } = await again.make(await again.read(type, id));
          expect([what, targetId, isMade]).toEqual([what, targetIds.get(what), true]);
        }
      });

      it('lets the user log in with the password that follows from the secret', async () => {
        const run = mover();
        const user = await run.readMade('user', targetIds.get('user') ?? '');
        const { domainId } = user.attributes as { domainId: string };
        const given = passwordOf('target', { name: user.name, domainId });
        const password = given.kind === 'password' ? given.password : '';
        expect(await loggedIn(stage.target(), user.id, password)).toBe(targetIds.get('parent'));
        await expect(loggedIn(stage.target(), user.id, `${password}x`)).rejects.toThrow('401');
      });

      it('is not removed by a run that has not made it', async () => {
        const other = mover('fedcba9876543210');
        for (const [what, ref] of each().filter(([, { type }]) => type !== 'assignment'))
          await expect(other.unmake(await other.read(ref.type, ref.id), targetIds.get(what) ?? '')).rejects.toThrow(
            NotOurs,
          );
      });

      it('is gone when it is unmade, and may be unmade again', async () => {
        const run = mover();
        for (let time = 0; time < 2; time += 1)
          for (const [what, { type, id }] of each().toReversed()) {
            const targetId = targetIds.get(what) ?? '';
            await run.unmake(await run.read(type, id), targetId);
            await expect(run.readMade(type, targetId)).rejects.toMatchObject({ kind: 'not-found' });
          }
      });

      it('leaves no group of Neutron behind', async () => {
        const left: string[] = [];
        for await (const page of stage.target().network.securityGroups({ name: 'default' }))
          left.push(...page.map((group) => group.project_id ?? ''));
        expect(left).not.toContain(targetIds.get('parent'));
      });
    });

    it('what was created and not completed is completed by the next try', async () => {
      const first = mover();
      const source = await stage.source().identity();
      const user = await madeAndMoved(stage.source(), first, 'user', { name: named('member') });
      const groupId = await made(stage.source(), 'group', { name: named('half') });
      await source.addMember(groupId, user.source);
      const domain = await first.read('domain', 'default');
      expect((await first.make(domain)).targetId).toBe('default');
      const group = await first.read('group', groupId);
      const half = await resourceTypes.group.moving?.create?.(
        first.making(group.id),
        await first.correspondence.wanted(group),
      );
      const { targetId } = await mover().make(group);
      expect(targetId).toBe(half);
      expect((await first.readMade('group', targetId)).attributes).toMatchObject({ memberIds: [user.target] });
    });

    it('what is disabled stays disabled, also a project in a disabled project', async () => {
      const run = mover();
      const source = stage.source();
      const user = await madeAndMoved(source, run, 'user', { name: named('gone'), enabled: false });
      const parent = await made(source, 'project', { name: named('closed') });
      const child = await made(source, 'project', { name: named('inner'), parent_id: parent, enabled: false });
      await (await source.identity()).update('project', parent, { enabled: false });
      const above = await run.make(await run.read('project', parent));
      const inner = await run.read('project', child);
      const below = await run.make(inner);
      expect(await run.differences(inner, below.targetId)).toEqual([]);
      for (const [type, id] of [
        ['user', user.target],
        ['project', above.targetId],
        ['project', below.targetId],
      ] as const)
        expect((await run.readMade(type, id)).attributes).toMatchObject({ enabled: false });
    });

    it('a user without a new password is made disabled, and stays so, and that is told', async () => {
      const run = stage.mover();
      const moved = await madeAndMoved(stage.source(), run, 'user', { name: named('mute') });
      const resource = await run.read('user', moved.source);
      await stage.mover().make(resource);
      const found = await run.readMade('user', moved.target);
      expect(fidelity(await run.correspondence.wanted(resource), found).changed).toEqual([
        { attribute: 'enabled', wanted: true, found: false, why: expect.stringContaining('without a password') },
      ]);
    });

    it('a default project that is not moved is lost until it is', async () => {
      const source = stage.source();
      const project = await made(source, 'project', { name: named('elsewhere') });
      const first = mover();
      const moved = await madeAndMoved(source, first, 'user', { name: named('guest'), default_project_id: project });
      const resource = await first.read('user', moved.source);
      const lost = fidelity(
        await first.correspondence.wanted(resource),
        await first.readMade('user', moved.target),
      ).lost;
      expect(lost).toMatchObject([{ attribute: 'defaultProjectId', why: 'the project is not in the target' }]);
      const next = mover();
      const { targetId } = await next.make(await next.read('project', project));
      await next.make(resource);
      expect((await next.readMade('user', moved.target)).attributes).toMatchObject({ defaultProjectId: targetId });
    });

    it('a domain that others have put something in is not removed with it', async () => {
      const run = mover();
      const id = await madeAtTop(stage.source(), 'domain', { name: named('shared') });
      const domain = await run.read('domain', id);
      const { targetId } = await run.make(domain);
      await made(stage.target(), 'user', { name: named('theirs'), domain_id: targetId });
      const refused: unknown = await run.unmake(domain, targetId).catch((error: unknown) => error);
      expect(isApiError(refused, 'conflict')).toBe(true);
      expect((await run.readMade('domain', targetId)).attributes).toMatchObject({ enabled: true });
    });

    it('a project that others have put a volume in is not left to nobody', async () => {
      const run = mover();
      const id = await made(stage.source(), 'project', { name: named('used') });
      const project = await run.read('project', id);
      const { targetId } = await run.make(project);
      const volume = await volumeIn(stage.target(), targetId);
      const refused: unknown = await run.unmake(project, targetId).catch((error: unknown) => error);
      await volume.remove();
      expect(isApiError(refused, 'conflict')).toBe(true);
      await run.unmake(project, targetId);
    });

    it('the default domain and Keystone’s own roles stand for those of the source as they are', async () => {
      const run = mover();
      const reader = new Reader(stage.source());
      const own: Resource[] = [await run.read('domain', 'default')];
      for await (const page of resourceTypes.role.list(reader, {}))
        own.push(...page.filter(({ name }) => name === 'admin'));
      for (const resource of own) {
        const found = await run.correspondence.match(resource);
        expect(found?.resource.name).toBe(resource.name);
        expect(await run.differences(resource, found?.id ?? '')).toEqual([]);
      }
    });
  });
}

/** The project that the target's Keystone scopes the user to. */
async function loggedIn(target: Cloud, userId: string, password: string): Promise<string | undefined> {
  const identity = { methods: ['password'], password: { user: { id: userId, password } } };
  const client = createServiceClient(target.session, 'identity');
  const { token } = await client.post<{ token: { project?: { id: string } } }>('auth/tokens', { auth: { identity } });
  return token.project?.id;
}

async function madeAndMoved(source: Cloud, run: Mover, kind: 'user', fields: KeystoneFields<'user'>) {
  const id = await made(source, kind, fields);
  const { targetId } = await run.make(await run.read(kind, id));
  return { source: id, target: targetId };
}

/** What an operator has made in the meantime. */
async function volumeIn(cloud: Cloud, projectId: string): Promise<{ remove(): Promise<void> }> {
  const { user, roles } = await cloud.whoAmI();
  const grant = {
    roleId: roles.find(({ name }) => name === 'admin')?.id ?? '',
    actor: { type: 'user', id: user.id },
    on: { type: 'project', id: projectId },
    inherited: false,
  } as const;
  const keystone = await cloud.identity();
  await keystone.grant(grant);
  const { client } = cloud.inProject(projectId).volume;
  const body = { volume: { name: named('disk'), size: 1 } };
  const { volume } = await client.post<{ volume: { id: string } }>('volumes', body);
  const status = async () => (await client.get<{ volume: { status: string } }>(`volumes/${volume.id}`)).volume.status;
  const until = (is: () => Promise<boolean>) =>
    waitUntil(async () => ((await is()) ? true : undefined), AbortSignal.timeout(60_000));
  await until(async () => (await status()) === 'available');
  return {
    async remove() {
      await client.delete(`volumes/${volume.id}`);
      await until(async () => (await unlessGone(status)) === undefined);
      await keystone.revoke(grant);
    },
  };
}
