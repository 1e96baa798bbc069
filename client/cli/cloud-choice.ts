import {
  type CloudSettings,
  type Configuration,
  ConfigurationError,
  cloudFromEnvironment,
  findConfigurationFile,
  listWords,
  loadConfiguration,
  type Problem,
  selectCloud,
} from '../../config/index.ts';
import type { Context } from './command.ts';
import type { OptionSpecs } from './option.ts';
import { suggestion, UsageError } from './usage-error.ts';

const GROUP = 'Clouds';

/** Which file, for commands that need nothing else of these. */
export const configOption = {
  config: {
    kind: 'text',
    value: 'FILE',
    suggest: 'file',
    describe: 'Configuration; else PUMPHOUSE_CONFIG, ./pumphouse.yaml',
    group: GROUP,
  },
} as const satisfies OptionSpecs;

/** Which cloud a command looks at. */
export const cloudOptions = {
  ...configOption,
  cloud: { kind: 'text', value: 'NAME', suggest: 'cloud', describe: 'The cloud of this name', group: GROUP },
  source: {
    kind: 'flag-or-text',
    value: 'NAME',
    suggest: 'source',
    describe: 'The source; with a name where there are several',
    group: GROUP,
  },
  target: {
    kind: 'flag-or-text',
    value: 'NAME',
    suggest: 'target',
    describe: 'The target; with a name where there are several',
    group: GROUP,
  },
  'os-cloud': {
    kind: 'text',
    value: 'NAME',
    describe: 'An entry of clouds.yaml, or envvars for OS_*; no configuration file is read',
    group: GROUP,
  },
} as const satisfies OptionSpecs;

export const CLOUD_EXCLUSIVE = [
  ['cloud', 'source', 'target', 'os-cloud'],
  ['config', 'os-cloud'],
] as const;

/** The values of {@link cloudOptions}. */
export interface CloudChoice {
  readonly config: string | undefined;
  readonly cloud: string | undefined;
  readonly source: true | string | undefined;
  readonly target: true | string | undefined;
  readonly 'os-cloud': string | undefined;
}

/** The cloud to look at: the one that was asked for, else the only source, else the only cloud. */
export function oneCloud(choice: CloudChoice, context: Context): CloudSettings {
  const given = chosen(choice, context);
  if (!('configuration' in given)) return given.cloud;
  const { sources, targets } = given.configuration;
  const candidates = sources.length > 0 ? sources : targets;
  const [only, second] = candidates;
  if (only !== undefined && second === undefined) return only;
  throw new UsageError(`several clouds are configured; choose one with --cloud: ${listWords(namesOf(candidates))}`);
}

/** The clouds to look at: the one that was asked for, else all of the configuration. */
export function allClouds(choice: CloudChoice, context: Context): readonly CloudSettings[] {
  const given = chosen(choice, context);
  if (!('configuration' in given)) return [given.cloud];
  return [...given.configuration.sources, ...given.configuration.targets];
}

/** `pumphouse.yaml`; its warnings are told. */
export function readConfiguration(config: string | undefined, { env, cwd, terminal }: Context): Configuration {
  const configuration = loadConfiguration({ env, cwd, ...(config === undefined ? {} : { path: config }) });
  for (const warning of configuration.warnings) terminal.talk(`warning: ${warning}`);
  return configuration;
}

type Given = { readonly cloud: CloudSettings } | { readonly configuration: Configuration };

function chosen(choice: CloudChoice, context: Context): Given {
  const { env, cwd } = context;
  const { cloud, source, target, 'os-cloud': osCloud } = choice;
  if (osCloud !== undefined) return { cloud: fromCloudsYaml(osCloud, context) };
  const fromFile = [cloud, source, target].some((value) => value !== undefined);
  if (!fromFile && meansEnvironment(choice, context)) return { cloud: cloudFromEnvironment(env, { cwd }) };
  const configuration = readConfiguration(choice.config, context);
  if (cloud !== undefined) return { cloud: named(configuration, cloud) };
  for (const [role, asked] of [
    ['source', source],
    ['target', target],
  ] as const)
    if (asked !== undefined) return { cloud: selectCloud(configuration, role, asked === true ? undefined : asked) };
  return { configuration };
}

/** `--os-cloud` is OS_CLOUD by another way: what is wrong with it is told of the option. */
function fromCloudsYaml(name: string, { env, cwd }: Context): CloudSettings {
  try {
    return cloudFromEnvironment({ ...env, OS_CLOUD: name }, { cwd });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const isName = ({ keyPath, line }: Problem) => keyPath === 'OS_CLOUD' && line === undefined;
    throw new ConfigurationError(
      error.problems.map((problem) => (isName(problem) ? { ...problem, file: '--os-cloud', keyPath: '' } : problem)),
    );
  }
}

/** Nothing says where the configuration is, nothing is where it usually is, and OS_* names or describes a cloud. */
function meansEnvironment({ config }: CloudChoice, { env, cwd }: Context): boolean {
  if (config !== undefined || env.PUMPHOUSE_CONFIG || !(env.OS_CLOUD || env.OS_AUTH_URL)) return false;
  try {
    findConfigurationFile(undefined, env, cwd);
    return false;
  } catch (error) {
    if (error instanceof ConfigurationError) return true;
    throw error;
  }
}

function named({ sources, targets }: Configuration, name: string): CloudSettings {
  const clouds = [...sources, ...targets];
  const found = clouds.find((cloud) => cloud.name === name);
  if (found !== undefined) return found;
  const names = namesOf(clouds);
  const hint = suggestion(name, names) || `; it is one of ${listWords(names)}`;
  throw new UsageError(`--cloud ${JSON.stringify(name)} is not configured${hint}`);
}

function namesOf(clouds: readonly CloudSettings[]): readonly string[] {
  return clouds.map((cloud) => cloud.name);
}
