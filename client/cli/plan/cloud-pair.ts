import { type CloudSettings, type Configuration, selectCloud } from '../../../config/index.ts';
import { configOption, readConfiguration } from '../cloud-choice.ts';
import type { Context } from '../command.ts';
import type { OptionSpecs } from '../option.ts';

const GROUP = 'Clouds';

/** From which cloud to which. */
export const pairOptions = {
  ...configOption,
  source: {
    kind: 'text',
    value: 'NAME',
    suggest: 'source',
    describe: 'The source, where there are several',
    group: GROUP,
  },
  target: {
    kind: 'text',
    value: 'NAME',
    suggest: 'target',
    describe: 'The target, where there are several',
    group: GROUP,
  },
} as const satisfies OptionSpecs;

/** The values of {@link pairOptions}. */
export interface PairChoice {
  readonly config: string | undefined;
  readonly source: string | undefined;
  readonly target: string | undefined;
}

export interface CloudPair {
  readonly source: CloudSettings;
  readonly target: CloudSettings;
  readonly configuration: Configuration;
}

export function cloudPair({ config, source, target }: PairChoice, context: Context): CloudPair {
  const configuration = readConfiguration(config, context);
  return {
    source: selectCloud(configuration, 'source', source),
    target: selectCloud(configuration, 'target', target),
    configuration,
  };
}
