import { afterAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { pumpSim } from '../../../client/cli/pump-sim.ts';
import { commandLine, folderWith, type Outcome } from './command-line.ts';

const configurationSchema = z.partialRecord(
  z.enum(['source', 'target']),
  z.array(
    z.object({
      name: z.string(),
      auth_url: z.string(),
      username: z.string(),
      password: z.string(),
      tenant: z.string(),
    }),
  ),
);

const folder = folderWith({
  'clouds.yaml': 'clouds: [{ name: small, fill: { tenants: [{ name: acme }] } }, { name: other, role: source }]\n',
});
afterAll(() => folder.remove());

/** Runs pump-sim until it says that it is up, looks, and ends it as Ctrl-C does. */
async function simulated(
  line: string,
  look: (stdout: string) => Promise<void> = async () => undefined,
): Promise<Outcome> {
  const interrupt = new AbortController();
  let looked: Promise<void> | undefined;
  const outcome = await commandLine(line.split(' '), {
    program: pumpSim,
    cwd: folder.path,
    signal: interrupt.signal,
    watch: (stdout, stderr) => {
      if (looked !== undefined || !stderr.includes('Ctrl-C ends it.')) return;
      looked = look(stdout).finally(() => interrupt.abort());
    },
  });
  await looked;
  return outcome;
}

test('prints the configuration that leads to its clouds, and what is in them', async () => {
  const { exitCode, stdout, stderr } = await simulated(
    '--clouds north,south --instances 3 --control-port 0',
    async (text) => {
      const { source } = configurationSchema.parse(parse(text));
      expect((await fetch(source![0]!.auth_url)).status).toBe(200);
    },
  );
  const { source, target } = configurationSchema.parse(parse(stdout));
  expect([source, target].map((clouds) => clouds?.map(({ name }) => name))).toEqual([['north'], ['south']]);
  expect(stderr).toMatch(/^north: http:\/\/127\.0\.0\.1:\d+\/identity\/v3; 3 servers, \d+ projects\n/);
  expect(stderr).toMatch(/\ncontrol: http:\/\/127\.0\.0\.1:\d+\/_sim\/faults\nCtrl-C ends it\.\n$/);
  expect(exitCode).toBe(0);
});

test('has as many servers and tenants as are asked for', async () => {
  const { stderr } = await simulated('--instances 25 --tenants 4');
  // Each cloud has projects of its own: admin and service.
  expect(stderr).toMatch(/^source: \S+; 25 servers, 6 projects\n/);
});

test('is an old cloud where the source is asked to be', async () => {
  const { stdout, stderr } = await simulated('--identity v2.0 --network nova-network --instances 0');
  expect(configurationSchema.parse(parse(stdout)).source?.[0]?.auth_url).toMatch(/\/identity\/v2\.0$/);
  expect(stderr).toMatch(/^source: .*, admin http:\S+\/identity\/v2\.0; 0 servers/);
});

test('takes clouds and their roles from a file', async () => {
  const { exitCode, stdout } = await simulated('--scenario clouds.yaml');
  const { source, target } = configurationSchema.parse(parse(stdout));
  expect(source?.map(({ name }) => name)).toEqual(['small', 'other']);
  expect(target).toBeUndefined();
  expect(exitCode).toBe(0);
});

test('says which port is taken', async () => {
  let other: Outcome | undefined;
  await simulated('--instances 0', async (text) => {
    const [cloud] = configurationSchema.parse(parse(text)).source ?? [];
    const { port } = new URL(cloud!.auth_url);
    other = await commandLine(['--instances', '0', '--port', port], { program: pumpSim });
  });
  expect(other).toMatchObject({ exitCode: 1, stdout: '' });
  expect(other?.stderr).toMatch(/^pump-sim: listen EADDRINUSE: .*; choose another --port\n$/);
});
