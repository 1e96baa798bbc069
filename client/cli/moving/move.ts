import { movePolicy } from '../../../planning/policy-defaults.ts';
import type { Reader } from '../../../resources/reader.ts';
import type { Context, ExitCode } from '../command.ts';
import { look } from '../look.ts';
import { cloudPair } from '../plan/cloud-pair.ts';
import type { NamedSelection } from '../plan/move-selection.ts';
import { showPlan } from '../plan/show-plan.ts';
import type { MoveChoice } from './move-options.ts';

/**
 * What the moving commands do: names become ids of the source, then it is planned (`--dry-run`) or moved, each selection by a run of
 * its own.
 */
export async function move(
  given: MoveChoice,
  context: Context,
  resolve: (source: Reader) => Promise<readonly NamedSelection[]>,
): Promise<ExitCode> {
  const values: MoveChoice = given.yes ? { ...given, approve: [...given.approve, 'plan'] } : given;
  const { source, target, configuration } = cloudPair(values, context);
  const { policy: configured, mappings, passwords } = configuration;
  const { strategy } = values;
  const policy = movePolicy(
    strategy === undefined ? configured : { ...configured, server: { ...configured.server, strategy } },
  );
  const selections = await look(source, context, resolve);
  if (values['dry-run']) {
    const codes: ExitCode[] = [];
    for (const choice of selections)
      codes.push(await showPlan({ source, target, mappings, passwords, policy, choice, output: values }, context));
    return codes.find((code) => code !== 0) ?? 0;
  }
  // The SDK takes its time to load: no other command waits for it.
  const { carryOut } = await import('./carry-out.ts');
  return carryOut({ source: source.name, target: target.name, configuration, policy, selections }, values, context);
}
