import { resolve } from 'node:path';
import type { Configuration } from '../../../config/index.ts';
import type { MovePolicy } from '../../../planning/policy.ts';
import type { GateName } from '../../../workflows/run-messages.ts';
import type { MigrateOptions } from '../../migrate-options.ts';
import type { Context, ExitCode } from '../command.ts';
import type { NamedSelection } from '../plan/move-selection.ts';
import type { FollowChoice, MoveChoice } from './move-options.ts';
import { openPasswordList, type PasswordList } from './password-list.ts';
import { seeThrough } from './see-through.ts';
import { signed } from './signature.ts';
import { withTemporal } from './temporal.ts';

export interface Work {
  readonly source: string;
  readonly target: string;
  readonly configuration: Configuration;
  readonly policy: MovePolicy;
  readonly selections: readonly NamedSelection[];
}

/** Starts a run for each selection, or joins those that are under way, and follows them to their ends. */
export async function carryOut(work: Work, values: MoveChoice, context: Context): Promise<ExitCode> {
  return withTemporal(work.configuration.temporal, context, async (connected) => {
    const passwords = await passwordList(work, values, context);
    try {
      const runs = [];
      for (const selection of work.selections) {
        const keepSource = values['keep-source'];
        runs.push(await connected.pumphouse.migrate({ ...requestFor(work, selection, values), keepSource }));
      }
      const code = await seeThrough(runs, values, connected, context);
      const reports = passwords === undefined ? [] : await Promise.all(runs.map((run) => run.report()));
      await passwords?.write(reports.flatMap(({ outcomes }) => outcomes));
      return code;
    } finally {
      await passwords?.close();
    }
  });
}

async function passwordList(
  { configuration, target: name }: Work,
  { passwords: file }: MoveChoice,
  context: Context,
): Promise<PasswordList | undefined> {
  const target = configuration.targets.find((cloud) => cloud.name === name);
  if (file === undefined || target === undefined) return undefined;
  return openPasswordList(resolve(context.cwd, file), target, configuration, context);
}

/** What a run is started with. */
export function requestFor(
  { source, target, configuration, policy }: Omit<Work, 'selections'>,
  named: NamedSelection,
  values: Pick<FollowChoice, 'approve' | 'by' | 'comment'>,
): Omit<MigrateOptions, 'keepSource'> {
  const approval = signed(values);
  const approved = Object.fromEntries(
    values.approve.map((gate) => [gate, approval]),
  ) as MigrateOptions['approved'] & {};
  return { source, target, ...named, policy, gates: gatesOf(configuration), approved };
}

/** Of the gates that the file may name, those that a migration has. */
function gatesOf({ gates }: Configuration): NonNullable<MigrateOptions['gates']> {
  const names = ['plan', 'delete-source'] as const satisfies readonly GateName[];
  return Object.fromEntries(names.flatMap((name) => (gates[name] === undefined ? [] : [[name, gates[name]]])));
}
