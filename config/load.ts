import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CloudRole, CloudSettings } from './cloud-settings.ts';
import { CloudReader } from './clouds.ts';
import type { Findings, Surroundings } from './clouds-yaml-files.ts';
import type { Configuration } from './configuration.ts';
import { findConfigurationFile } from './find-file.ts';
import { interpolate, reasonOf } from './interpolation.ts';
import { InventoryReader } from './inventory.ts';
import { find, follow, type Located, problemAt } from './located.ts';
import { permissionWarning } from './permissions.ts';
import { ConfigurationError } from './problems.ts';
import { outlineSchema } from './schema.ts';
import { gatesOf, mappingsOf, policyOf, temporalOf } from './sections.ts';
import { shownPath } from './shown-path.ts';
import { validate } from './validation.ts';
import { readYaml } from './yaml-source.ts';

export interface LoadOptions extends Partial<Surroundings> {
  /** What `--config` said. Default: PUMPHOUSE_CONFIG, ./pumphouse.yaml, the user's, the machine's. */
  readonly path?: string;
}

/** Reads and checks `pumphouse.yaml`. Throws {@link ConfigurationError} with all that is wrong. */
export function loadConfiguration({ path, env = process.env, cwd = process.cwd() }: LoadOptions = {}): Configuration {
  const file = findConfigurationFile(path, env, cwd);
  const findings: Findings = { problems: [], warnings: [] };
  const configuration = readConfiguration(file, { env, cwd }, findings);
  if (configuration === undefined || findings.problems.length > 0) throw new ConfigurationError(findings.problems);
  return configuration;
}

function readConfiguration(file: string, around: Surroundings, findings: Findings): Configuration | undefined {
  const { problems, warnings } = findings;
  const written = readRoot(file, around.cwd, findings);
  if (written === undefined) return undefined;
  const root = interpolate(written, around.env, problems);
  const { value: outline } = validate(outlineSchema, root, problems);
  const reader = new CloudReader(around, findings);
  const sources = readClouds('source', root, reader);
  const targets = readClouds('target', root, reader);
  const inventory = new InventoryReader(root, around.env, problems);
  const cloudNames = (['source', 'target'] as const).flatMap((role) => namesOf(role, root));
  inventory.unique(cloudNames);
  if (cloudNames.length === 0 && problems.length === 0) {
    problems.push(problemAt(root.origin, 'there is no cloud', 'give source, target or both'));
  }
  if (outline === undefined) return undefined;
  const switches = inventory.switches(outline.switches ?? []);
  const switchNames = (outline.switches ?? []).map(({ name }) => name);
  return {
    sources,
    targets,
    hosts: inventory.hosts(outline.hosts ?? [], switchNames),
    switches,
    mappings: mappingsOf(outline.mappings),
    policy: policyOf(outline.policy),
    gates: gatesOf(outline.gates),
    temporal: temporalOf(outline.temporal, dirname(file), around.env),
    file,
    warnings,
  };
}

function readRoot(path: string, cwd: string, { problems, warnings }: Findings): Located | undefined {
  const file = shownPath(path, cwd);
  const wrong = (message: string, hint?: string): undefined => {
    problems.push({ file, keyPath: '', message, ...(hint === undefined ? {} : { hint }) });
  };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return wrong(`cannot be read: ${reasonOf(error)}`);
  }
  const root = readYaml({ text, file, directory: dirname(path) }, problems);
  if (root === undefined || (root.kind === 'scalar' && root.value === null)) {
    return problems.length > 0 ? undefined : wrong('the file is empty', 'give source, target or both');
  }
  const warning = permissionWarning(path, root);
  if (warning !== undefined) warnings.push(warning);
  return root;
}

function readClouds(role: CloudRole, root: Located, reader: CloudReader): CloudSettings[] {
  const list = find(root, [role]);
  if (list?.kind !== 'list') return [];
  return list.items.map((item) => reader.fromEntry(role, item)).filter((cloud) => cloud !== undefined);
}

/** The name of each cloud where it stands, as far as it can be told. */
function namesOf(role: CloudRole, root: Located): { text: string; path: (string | number)[] }[] {
  const list = find(root, [role]);
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item, index) => {
    const key = find(item, ['name']) === undefined ? 'cloud' : 'name';
    const { node, rest } = follow(item, [key]);
    const text = rest.length === 0 && node.kind === 'scalar' ? node.value : null;
    return text ? [{ text, path: [role, index, key] }] : [];
  });
}
