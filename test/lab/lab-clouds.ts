import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { CloudSettings } from '../../config/cloud-settings.ts';
import { cloudFromEnvironment } from '../../config/clouds.ts';
import { Secret } from '../../config/secret.ts';

/** Where the labs keep their state: see lab/README.md and lab/vintage/README.md. */
const LABS = {
  zed: { folder: process.env.LAB_DIR, standard: 'pumphouse-lab', start: 'run npm run lab:up and npm run lab:seed' },
  vintage: {
    folder: process.env.VINTAGE_DIR,
    standard: 'pumphouse-vintage',
    start: 'run npm run lab:up -- vintage and npm run lab:seed -- vintage',
  },
} as const;

export type LabName = keyof typeof LABS;

const CONNECT_TIMEOUT_MS = 3_000;

function folderOf(lab: LabName): string {
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  return LABS[lab].folder || join(state, LABS[lab].standard);
}

export function cloudsYaml(lab: LabName): string {
  return join(folderOf(lab), 'clouds.yaml');
}

/** Settings of a lab's cloud, by its name in the lab's clouds.yaml. */
export function labCloud(lab: LabName, name: string): CloudSettings {
  return cloudFromEnvironment({ OS_CLOUD: name, OS_CLIENT_CONFIG_FILE: cloudsYaml(lab) });
}

/** Throws one sentence that says what to do, where the lab's cloud does not answer. */
export async function requireLab(lab: LabName, name: string): Promise<CloudSettings> {
  const { start } = LABS[lab];
  if (!existsSync(cloudsYaml(lab))) throw new Error(`the ${lab} lab has never been up: ${start}`);
  const settings = labCloud(lab, name);
  const { hostname, port } = new URL(settings.authUrl);
  if (!(await answers(hostname, Number(port)))) throw new Error(`the lab's cloud ${name} is not up: ${start}`);
  return settings;
}

/** Why a lab's cloud cannot be asked, and what to do; undefined when it can. */
export async function obstacle(lab: LabName, name: string): Promise<string | undefined> {
  return requireLab(lab, name).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

/** Defines tests that need both Zed clouds; where they are not up, one test that fails and says what to do. */
export async function withZed(define: () => void): Promise<void> {
  const why = (await obstacle('zed', 'source')) ?? (await obstacle('zed', 'target'));
  if (why === undefined) define();
  else test('the lab is up', () => expect(why).toBe('up'));
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

interface VintageReport {
  readonly password_of_all_users: string;
  readonly tenants: readonly {
    readonly name: string;
    readonly enabled: boolean;
    readonly users: readonly { readonly name: string; readonly roles: readonly string[]; readonly enabled: boolean }[];
    readonly servers: readonly unknown[];
  }[];
}

/** A plain user of the tenant with most servers, from the old cloud's seed report. */
export function vintageMember(admin: CloudSettings): CloudSettings {
  const report = readdirSync(folderOf('vintage')).find((file) => file === `seed-${admin.name}.json`);
  if (report === undefined) throw new Error(`${admin.name} has no seed: run npm run lab:seed -- vintage`);
  const { tenants, password_of_all_users: password } = JSON.parse(
    readFileSync(join(folderOf('vintage'), report), 'utf8'),
  ) as VintageReport;
  const candidates = tenants
    .filter((tenant) => tenant.enabled)
    .flatMap((tenant) => tenant.users.map((user) => ({ tenant, user })))
    .filter(({ user }) => user.enabled && !user.roles.some((role) => role.includes('admin')))
    .sort((a, b) => b.tenant.servers.length - a.tenant.servers.length);
  const chosen = candidates[0];
  if (chosen === undefined) throw new Error(`the seed of ${admin.name} has no plain user`);
  const domain = { id: 'default' };
  return {
    ...admin,
    credentials: { kind: 'password', user: { name: chosen.user.name, domain }, password: new Secret(password) },
    scope: { kind: 'project', project: { name: chosen.tenant.name, domain } },
  };
}
