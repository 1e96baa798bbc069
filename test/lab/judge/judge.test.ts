import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withZed } from '../lab-clouds.ts';
import { type CloudRecord, compareWith, lines, type Recorded, record, sampling } from './judge.ts';

const TENANTS = ['acme-t000', 'acme-t000-child', 'acme-t001'];

/** The one of a type whose name is this, or whose attributes fulfil the condition. */
function one({ resources }: CloudRecord, type: string, which: string | ((resource: Recorded) => boolean)): Recorded {
  const is = typeof which === 'string' ? ({ name }: Recorded) => name === which : which;
  const found = Object.values(resources[type] ?? {}).find(is);
  if (found === undefined) throw new Error(`the lab's source has no such ${type}: run npm run lab:seed`);
  return found;
}

function set({ attributes }: Recorded, attribute: string, value: unknown): void {
  attributes[attribute] = value;
}

/** Long enough for a few samples on a busy machine. */
const SAMPLED_MS = 15_000;

const list = (resource: Recorded, attribute: string) => resource.attributes[attribute] as unknown[];

/** What one may find wrong after a move, and how the judge calls it. */
const WRONGS: readonly (readonly [string, (record: CloudRecord) => void, string])[] = [
  ['a disk', (r) => set(one(r, 'server', 'acme-t000-vm1'), 'sha256', '0'), 'server acme-t000-vm1: sha256'],
  [
    'the order of interfaces',
    (r) => void list(one(r, 'server', 'acme-t000-ports'), 'macs').reverse(),
    'server acme-t000-ports: macs',
  ],
  ['a MAC', (r) => set(one(r, 'port', 'acme-t000-dual'), 'mac', 'fa:16:3e:00:00:00'), 'port acme-t000-dual: mac'],
  [
    'a rule of a group',
    (r) => void list(one(r, 'security-group', 'acme-t000-left'), 'rules').pop(),
    'security-group acme-t000-left: rules',
  ],
  [
    'a metadata value',
    (r) => set(one(r, 'volume', 'acme-t000-data'), 'metadata', {}),
    'volume acme-t000-data: metadata',
  ],
  ['a quota', (r) => set(one(r, 'quota', 'acme-t001'), 'compute:cores', 1), 'quota acme-t001: compute:cores'],
  ['an image’s bytes', (r) => set(one(r, 'image', 'acme-t000-large'), 'sha256', '0'), 'image acme-t000-large: sha256'],
  [
    'a key',
    (r) => set(one(r, 'keypair', 'acme-t000-u1-key'), 'public_key', 'ssh-ed25519 AAAA'),
    'keypair acme-t000-u1-key: public_key',
  ],
  ['a state', (r) => set(one(r, 'server', 'acme-t000-vm1'), 'vm_state', 'active'), 'server acme-t000-vm1: vm_state'],
  [
    'a tag',
    (r) => void list(one(r, 'network', 'acme-t000-net-b'), 'tags').push('more'),
    'network acme-t000-net-b: tags',
  ],
];

/** Those that a cloud gives by itself; an id in a property or a name stays. */
const OWN_IDS = new Set(['flavor', 'image', 'keypair', 'assignment']);

/** The same tenants in a cloud that has given them other ids. */
function withOtherIds({ tenants, resources }: CloudRecord): CloudRecord {
  const known = new Set(
    Object.entries(resources).flatMap(([type, byId]) => (OWN_IDS.has(type) ? [] : Object.keys(byId))),
  );
  const other = (id: string) => (known.has(id) && id !== 'default' ? `other-${id}` : id);
  const rewrite = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rewrite);
    if (typeof value !== 'object' || value === null) return value;
    if ('ref' in value && 'id' in value) return { ref: value.ref, id: other(String(value.id)) };
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rewrite(inner)]));
  };
  const renamed = Object.entries(resources).map(([type, byId]) => [
    type,
    Object.fromEntries(
      Object.entries(byId).map(([id, { name, project, attributes }]) => [
        other(id),
        { name, project: project === null ? null : other(project), attributes: rewrite(attributes) },
      ]),
    ),
  ]);
  return { cloud: 'elsewhere', tenants, resources: Object.fromEntries(renamed) };
}

await withZed(() =>
  describe('the judge of moves', () => {
    let folder: string;
    let before: CloudRecord;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'pumphouse-judge-'));
      before = await record('source', TENANTS);
    });

    afterAll(() => rm(folder, { recursive: true, force: true }));

    const judged = async (recorded: CloudRecord, exact = true) =>
      compareWith(recorded, 'source', join(folder, 'record.json'), { exact });

    test('finds no difference between a cloud and itself', async () => {
      const { differences, counts } = await judged(before);
      expect(lines(differences)).toEqual([]);
      expect(counts).toMatchObject({ project: 3, server: 32 });
    });

    test('finds everything that is otherwise, and nothing else', async () => {
      const wrong = structuredClone(before);
      for (const [, change] of WRONGS) change(wrong);
      const { differences } = await judged(wrong);
      const found = differences.map(({ type, name, attribute }) => `${type} ${name}: ${attribute}`);
      expect(found.sort()).toEqual(WRONGS.map(([, , line]) => line).sort());
    });

    test('finds what is missing and what nobody had before', async () => {
      const wrong = structuredClone(before);
      const servers = wrong.resources.server!;
      const [id, stranger] = Object.entries(servers).find(([, { name }]) => name === 'acme-t000-vm1')!;
      delete servers[id];
      servers['no-such-id'] = { ...stranger, name: 'acme-t000-lost' };
      const { differences } = await judged(wrong);
      const found = differences.map(({ type, name, attribute }) => `${type} ${name}: ${attribute}`);
      expect(found).toContain('server acme-t000-lost: missing');
      expect(found).toContain('server acme-t000-vm1: extra');
    });

    test('knows resources by their names and addresses where ids differ', async () => {
      const { differences } = await judged(withOtherIds(before), false);
      expect(lines(differences)).toEqual([]);
    });

    test('sees who runs in both clouds at one moment', async () => {
      const [same, apart] = [sampling('source', 'source', TENANTS), sampling('source', 'target', TENANTS)];
      await delay(SAMPLED_MS);
      const [both, none] = [await same.end(), await apart.end()];
      expect(both.moments.map(({ name }) => name)).toContain('acme-t001-vm0');
      expect(both.moments.map(({ name }) => name)).not.toContain('acme-t001-vm1');
      expect(none.moments).toEqual([]);
    });
  }),
);
