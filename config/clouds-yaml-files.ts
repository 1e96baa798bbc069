import { accessSync, constants, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Environment, expandHome, reasonOf, shownPath } from './file-path.ts';
import type { Located } from './located.ts';
import { permissionWarning } from './permissions.ts';
import type { Problem } from './problems.ts';
import { readYaml } from './yaml-source.ts';

export interface Surroundings {
  readonly env: Environment;
  readonly cwd: string;
}

/** Collected while a configuration is read. */
export interface Findings {
  readonly problems: Problem[];
  readonly warnings: string[];
}

export type CloudsFile = 'clouds' | 'secure' | 'clouds-public';

const OVERRIDE: Readonly<Record<CloudsFile, string>> = {
  clouds: 'OS_CLIENT_CONFIG_FILE',
  secure: 'OS_CLIENT_SECURE_FILE',
  'clouds-public': '',
};

/** The folders that openstacksdk looks in (config/loader.py), first to last. */
export function searchFolders({ env, cwd }: Surroundings): readonly string[] {
  const home = env.SNAP_REAL_HOME || env.HOME || homedir();
  const site = (env.XDG_CONFIG_DIRS || '/etc/xdg').split(':');
  const folders = [
    cwd,
    join(env.XDG_CONFIG_HOME || join(home, '.config'), 'openstack'),
    join(home, '.config', 'openstack'),
    ...site.map((folder) => join(folder, 'openstack')),
    '/etc/openstack',
  ];
  return [...new Set(folders)];
}

function searchPath(file: CloudsFile, around: Surroundings): readonly string[] {
  const { env, cwd } = around;
  const files = searchFolders(around).flatMap((folder) =>
    ['yaml', 'yml', 'json'].map((suffix) => join(folder, `${file}.${suffix}`)),
  );
  const override = env[OVERRIDE[file]];
  const first = override ? [resolve(cwd, expandHome(override, env))] : [];
  return [...first, ...files];
}

/** The first readable file of a kind; as in openstacksdk, one that may not be read is passed over. */
export function readCloudsFile(file: CloudsFile, around: Surroundings, findings: Findings): Located | undefined {
  const path = searchPath(file, around).find(isReadable);
  if (path === undefined) return undefined;
  const shown = shownPath(path, around.cwd);
  try {
    // Paths of certificates start at the working directory, as they do for openstacksdk.
    const source = { text: readFileSync(path, 'utf8'), file: shown, directory: around.cwd };
    const root = readYaml(source, findings.problems);
    const warning = root === undefined ? undefined : permissionWarning(path, root);
    if (warning !== undefined) findings.warnings.push(warning);
    return root;
  } catch (error) {
    findings.problems.push({ file: shown, keyPath: '', message: `cannot be read: ${reasonOf(error)}` });
    return undefined;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
