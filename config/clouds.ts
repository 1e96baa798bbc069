import { buildCloud } from './cloud-build.ts';
import { canonicalEntry, layOver } from './cloud-layers.ts';
import { type CloudUnderCheck, checkCloudRules } from './cloud-rules.ts';
import { cloudSchema } from './cloud-schema.ts';
import type { CloudRole, CloudSettings } from './cloud-settings.ts';
import { CloudsYaml } from './clouds-yaml.ts';
import type { Findings, Surroundings } from './clouds-yaml-files.ts';
import { environmentCloud, environmentCloudName, environmentRegion, variableOrigin } from './environment.ts';
import { find, type Located, type LocatedEntry, type LocatedMap, type Origin, problemAt } from './located.ts';
import { ConfigurationError, type Problem } from './problems.ts';
import { validate } from './validation.ts';

/** Turns descriptions of clouds into settings; what is wrong goes to the findings. */
export class CloudReader {
  readonly #around: Surroundings;
  readonly #findings: Findings;
  readonly #cloudsYaml: CloudsYaml;

  constructor(around: Surroundings, findings: Findings) {
    this.#around = around;
    this.#findings = findings;
    this.#cloudsYaml = new CloudsYaml(around, findings);
  }

  /** One entry of `source` or `target`. */
  fromEntry(role: CloudRole, written: Located): CloudSettings | undefined {
    const { problems } = this.#findings;
    if (written.kind !== 'map') {
      if (!problems.some(({ keyPath }) => keyPath === written.origin.keyPath))
        problems.push(problemAt(written.origin, 'must be a map with name, auth_url and so on'));
      return undefined;
    }
    const entry = canonicalEntry(written, problems);
    const reference = find(entry, ['cloud']);
    if (reference?.kind !== 'scalar' || !reference.value)
      return this.#complete(role, { keys: entry, meant: new Set() });
    const region = find(entry, ['region']);
    const wanted = region?.kind === 'scalar' && region.value !== null ? region.value : undefined;
    const label = reference.interpolated ? 'that the environment names' : `"${reference.value}"`;
    const base = this.#named(reference.value, label, reference.origin, wanted);
    const named: LocatedEntry = { key: reference.origin, value: reference };
    const withName: LocatedMap = { ...entry, entries: new Map([['name', named], ...entry.entries]) };
    if (base === undefined) {
      // Whatever the cloud would have given is not known: only what stands here is checked.
      validate(cloudSchema, withName, problems);
      return undefined;
    }
    return this.#complete(role, { keys: layOver(base, withName), meant: new Set(), from: label });
  }

  /** The cloud that OS_CLOUD names, else the one that OS_* describes. */
  fromEnvironment(role: CloudRole): CloudSettings | undefined {
    const { env, cwd } = this.#around;
    const name = env.OS_CLOUD || environmentCloudName(env);
    const asked = variableOrigin(env.OS_CLOUD ? 'OS_CLOUD' : '', cwd);
    const base = this.#named(name, `"${name}"`, asked, env.OS_REGION_NAME || undefined);
    if (base === undefined) return undefined;
    const value = { kind: 'scalar', value: name, origin: asked, interpolated: false } as const;
    const top = layOver(environmentRegion(env, cwd), {
      kind: 'map',
      entries: new Map([['name', { key: asked, value }]]),
      origin: asked,
    });
    const nameOf = (key: string): string => `OS_${key.toUpperCase()}`;
    return this.#complete(role, { keys: layOver(base, top), meant: new Set(), nameOf });
  }

  #named(name: string, label: string, asked: Origin, region: string | undefined): LocatedMap | undefined {
    const { env, cwd } = this.#around;
    if (name !== environmentCloudName(env)) return this.#cloudsYaml.cloud(name, label, asked, region);
    if (this.#cloudsYaml.has(name)) {
      const hint = 'give the other one another name with OS_CLOUD_NAME';
      this.#findings.problems.push(
        problemAt(asked, `the cloud ${label} is in clouds.yaml and also the OS_* environment`, hint),
      );
      return undefined;
    }
    const cloud = environmentCloud(env, cwd);
    if (cloud === undefined) {
      const hint = 'set OS_AUTH_URL and the others, or OS_CLOUD';
      this.#findings.problems.push(problemAt(asked, 'the OS_* environment describes no cloud', hint));
    }
    return cloud;
  }

  #complete(role: CloudRole, cloud: CloudUnderCheck): CloudSettings | undefined {
    const { problems } = this.#findings;
    const before = problems.length;
    const keys = narrowed(cloud.keys);
    const { value, meant } = validate(cloudSchema, keys, problems);
    checkCloudRules({ ...cloud, keys, meant }, problems);
    if (value === undefined || problems.length > before) return undefined;
    return buildCloud(role, value, keys, this.#around.env, this.#findings);
  }
}

/** With `auth_type`, only the credentials of that type count. */
function narrowed(keys: LocatedMap): LocatedMap {
  const type = find(keys, ['auth_type']);
  if (type?.kind !== 'scalar') return keys;
  const unused = (key: string): boolean => {
    switch (type.value) {
      case 'password':
      case 'v2password':
      case 'v3password':
        return key === 'token' || key.startsWith('application_credential');
      case 'token':
      case 'v2token':
      case 'v3token':
        return key === 'password' || key.startsWith('application_credential');
      case 'v3applicationcredential':
        return key === 'password' || key === 'token';
      default:
        return false;
    }
  };
  return { ...keys, entries: new Map([...keys.entries].filter(([key]) => !unused(key))) };
}

/**
 * The cloud of the environment, for a command that needs no `pumphouse.yaml`: the entry of clouds.yaml that OS_CLOUD
 * names, else what OS_AUTH_URL, OS_USERNAME and so on say. Throws {@link ConfigurationError} with all that is wrong.
 */
export function cloudFromEnvironment(
  env: Surroundings['env'],
  { role = 'source', cwd = process.cwd() }: { readonly role?: CloudRole; readonly cwd?: string } = {},
): CloudSettings {
  const problems: Problem[] = [];
  const cloud = new CloudReader({ env, cwd }, { problems, warnings: [] }).fromEnvironment(role);
  if (cloud === undefined || problems.length > 0) throw new ConfigurationError(problems);
  return cloud;
}
