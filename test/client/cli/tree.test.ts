import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type SimulatedClouds, startClouds } from './simulated-clouds.ts';

let clouds: SimulatedClouds;
beforeAll(async () => {
  clouds = await startClouds();
});
afterAll(() => clouds.close());

/** Ids are other ones in every cloud. */
async function drawn(line: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await clouds.cli(`tree ${line}`, { env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.replaceAll(/[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}/g, 'ID');
}

const lines = (text: string): string =>
  `${text
    .split('\n')
    .slice(1, -1)
    .map((line) => line.slice(6))
    .join('\n')}\n`;

describe('the dependency tree of a server', () => {
  test('says why each thing is needed; what is shared is shown once, cycles end', async () => {
    expect(await drawn('server web-1 --tenant acme')).toBe(
      lines(`
      server web-1 ID
      ├── project acme: belongs to
      │   └── domain Default: belongs to
      ├── user acme-user: was made by
      │   └── domain Default: belongs to (shown above)
      ├── flavor m1.small: boots with
      ├── image debian: boots from
      │   └── project admin: belongs to
      │       └── domain Default: belongs to (shown above)
      ├── port ID: has as interface 0
      │   ├── project acme: belongs to (shown above)
      │   ├── network inside: is in
      │   │   └── project acme: belongs to (shown above)
      │   ├── subnet inside-subnet: has 10.0.0.2 of
      │   │   ├── project acme: belongs to (shown above)
      │   │   └── network inside: is in (shown above)
      │   └── security-group web: is filtered by
      │       ├── project acme: belongs to (shown above)
      │       └── security-group db: lets in members of
      │           ├── project acme: belongs to (shown above)
      │           └── security-group web: lets in members of (cycle: it is above in this branch)
      └── keypair laptop: lets in
          └── user acme-user: belongs to (shown above)
      `),
    );
  });

  test('is plain ASCII where the locale is', async () => {
    const text = await drawn('server web-1 --tenant acme', { LANG: 'C' });
    expect(text).toContain('\n|-- flavor m1.small: boots with\n');
    expect(text).toContain('\n`-- keypair laptop: lets in\n    `-- user acme-user: belongs to (shown above)\n');
    expect(text).toMatch(/^[\n -~]*$/);
  });

  test('has what goes along with --contents, and ids with --long', async () => {
    expect(await drawn('server web-1 --tenant acme')).not.toContain('floating-ip');
    const text = await drawn('server web-1 --tenant acme --contents --long');
    expect(text).toContain('└── floating-ip 203.0.113.3 ID: answers at\n');
    expect(text).toContain('├── flavor m1.small ID: boots with\n');
  });

  test('marks what the cloud has no more', async () => {
    const { state } = clouds.simulator.cloud('old');
    const image = state.glance.images.all().find(({ name }) => name === 'debian')!;
    state.glance.images.remove(image.id);
    const text = await drawn('server web-1 --tenant acme');
    const dot = await drawn('server web-1 --tenant acme -f dot');
    state.glance.images.add(image);
    expect(text).toContain('├── image ID: boots from (missing: the cloud has it no more)\n');
    expect(dot).toContain('[label="image ID\\nmissing: the cloud has it no more", style=dashed, color=red];');
  });

  test('is a list of rows for spreadsheets and scripts', async () => {
    const rows = await drawn('server web-1 --tenant acme -f csv -c level -c type -c name -c why -c needed_by -c shown');
    expect(rows.split('\n').slice(0, 5)).toEqual([
      '"Level","Type","Name","Why","Needed By","Shown"',
      '0,"server","web-1","","","here"',
      '1,"project","acme","belongs to","server web-1","here"',
      '2,"domain","Default","belongs to","project acme","here"',
      '1,"user","acme-user","was made by","server web-1","here"',
    ]);
  });

  test('is nested in JSON and YAML', async () => {
    const tree = JSON.parse(await drawn('server web-1 --tenant acme -f json'));
    expect(tree).toMatchObject({
      type: 'server',
      name: 'web-1',
      tenant: 'acme',
      why: null,
      state: 'found',
      shown: 'here',
    });
    expect(tree.children[0]).toMatchObject({
      type: 'project',
      name: 'acme',
      why: 'belongs to',
      children: [{ type: 'domain' }],
    });
    expect(await drawn('server web-1 --tenant acme -f yaml')).toMatch(
      /^type: server\nid: ID\nname: web-1\ntenant: acme\n/,
    );
  });
});

describe('the dependency graph', () => {
  test('is a drawing for Graphviz, each thing once', async () => {
    expect(await drawn('security-group web --tenant acme -f dot')).toBe(
      lines(`
      digraph dependencies {
        rankdir=LR;
        node [shape=box, fontname="sans-serif"];
        edge [fontname="sans-serif"];
        n0 [label="security-group web", style=bold];
        n1 [label="project acme"];
        n2 [label="security-group db"];
        n3 [label="domain Default"];
        n0 -> n1 [label="belongs to"];
        n0 -> n2 [label="lets in members of"];
        n1 -> n3 [label="belongs to"];
        n2 -> n1 [label="belongs to"];
        n2 -> n0 [label="lets in members of"];
      }
      `),
    );
  });

  test('is a flowchart for Mermaid', async () => {
    expect(await drawn('security-group web --tenant acme -f mermaid')).toBe(
      lines(`
      flowchart LR
        n0["security-group web"]
        n1["project acme"]
        n2["security-group db"]
        n3["domain Default"]
        n0 -->|"belongs to"| n1
        n0 -->|"lets in members of"| n2
        n1 -->|"belongs to"| n3
        n2 -->|"belongs to"| n1
        n2 -->|"lets in members of"| n0
        style n0 stroke-width:3px
      `),
    );
  });

  test('keeps names with quotes, brackets and backslashes out of the syntax', async () => {
    const { state } = clouds.simulator.cloud('old');
    const flavor = state.nova.flavors.all().find(({ name }) => name === 'm1.small')!;
    state.nova.flavors.change(flavor, { name: 'a"] -> \\evil; <b>#\n' });
    const dot = await drawn(`flavor ${flavor.id} -f dot`);
    const mermaid = await drawn(`flavor ${flavor.id} -f mermaid`);
    state.nova.flavors.change(flavor, { name: 'm1.small' });
    expect(dot).toContain('n0 [label="flavor a\\"] -> \\\\evil; <b>#\\\\n", style=bold];\n');
    expect(mermaid).toContain('n0["flavor a#34;] -#62; #92;evil#59; #60;b#62;#35;#92;n"]\n');
  });
});
