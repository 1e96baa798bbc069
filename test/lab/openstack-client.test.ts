import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reader } from '../../resources/reader.ts';
import { RESOURCE_TYPE_NAMES, type ResourceTypeName } from '../../resources/resource-type.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import { settled } from '../contract/settled.ts';
import { listed, type Whole, wholeOf } from '../contract/whole.ts';
import { CLI_LISTS } from './judge/cli-columns.ts';
import { differences, type Row } from './judge/compare.ts';
import { SDK_FIELDS } from './judge/sdk-fields.ts';
import { cloudsYaml, requireLab, withZed } from './lab-clouds.ts';

const run = promisify(execFile);
const DUMP = fileURLToPath(new URL('openstack-dump.py', import.meta.url));
const NO_ROWS: readonly Row[] = [];

type Dump = Readonly<Record<string, readonly Row[]>>;

/** Of each cloud, what Debian's openstackclient and openstacksdk say of it. */
async function judged(program: string, args: readonly string[]): Promise<unknown> {
  const env = { ...process.env, OS_CLIENT_CONFIG_FILE: cloudsYaml('zed') };
  const { stdout } = await run(program, [...args], { env, maxBuffer: 1 << 28 });
  return JSON.parse(stdout);
}

async function dumpOf(cloud: string): Promise<Dump> {
  const { qos, ...dump } = (await judged('/usr/bin/python3', [DUMP, cloud])) as Dump & {
    readonly qos: Readonly<Record<string, string>>;
  };
  const withPolicy = (row: Row): Row => ({ ...row, qos_policy: qos[String(row.qos_policy_id)] });
  const access = (row: Row) =>
    (dump.rbac ?? NO_ROWS)
      .filter((policy) => policy.object_id === row.id)
      .map((policy) => ({ action: policy.action, projectId: policy.target_project_id }));
  return {
    ...dump,
    network: (dump.network ?? NO_ROWS).map((row) => ({ ...withPolicy(row), access: access(row) })),
    port: (dump.port ?? NO_ROWS).map(withPolicy),
    'floating-ip': (dump['floating-ip'] ?? NO_ROWS).map(withPolicy),
  };
}

function idOf(type: ResourceTypeName): (row: Row) => string {
  return type === 'keypair' ? (row) => `${row.owner}/${row.name}` : (row) => String(row.id);
}

/** Discovery tells what OpenStack's own clients tell. */
await withZed(() =>
  describe.each(['source', 'target'])('discovery of the lab’s %s', (name) => {
    let cloud: Cloud;
    let look: { readonly whole: Whole; readonly dump: Dump };
    const again = async () => ({ whole: await wholeOf(cloud), dump: await dumpOf(name) });

    beforeAll(async () => {
      cloud = new Cloud(await requireLab('zed', name));
      look = await again();
    });

    afterAll(() => cloud?.close());

    const compared = RESOURCE_TYPE_NAMES.filter((type) => type !== 'assignment');
    test.each(compared)('%s: every attribute is what openstacksdk reads', async (type) => {
      let first = true;
      const found = await settled(async () => {
        if (!first) look = await again();
        first = false;
        const ours = look.whole.byType.get(type) ?? [];
        return differences(ours, look.dump[type] ?? NO_ROWS, idOf(type), SDK_FIELDS[type]);
      });
      expect(found).toEqual([]);
    });

    test('image: the properties of an operator’s own are what openstacksdk reads', () => {
      const rows = new Map((look.dump.image ?? NO_ROWS).map((row) => [row.id, row]));
      const wrong: string[] = [];
      for (const { id, attributes } of look.whole.byType.get('image') ?? []) {
        const { properties }: { properties?: Readonly<Record<string, string>> } = { ...attributes };
        const row = rows.get(id);
        // openstacksdk keeps what it does not know in `properties`, and renames what it knows: those are looked for by value.
        const theirs: Row = { ...(row?.properties as Row | undefined) };
        for (const [key, value] of Object.entries(theirs))
          if (key !== 'stores' && String(value) !== properties?.[key]) wrong.push(`${id}: ${key}`);
        for (const [key, value] of Object.entries(properties ?? {}))
          if (!(key in theirs) && !Object.values(row ?? {}).some((other) => String(other) === value))
            wrong.push(`${id}: ${key} is only ours`);
      }
      expect(wrong).toEqual([]);
    });

    test.each(Object.entries(CLI_LISTS))('%s: every column is what the openstack command shows', async (type, list) => {
      const found = await settled(async () => {
        const args = ['--os-cloud', name, ...list.command.split(' '), '-f', 'json'];
        const rows = (await judged('/usr/bin/openstack', args)) as readonly Row[];
        const ours = await listed(new Reader(cloud), type as ResourceTypeName);
        return differences(ours, rows, list.id ?? ((row) => String(row.ID)), list.columns);
      });
      expect(found).toEqual([]);
    });
  }),
);
