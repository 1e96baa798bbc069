import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { makePlan } from '../../planning/make-plan.ts';
import type { PlanWarning } from '../../planning/plan.ts';
import { movePolicy } from '../../planning/policy-defaults.ts';
import { RULES } from '../../planning/warnings/rules.ts';
import type { Observation, Survey, TargetFacts } from '../../resources/selecting/observation.ts';
import { differing, equal, POLICY, seen, server, surveyOf } from './cloud-builders.ts';

const warnings = (
  observations: readonly Observation[],
  target: Partial<TargetFacts> = {},
  more: Partial<Survey> = {},
  policy = POLICY,
): readonly PlanWarning[] => makePlan({ ...surveyOf(observations, target), ...more }, policy).warnings;

const ids = (...told: Parameters<typeof warnings>) => warnings(...told).map(({ id }) => id);
const big = { vcpus: 8, ramMib: 16_384, diskGib: 100 };
const host = (free: Partial<typeof big>, whole = big) => ({
  host: 'c1',
  zone: 'nova',
  free: { ...big, ...free },
  whole,
});

test('nothing is said where nothing is wrong', () => {
  expect(ids([server('server/web'), seen('network/n'), seen('image/i')], { hosts: [host({})] })).toEqual([]);
});

test('what says nothing of its consequence and remedy is no warning', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  expect(RULES.map(({ id }) => id).filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
});

test('a server that was moved before and still runs in the source is the first thing to be told', () => {
  const moved = server('server/web', { vmState: 'active' }, { found: equal('made') });
  expect(ids([moved, seen('router/r', { facts: { kind: 'router', gatewayAddresses: ['203.0.113.9'] } })])).toEqual([
    'running-in-both',
    'other-gateway-address',
  ]);
  expect(ids([server('server/web', { vmState: 'stopped' }, { found: equal('made') })])).toEqual([]);
});

test("an address or MAC that another port of the target's network holds blocks, with who holds it and what to do", () => {
  const port = seen('port/p', {
    facts: { kind: 'port', targetNetworkId: 'n', macAddress: 'fa:16:3e:00:00:01', ipAddresses: ['10.0.0.2'] },
  });
  const held = { id: 'h', networkId: 'n', macAddress: 'fa:16:3e:99:99:99', ipAddresses: ['10.0.0.2'] };
  expect(warnings([port], { ports: [{ ...held, deviceOwner: 'network:dhcp' }] })).toEqual([
    {
      id: 'address-taken',
      severity: 'blocking',
      text:
        '10.0.0.2 of port p is held in new by port h (network:dhcp): the port cannot be made with it; ' +
        'give the DHCP port another address: switch DHCP off and on again once the address is reserved.',
    },
  ]);
  const mac = { ...held, macAddress: 'fa:16:3e:00:00:01', ipAddresses: [], deviceOwner: '' };
  expect(ids([port], { ports: [mac] })).toEqual(['address-taken']);
  expect(ids([port], { ports: [{ ...held, networkId: 'other', deviceOwner: '' }] })).toEqual([]);
  expect(ids([port], { ports: [{ ...held, deviceOwner: '', originId: 'p' }] })).toEqual([]);
});

test("a floating IP is blocked by another project's and by a router that took it by chance, not by a like range", () => {
  const address = '203.0.113.5';
  const floating = seen('floating-ip/f');
  const router = { id: 'h', networkId: 'ext', macAddress: 'm', ipAddresses: [address] };
  expect(ids([floating], { floatingIps: [{ address, id: 'x', projectId: 'q' }] })).toEqual(['floating-ip-taken']);
  expect(ids([floating], { ports: [{ ...router, deviceOwner: 'network:router_gateway' }] })).toEqual([
    'floating-ip-taken',
  ]);
  expect(ids([floating], { ports: [{ ...router, deviceOwner: 'compute:nova' }] })).toEqual([]);
});

test('a server that would move without its floating IP blocks', () => {
  const policy = movePolicy({ 'floating-ip': { select: 'none' } });
  const both = [server('server/web', {}, { contains: ['floating-ip/f'] }), seen('floating-ip/f')];
  expect(ids(both, {}, {}, policy)).toEqual(['address-left-behind']);
  expect(ids(both)).toEqual([]);
});

test('a target without the service, the zone or the volume type blocks and says the line to write', () => {
  const volume = seen('volume/v', { facts: { kind: 'volume', sizeGib: 1, volumeType: 'ssd' } });
  expect(ids([volume], { missingTypes: ['volume'] })).toEqual(['missing-service']);
  const [type] = warnings([volume], { volumeTypes: ['fast'] });
  expect(type).toMatchObject({ id: 'missing-volume-type', severity: 'blocking' });
  expect(type?.text).toContain('`mappings: { volume-type: { ssd: fast } }`');
  const [zone] = warnings([server('server/web', { zone: 'east' })], { zones: ['nova'] });
  expect(zone).toMatchObject({ id: 'missing-zone', severity: 'blocking' });
  expect(zone?.text).toContain('`mappings: { availability-zone: { east: nova } }`');
});

test('users who would be disabled for want of a password are told, with the line to write', () => {
  const user = (id: string, isEnabled: boolean) => seen(`user/${id}`, { facts: { kind: 'user', isEnabled } });
  const users = [user('ann', true), user('bob', true), user('former', false)];
  expect(warnings(users, { usersGetPasswords: false })).toEqual([
    {
      id: 'no-passwords',
      severity: 'warning',
      text:
        '2 users (ann, bob) will be disabled in new, for their passwords cannot be read in old and `passwords` in pumphouse.yaml gives them none: ' +
        'write `passwords: { secret: $' +
        '{SECRET} }` there, for workers too, so that each gets one of its own, or set passwords and enable them afterwards.',
    },
  ]);
  const [alone] = warnings(users.slice(1), { usersGetPasswords: false });
  expect(alone?.text).toMatch(
    /^1 user \(bob\) will be disabled in new, for its password cannot .* gives it none: .* so that it gets one of its own/,
  );
  expect(alone?.text).toMatch(/or set a password and enable it afterwards\.$/);
  expect(ids(users, { usersGetPasswords: true })).toEqual([]);
  expect(ids([user('former', false)], { usersGetPasswords: false })).toEqual([]);
  expect(ids([{ ...user('ann', true), found: equal('made') }], { usersGetPasswords: false })).toEqual([]);
});

test('limits count as they will be once the quota has been moved', () => {
  const project = { projectId: 'p' };
  const two = [server('server/a', {}, project), server('server/b', {}, project)];
  const quota = (limit: number) =>
    seen('quota/p', { ...project, facts: { kind: 'quota', wanted: { 'compute.instances': limit } } });
  const small = { defaultLimits: { 'compute.instances': 1 } };
  expect(ids([...two, quota(1)], small)).toEqual(['over-quota']);
  expect(ids([...two, quota(2)], small)).toEqual([]);
  expect(ids([...two, quota(-1)], small)).toEqual([]);
  expect(ids([...two, quota(2)], small, {}, movePolicy({ quota: { select: 'none' } }))).toEqual(['over-quota']);
});

test('hosts that are too full or too small are told with numbers', () => {
  const servers = [server('server/a', { size: big }), server('server/b', { size: big })];
  expect(ids(servers, { hosts: [host({}), host({})] })).toEqual([]);
  expect(warnings(servers, { hosts: [host({}), host({ ramMib: 0 })] })).toMatchObject([
    {
      id: 'too-little-capacity',
      text: '2 servers need 32768 MiB of RAM, and new has 16384 free on 2 hosts: the last ones find no valid host; add hosts first, or move fewer at a time.',
    },
  ]);
  const small = { vcpus: 4, ramMib: 16_384, diskGib: 100 };
  expect(ids([server('server/a', { size: big })], { hosts: [host({}, small)] })).toEqual(['fits-no-host']);
});

test('what is lost on the way is told: memory, disks, makers, keys, the order of interfaces', () => {
  expect(ids([server('server/a', { vmState: 'suspended' })])).toEqual(['memory-lost']);
  expect(ids([server('server/a', { interfaceOrderKnown: false })])).toEqual(['interface-order-unknown']);
  expect(ids([server('server/a', { isFlavorGone: true })])).toEqual(['flavor-gone']);
  expect(ids([server('server/a')], {}, {}, movePolicy({ server: { strategy: 'image' } }))).toEqual(['disk-not-copied']);
  const gone = { absent: [{ type: 'user', id: 'u', state: 'missing' }] } as const;
  expect(ids([server('server/a', {}, { needs: ['user/u'] })], {}, gone)).toEqual(['reference-lost']);
});

test('large disks mean downtime, volumes mean room in Glance, images may have no bytes', () => {
  expect(ids([server('server/a', { rootDiskGib: 80 })])).toEqual(['long-downtime']);
  expect(ids([seen('volume/v')])).toEqual(['upload-space']);
  expect(warnings([seen('volume/v')])[0]?.text).toMatch(
    /^1 volume of 2 GiB is uploaded .* both Glances need room for it\.$/,
  );
  expect(ids([seen('image/i', { facts: { kind: 'image', status: 'queued' } })])).toEqual(['image-not-active']);
});

test('what was moved before and is otherwise now is told, unless the move itself made it so', () => {
  const made = { ...differing('tags'), how: 'made' } as const;
  expect(ids([seen('network/n', { found: made })])).toEqual(['differs-since-move']);
  expect(ids([seen('network/n', { found: { ...made, losable: ['tags'] } })])).toEqual([]);
});

test('an old Nova and a login without rights are told', () => {
  expect(ids([seen('keypair/u/laptop')], { computeMicroversion: '2.9' })).toEqual(['old-microversion']);
  expect(ids([seen('keypair/u/laptop')], { computeMicroversion: '2.10' })).toEqual([]);
  expect(ids([], { notAdminIn: ['new'] })).toEqual(['mover-rights']);
});

test('the documentation names every rule, most feared first', () => {
  const documentation = readFileSync('docs/commands.md', 'utf8').replaceAll(/\s+/g, ' ');
  expect(documentation).toContain(RULES.map(({ id }) => `\`${id}\``).join(', '));
});
