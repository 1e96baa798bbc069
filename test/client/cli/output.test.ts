import { describe, expect, test } from '@jest/globals';
import { defineCommand, type Program } from '../../../client/cli/command.ts';
import { COMMON_OPTIONS } from '../../../client/cli/common-options.ts';
import { column } from '../../../client/cli/output/column.ts';
import { writeList } from '../../../client/cli/output/list.ts';
import { writeRecord } from '../../../client/cli/output/record.ts';
import { listOptions } from '../../../client/cli/output/settings.ts';
import { commandLine } from './command-line.ts';

interface Thing {
  readonly id: string;
  readonly name: string;
  readonly sizeGib?: number;
  readonly tags: readonly string[];
}

const COLUMNS = [
  column<Thing>('id', ({ id }) => id, { whole: true }),
  column<Thing>('name', ({ name }) => name),
  column<Thing>('size_gib', ({ sizeGib }) => sizeGib),
  column<Thing>('tags', ({ tags }) => tags, { shown: 'long' }),
];

const THINGS: readonly Thing[] = [
  { id: 'b-2', name: 'Größe 日本語', sizeGib: 10, tags: ['x', 'y'] },
  { id: 'a-1', name: 'say "hi", you', tags: [] },
];

function programOf(things: Iterable<Thing> | AsyncIterable<Thing>): Program {
  const list = defineCommand({
    name: 'list',
    summary: 'List',
    positionals: {},
    options: { long: { kind: 'flag', describe: 'More' }, ...listOptions },
    examples: [{ line: 'pump-thing list', says: 'All' }],
    async run(values, { terminal }) {
      await writeList(terminal, COLUMNS, things, values, values.long);
      return 0;
    },
  });
  const show = defineCommand({
    name: 'show',
    summary: 'Show',
    positionals: {},
    options: listOptions,
    examples: [{ line: 'pump-thing show', says: 'One' }],
    async run(values, { terminal }) {
      for await (const thing of things) await writeRecord(terminal, COLUMNS, thing, values);
      return 0;
    },
  });
  return { name: 'pump-thing', summary: 'Things.', common: COMMON_OPTIONS, commands: [list, show] };
}

async function output(line: string, things: Iterable<Thing> = THINGS, columns?: number): Promise<string> {
  const place = { program: programOf(things), ...(columns === undefined ? {} : { columns }) };
  const { exitCode, stdout, stderr } = await commandLine(line.split(' '), place);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

describe('a list', () => {
  test('is a table for people, aligned also with wide characters', async () => {
    expect(await output('list')).toBe(
      [
        '+-----+---------------+----------+',
        '| ID  | Name          | Size GiB |',
        '+-----+---------------+----------+',
        '| b-2 | Größe 日本語  |       10 |',
        '| a-1 | say "hi", you |          |',
        '+-----+---------------+----------+',
        '',
      ].join('\n'),
    );
  });

  test('is JSON with stable keys, all columns, and null where there is no value', async () => {
    const text = await output('list -f json');
    expect(JSON.parse(text)).toEqual([
      { id: 'b-2', name: 'Größe 日本語', size_gib: 10, tags: ['x', 'y'] },
      { id: 'a-1', name: 'say "hi", you', size_gib: null, tags: [] },
    ]);
    expect(text).toMatch(/^\[\n {2}\{\n {4}"id": "b-2",\n/);
    expect(await output('list -f json --noindent -c id')).toBe('[{"id":"b-2"},{"id":"a-1"}]\n');
  });

  test('is YAML', async () => {
    expect(await output('list -f yaml')).toBe(
      '- id: b-2\n  name: Größe 日本語\n  size_gib: 10\n  tags:\n    - x\n    - y\n- id: a-1\n  name: say "hi", you\n  size_gib: null\n  tags: []\n',
    );
  });

  test('is CSV with what is no number in quotes, unless other quotes are asked for', async () => {
    expect(await output('list -f csv')).toBe(
      '"ID","Name","Size GiB"\n"b-2","Größe 日本語",10\n"a-1","say ""hi"", you",""\n',
    );
    expect(await output('list -f csv --quote minimal -c name -c size_gib')).toBe(
      'Name,Size GiB\nGröße 日本語,10\n"say ""hi"", you",\n',
    );
    expect(await output('list -f csv --quote all -c size_gib')).toBe('"Size GiB"\n"10"\n""\n');
    expect(await output('list -f csv --quote none -c name')).toBe('Name\nGröße 日本語\nsay "hi", you\n');
  });

  test('is bare values, a line a row, in the order of the columns asked for', async () => {
    expect(await output('list -f value -c size_gib -c id')).toBe('10 b-2\n a-1\n');
    expect(await output('list -fvalue -cid', [{ id: 'two\nlines', name: '', tags: [] }])).toBe('two lines\n');
  });

  test('is sorted by the columns asked for, numbers by their size', async () => {
    const sized = [2, 10, 1].map((sizeGib) => ({ id: `n${sizeGib}`, name: 'n', sizeGib, tags: [] }));
    expect(await output('list -f value -c id --sort-column size_gib', sized)).toBe('n1\nn2\nn10\n');
    expect(await output('list -f value -c id --sort-column name --sort-column id', sized)).toBe('n1\nn2\nn10\n');
  });

  test('takes columns by heading as well as by key', async () => {
    expect(await output('list -f value -c SIZE-GIB --sort-column ID')).toBe('\n10\n');
  });

  test('of nothing is an empty list where there is such a thing', async () => {
    expect(await output('list', [])).toBe('');
    expect(await output('list -f json', [])).toBe('[]\n');
    expect(await output('list -f yaml', [])).toBe('[]\n');
    expect(await output('list -f csv', [])).toBe('"ID","Name","Size GiB"\n');
    expect(await output('list -f value', [])).toBe('');
  });

  test('fits the window of who looks: names are broken at their signs, ids never', async () => {
    const long = [{ id: '0123456789-0123456789', name: 'a-rather-long name of-a-thing', sizeGib: 1, tags: [] }];
    const text = await output('list', long, 50);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBe(50);
    expect(text).toContain('| 0123456789-0123456789 | a-rather-   |');
    expect(await output('list --max-width 50', long)).toBe(text);
    expect(Math.max(...(await output('list', long)).split('\n').map((line) => line.length))).toBeGreaterThan(50);
  });

  test('has no column in which nothing stands, unless it is asked for', async () => {
    const bare = [{ id: 'x', name: 'y', tags: [] }];
    expect(await output('list', bare)).toContain('| ID | Name |\n');
    expect(await output('list -c id -c size_gib', bare)).toContain('| ID | Size GiB |\n');
    expect(await output('list -f csv', bare)).toContain('"Size GiB"');
  });

  test('in a window too narrow for it is left to the terminal, and not squeezed into a tower', async () => {
    const row = [{ id: '0123456789-0123456789-0123456789', name: 'a name of some length', tags: [] }];
    expect(await output('list', row, 30)).toContain('| a name of some length |');
  });

  test('shows control characters of names instead of obeying them', async () => {
    const text = await output('list', [{ id: 'x', name: 'evil\u001b[2J\u202ename', tags: [] }]);
    expect(text).toContain('evil\\u001b[2J\\u202ename');
    for (const format of ['value', 'csv', 'json', 'yaml'])
      expect(await output(`list -f ${format}`, [{ id: 'x', name: 'evil\u001b[2J', tags: [] }], 80)).not.toContain(
        '\u001b',
      );
    expect(await output('list -f value -c name', [{ id: 'x', name: 'as\tit is', tags: [] }])).toBe('as\tit is\n');
  });

  test('is written as it comes, in every format but tables', async () => {
    for (const format of ['json', 'yaml', 'csv', 'value']) {
      let alive = 0;
      let most = 0;
      async function* many(): AsyncIterable<Thing> {
        for (let index = 0; index < 10_000; index++) {
          alive += 1;
          most = Math.max(most, alive);
          yield { id: `id-${index}`, name: 'n', sizeGib: index, tags: [] };
          alive -= 1;
        }
      }
      const { stdout } = await commandLine(['list', '-f', format], { program: programOf(many()) });
      expect(stdout).toContain('id-9999');
      expect(most).toBe(1);
    }
  });
});

describe('a list that breaks off', () => {
  test('shows what came before the error, and nothing where nothing came', async () => {
    async function* failing(rows: readonly Thing[]): AsyncIterable<Thing> {
      yield* rows;
      throw new Error('the cloud went away');
    }
    for (const format of ['json', 'yaml', 'csv', 'value']) {
      const late = await commandLine(['list', '-f', format], { program: programOf(failing(THINGS)) });
      expect(late).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('a-1') });
      const early = await commandLine(['list', '-f', format], { program: programOf(failing([])) });
      expect(early).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('the cloud went away') });
    }
  });
});

describe('one thing in full', () => {
  const one = THINGS.slice(0, 1);

  test('is a line for each field in a table, one object in JSON and YAML', async () => {
    expect(await output('show', one)).toContain('| tags     | x, y         |');
    expect(JSON.parse(await output('show -f json', one))).toEqual({
      id: 'b-2',
      name: 'Größe 日本語',
      size_gib: 10,
      tags: ['x', 'y'],
    });
    expect(await output('show -f yaml -c id', one)).toBe('id: b-2\n');
  });

  test('is a line for each value, and two lines of CSV', async () => {
    expect(await output('show -f value -c id -c tags', one)).toBe('b-2\nx, y\n');
    expect(await output('show -f csv -c id -c size_gib', one)).toBe('"id","size_gib"\n"b-2",10\n');
  });
});
