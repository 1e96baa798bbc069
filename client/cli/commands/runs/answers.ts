import { GATES } from '../../../../planning/gates.ts';
import type { RunSummary } from '../../../run-list.ts';
import type { Answer, StartedMigration } from '../../../started-migration.ts';
import { type Command, defineCommand } from '../../command.ts';
import { signatureOptions, signed } from '../../moving/signature.ts';
import { UsageError } from '../../usage-error.ts';
import { atTemporal, configOption, runPositional } from './run-options.ts';

interface GateCommand {
  readonly name: 'approve' | 'reject' | 'skip' | 'retry';
  readonly summary: string;
  readonly done: string;
}

/** Their gates switch machines off, and have disks written. */
const OF_MACHINES: ReadonlySet<string> = new Set(['transfer-host', 'transfer-hosts', 'decommission-controller']);

/** Answers the open gate of a run; a gate's name that is not the open one is refused. */
function gateCommand({ name, summary, done }: GateCommand): Command {
  return defineCommand({
    name,
    summary,
    details: 'With the name of a gate only if that is the open one. Who answers, when and why is recorded in the run.',
    positionals: {
      ...runPositional,
      gate: { kind: 'choice', value: 'gate', choices: GATES, describe: 'The gate that is meant' },
    },
    options: { ...signatureOptions, ...configOption },
    examples: [
      { line: `pump-runs ${name} acme`, says: 'The gate that is open in the run of tenant acme' },
      {
        line: `pump-runs ${name} acme delete-source --by ann --comment CHG-1234`,
        says: 'Only that gate, and on record',
      },
    ],
    run(values, context) {
      return atTemporal(values.config, context, async ({ pumphouse }) => {
        const run = await pumphouse.run(values.run);
        requireMeant(await run.summary(), values.run, name, values.gate);
        const answer = signed(values);
        await run[name](answer, values.gate);
        context.terminal.talk(`run ${run.workflowId} is told by ${answer.by}: ${done}`);
        return 0;
      });
    },
  });
}

/** What cannot be taken back is not done by a part of a name, nor at whatever gate is open by then. */
function requireMeant(
  { workflowId, tenant, host, kind }: RunSummary,
  word: string,
  name: GateCommand['name'],
  gate: string | undefined,
): void {
  if (!workflowId.startsWith(word) && tenant !== word && host !== word)
    throw new UsageError(
      `${JSON.stringify(word)} is only a part of run ${workflowId}: give its host, its tenant, or the run`,
    );
  if (name === 'approve' && gate === undefined && OF_MACHINES.has(kind))
    throw new UsageError(`name the gate that is meant: pump-runs show ${workflowId} tells which is open`);
}

interface TellCommand {
  readonly name: 'pause' | 'resume' | 'cancel';
  readonly summary: string;
  readonly done: string;
  tell(run: StartedMigration, answer: Answer): Promise<void>;
}

function tellCommand({ name, summary, done, tell }: TellCommand): Command {
  return defineCommand({
    name,
    summary,
    positionals: runPositional,
    options: { ...signatureOptions, ...configOption },
    examples: [{ line: `pump-runs ${name} acme`, says: 'The run of tenant acme' }],
    run(values, context) {
      return atTemporal(values.config, context, async ({ pumphouse }) => {
        const run = await pumphouse.run(values.run);
        await tell(run, signed(values));
        context.terminal.talk(`run ${run.workflowId} is told: ${done}`);
        return 0;
      });
    },
  });
}

export const answerCommands: readonly Command[] = [
  gateCommand({ name: 'approve', summary: 'Pass the gate at which a run waits', done: 'the gate is passed' }),
  gateCommand({
    name: 'reject',
    summary: 'Answer no at the gate: what the run has done is undone',
    done: 'no; what it has done, if anything, is undone',
  }),
  gateCommand({
    name: 'skip',
    summary: 'At delete-source: keep the sources, stopped and locked, and end the run',
    done: 'the sources are kept',
  }),
  gateCommand({
    name: 'retry',
    summary: 'At delete-source, after failures: plan again, and move what was not moved',
    done: 'what was not moved is planned and moved again',
  }),
  tellCommand({
    name: 'pause',
    summary: 'Begin nothing new; what is under way ends',
    done: 'nothing new is begun until pump-runs resume',
    tell: (run, answer) => run.pause(answer),
  }),
  tellCommand({
    name: 'resume',
    summary: 'Go on after a pause',
    done: 'go on',
    tell: (run, answer) => run.resume(answer),
  }),
  tellCommand({
    name: 'cancel',
    summary: 'Undo what a run has done, and end it',
    done: 'what it has done is undone, then it ends; pump-runs watch shows it',
    tell: (run) => run.cancel(),
  }),
];
