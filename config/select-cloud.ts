import type { CloudRole, CloudSettings } from './cloud-settings.ts';
import type { Configuration } from './configuration.ts';
import { didYouMean, listWords } from './did-you-mean.ts';
import { ConfigurationError } from './problems.ts';

/** The source or target of a run: by name, or the only one. Throws {@link ConfigurationError} that lists the names. */
export function selectCloud(configuration: Configuration, role: CloudRole, name?: string): CloudSettings {
  const clouds = role === 'source' ? configuration.sources : configuration.targets;
  const names = clouds.map((cloud) => cloud.name);
  const fail = (message: string, hint?: string): ConfigurationError =>
    new ConfigurationError([
      { file: configuration.file, keyPath: role, message, ...(hint === undefined ? {} : { hint }) },
    ]);
  const [only, second] = clouds;
  if (only === undefined) throw fail(`no ${role} cloud is configured`, `add it to ${role}`);
  if (name === undefined) {
    if (second === undefined) return only;
    throw fail(
      `there are several: ${listWords(names, 'and')}`,
      `choose with --${role} NAME (needed only when several)`,
    );
  }
  const found = clouds.find((cloud) => cloud.name === name);
  if (found !== undefined) return found;
  throw fail(`"${name}" is not one of ${listWords(names, 'and')}`, didYouMean(name, names));
}
