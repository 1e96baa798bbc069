import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CloudRole, CloudSettings } from './cloud-settings.ts';
import { CloudReader } from './clouds.ts';
import type { Findings, Surroundings } from './clouds-yaml-files.ts';
import type { Configuration } from './configuration.ts';
import { evacuationOf } from './evacuation.ts';
import { reasonOf, shownPath } from './file-path.ts';
import { findConfigurationFile } from './find-file.ts';
import { interpolate } from './interpolation.ts';
import { buildHost, buildSwitch } from './inventory-build.ts';
import { InventoryRules } from './inventory-rules.ts';
import { find, type Located, problemAt } from './located.ts';
import { checkPasswords, passwordsOf } from './passwords.ts';
import { permissionWarning } from './permissions.ts';
import { ConfigurationError } from './problems.ts';
import { outlineSchema } from './schema.ts';
import { copyOf, gatesOf, mappingsOf, policyOf, temporalOf } from './sections.ts';
import { checkTransfer, transferOf } from './transfer.ts';
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
  const root = interpolate(written, around.env, findings);
  const { value: outline, meant } = validate(outlineSchema, root, problems);
  const reader = new CloudReader(around, findings);
  const sources = readClouds('source', root, reader);
  const targets = readClouds('target', root, reader);
  new InventoryRules(root, meant, around.env, problems).check();
  checkPasswords(root, meant, problems);
  checkTransfer(root, meant, problems);
  if (!['source', 'target'].some((role) => find(root, [role])?.kind === 'list') && problems.length === 0) {
    problems.push(problemAt(root.origin, 'there is no cloud', 'give source, target or both'));
  }
  if (outline === undefined) return undefined;
  const directory = dirname(file);
  return {
    sources,
    targets,
    hosts: (outline.hosts ?? []).map((keys) => buildHost(keys, directory, around.env)),
    switches: (outline.switches ?? []).map(buildSwitch).filter((built) => built !== undefined),
    mappings: mappingsOf(outline.mappings),
    policy: policyOf(outline.policy),
    passwords: passwordsOf(outline.passwords),
    gates: gatesOf(outline.gates),
    transfer: transferOf(outline.transfer),
    evacuation: evacuationOf(outline.evacuation),
    copy: copyOf(outline.copy),
    temporal: temporalOf(outline.temporal, directory, around.env),
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
