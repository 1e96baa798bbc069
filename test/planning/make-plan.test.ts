import { describe, expect, test } from '@jest/globals';
import { makePlan } from '../../planning/make-plan.ts';
import type { MovePolicy } from '../../planning/policy.ts';
import { movePolicy } from '../../planning/policy-defaults.ts';
import type { Observation } from '../../resources/selecting/observation.ts';
import { differing, equal, POLICY, seen, server, surveyOf } from './cloud-builders.ts';

const entriesOf = (observations: readonly Observation[], policy: MovePolicy = POLICY, run?: string) =>
  makePlan(surveyOf(observations), policy, run).entries;

/** `network inside: create: not in the target`, a line an entry. */
const lines = (observations: readonly Observation[], policy?: MovePolicy, run?: string) =>
  entriesOf(observations, policy, run).map(({ type, name, action, reason }) => `${type} ${name}: ${action}: ${reason}`);

describe('what is to be done about one resource', () => {
  test('what the target does not have is created', () => {
    expect(lines([seen('network/inside')])).toEqual(['network inside: create: not in the target']);
  });

  test('what nobody asked for says who needs it', () => {
    const neededBy = { type: 'server', id: 's', name: 'web-1' } as const;
    expect(lines([seen('flavor/small', { neededBy })])).toEqual(['flavor small: create: server web-1 needs it']);
  });

  test('what is equal is adopted; what differs is a conflict that says in what', () => {
    expect(
      lines([seen('network/a', { found: equal() }), seen('network/b', { found: differing('mtu', 'tags') })]),
    ).toEqual([
      'network a: adopt: the target has one like it',
      'network b: conflict: the target has one like it that differs in mtu, tags',
    ]);
  });

  test('a server, volume, port or floating IP that somebody else made is never taken for ours, equal or not', () => {
    for (const type of ['server', 'volume', 'port', 'floating-ip'])
      expect(entriesOf([seen(`${type}/a`, { found: equal() })])[0]).toMatchObject({ action: 'conflict' });
  });

  test('policy adopt takes it as it is, and shows the differences', () => {
    const [entry] = entriesOf([seen('role/member', { found: differing('description') })]);
    expect(entry).toMatchObject({ action: 'adopt', targetId: 'there', differences: [{ attribute: 'description' }] });
  });

  test('policy skip leaves out what differs', () => {
    const policy = movePolicy({ network: { onConflict: 'skip' } });
    expect(entriesOf([seen('network/a', { found: differing('mtu') })], policy)[0]).toMatchObject({ action: 'skip' });
  });

  test('what mappings name is adopted whatever it is like', () => {
    const found = { ...differing('mtu'), how: 'mapped' } as const;
    expect(lines([seen('network/a', { found })])).toEqual([
      'network a: adopt: `mappings` says that it stands for this one; it differs in mtu',
    ]);
  });

  test('a default group and a quota exist by nature: they are brought up, and done when they are equal', () => {
    const notCreated = { action: 'update', reason: 'every project has one' } as const;
    expect(
      lines([
        seen('security-group/default', { notCreated }),
        seen('security-group/same', { notCreated, found: equal() }),
        seen('security-group/told', { notCreated, found: differing('description') }),
        seen('quota/p', { found: differing('compute') }),
        seen('quota/q'),
      ]),
    ).toEqual([
      'quota p: update: the target has it, with compute to be brought up',
      'quota q: update: the new project gets the limits of the source',
      'security-group default: update: every project has one',
      'security-group same: skip: the target has it so already',
      'security-group told: skip: the target keeps its own description',
    ]);
  });

  test('where the target has no service for it, it is in conflict, and what needs it stays', () => {
    const web = server('server/web', {}, { needs: ['volume/data'] });
    const survey = surveyOf([seen('volume/data'), web, server('server/db')], { missingTypes: ['volume'] });
    const lines = makePlan(survey, POLICY).entries.map(({ id, action, reason }) => `${id}: ${action}: ${reason}`);
    expect(lines).toEqual([
      'data: conflict: new has no service for it',
      'db: create: not in the target',
      'web: skip: needs volume data, which is in conflict',
    ]);
  });

  test('a flavor that only lacks a tenant in its access list gets it; one of another size is a conflict', () => {
    expect(
      lines([
        seen('flavor/a', { found: differing('accessProjectIds') }),
        seen('flavor/b', { found: differing('accessProjectIds', 'vcpus') }),
      ]),
    ).toEqual([
      'flavor a: update: the target has it, with accessProjectIds to be brought up',
      'flavor b: conflict: the target has one like it that differs in accessProjectIds, vcpus',
    ]);
  });

  test('what was moved before is done, also when the tenant has changed it since', () => {
    const changed = { ...differing('tags'), how: 'made', run: 'earlier' } as const;
    const entries = entriesOf([seen('network/a', { found: equal('made') }), seen('network/b', { found: changed })]);
    expect(entries).toMatchObject([
      { action: 'skip', isDone: true, reason: 'moved before' },
      { action: 'skip', isDone: true, reason: 'moved before; it differs now in tags, and is left as it is' },
    ]);
  });

  test('what the move itself changes for good is no difference', () => {
    const found = { ...differing('userId'), how: 'made', run: 'mine', losable: ['userId', 'imageId'] } as const;
    for (const run of ['mine', 'another'])
      expect(entriesOf([server('server/a', { isLocked: true }, { found })], POLICY, run)[0]).toMatchObject({
        isDone: true,
        reason: 'moved before',
      });
  });

  test('an instance of which a copy was left by a move that failed or was taken back is not called moved', () => {
    const found = { ...equal('made'), run: 'earlier' } as const;
    const left = server('server/back', { isLocked: false }, { found });
    const failed = server('server/failed', { isLocked: true, failedToMove: true }, { found });
    expect(lines([left, failed])).toEqual([
      'server back: conflict: a copy of it is left in the target, and it is not locked here as what was moved is: once the copy is stopped, pump-cloud rollback removes it',
      'server failed: conflict: its move failed, and its copy is left in the target: pump-cloud rollback brings it back and removes the copy',
    ]);
  });

  test('what an earlier try left unfinished, an image without its bytes, is no finished work', () => {
    const found = { ...equal('made'), isUnfinished: true };
    expect(entriesOf([seen('image/i', { found })])[0]).toMatchObject({ action: 'create', targetId: 'there' });
  });

  test("a run's own work that is half done is completed", () => {
    const half = { ...differing('rules'), how: 'made', run: 'mine' } as const;
    expect(entriesOf([seen('security-group/a', { found: half })], POLICY, 'mine')[0]).toMatchObject({
      action: 'create',
      targetId: 'there',
    });
  });

  test('accounts of the cloud itself and what the policy does not select are skipped', () => {
    const policy = movePolicy({ image: { select: 'none' }, network: { select: ['inside'] } });
    expect(
      lines(
        [
          seen('user/nova', { isOfInstallation: true }),
          seen('image/a'),
          seen('network/inside'),
          seen('network/other'),
          seen('network/there', { found: equal() }),
        ],
        policy,
      ),
    ).toEqual([
      'user nova: skip: it belongs to the installation of the cloud',
      'network inside: create: not in the target',
      'network other: skip: the policy does not select it',
      'network there: skip: the policy does not select it; the target has its own',
      'image a: skip: the policy selects none of this type',
    ]);
  });

  test('the owner of what is needed is taken as it is', () => {
    const neededBy = { type: 'image', id: 'i', name: 'debian' } as const;
    expect(entriesOf([seen('project/images', { neededBy, found: differing('description') })])[0]).toMatchObject({
      action: 'adopt',
    });
  });
});

describe('what needs something else', () => {
  test('is skipped and says what for when that is in conflict, down to the server', () => {
    expect(
      lines([
        seen('network/inside', { found: differing('mtu') }),
        seen('subnet/s', { needs: ['network/inside'] }),
        seen('port/p', { needs: ['network/inside', 'subnet/s'] }),
        seen('server/web-1', { needs: ['port/p'] }),
      ]),
    ).toEqual([
      'network inside: conflict: the target has one like it that differs in mtu',
      'subnet s: skip: needs network inside, which is in conflict',
      'port p: skip: needs network inside, which is in conflict',
      'server web-1: skip: needs port p, which is not moved',
    ]);
  });

  test('goes on when that was moved before', () => {
    expect(
      lines([seen('network/n', { found: equal('made') }), seen('subnet/s', { needs: ['network/n'] })]).at(-1),
    ).toBe('subnet s: create: not in the target');
  });

  test('a server goes on without the user that made it', () => {
    const maker = seen('user/heat', { isOfInstallation: true });
    expect(lines([maker, server('server/web-1', {}, { needs: ['user/heat'] })]).at(-1)).toBe(
      'server web-1: create: not in the target',
    );
  });

  test('addresses and disks move with their server, and stay with one that cannot move', () => {
    const parts = { needs: ['port/p', 'volume/v'], contains: ['floating-ip/f'] };
    const of = (obstacle?: string) =>
      entriesOf([
        server('server/web-1', {}, { ...parts, ...(obstacle === undefined ? {} : { obstacle }) }),
        ...['port/p', 'volume/v', 'floating-ip/f'].map((key) => seen(key)),
      ]);
    expect(of().slice(0, 3)).toMatchObject([
      { type: 'port', action: 'create', reason: 'moves with server web-1', movesWith: 'web-1' },
      { type: 'floating-ip', action: 'create', movesWith: 'web-1' },
      { type: 'volume', action: 'create', movesWith: 'web-1' },
    ]);
    const stuck = of('it is in state resized: confirm or revert its resize, and plan again');
    expect(stuck.map(({ action }) => action)).toEqual(['skip', 'skip', 'skip', 'conflict']);
    expect(stuck[0]).toMatchObject({ reason: 'stays with server web-1, which is not moved' });
    expect(stuck[0]).not.toHaveProperty('movesWith');
  });

  test('the strategy image needs the image, the snapshot does not', () => {
    const survey = {
      ...surveyOf([server('server/web-1', {}, { needs: ['image/gone'] })]),
      absent: [{ type: 'image', id: 'gone', state: 'missing' }] as const,
    };
    expect(makePlan(survey, POLICY).entries[0]).toMatchObject({ action: 'create', strategy: 'snapshot' });
    const policy = movePolicy({ server: { strategy: 'image' } });
    expect(makePlan(survey, policy).entries[0]).toMatchObject({ action: 'conflict' });
  });
});
