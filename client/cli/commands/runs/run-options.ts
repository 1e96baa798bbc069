import { type Configuration, ConfigurationError, findConfigurationFile } from '../../../../config/index.ts';
import { configOption, readConfiguration } from '../../cloud-choice.ts';
import type { Context, ExitCode } from '../../command.ts';
import { type Connected, withTemporal } from '../../moving/temporal.ts';
import type { PositionalSpecs } from '../../option.ts';

/** Which run. */
export const runPositional = {
  run: {
    kind: 'text',
    value: 'run',
    required: true,
    describe: "The run's id, its beginning, a part of it, or its tenant's name",
  },
} as const satisfies PositionalSpecs;

export { configOption };

/** Runs are in Temporal: without a configuration the environment says where that is. */
export function atTemporal(
  config: string | undefined,
  context: Context,
  use: (connected: Connected) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withTemporal(temporalSettings(config, context), context, use);
}

function temporalSettings(config: string | undefined, context: Context): Partial<Configuration['temporal']> {
  if (config === undefined && !context.env.PUMPHOUSE_CONFIG)
    try {
      findConfigurationFile(undefined, context.env, context.cwd);
    } catch (error) {
      if (error instanceof ConfigurationError) return {};
      throw error;
    }
  return readConfiguration(config, context).temporal;
}
