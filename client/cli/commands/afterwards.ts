import { type Command, defineCommand } from '../command.ts';
import { type Afterwards, endMigration } from '../moving/afterwards.ts';
import { checkReportOutput } from '../moving/move-options.ts';
import { signatureOptions } from '../moving/signature.ts';
import { listOptions } from '../output/settings.ts';
import { pairOptions } from '../plan/cloud-pair.ts';
import { REPORT_COLUMNS } from '../report/report-columns.ts';

interface Words {
  readonly summary: string;
  readonly details: string;
  readonly script: string;
}

const WORDS: Readonly<Record<Afterwards, Words>> = {
  finalize: {
    summary: 'Delete in the source what was moved and kept there: no way back',
    details:
      'Only instances that carry the mark of their copy, each after a last look at the copy. A run that waits at its gate delete-source is approved; ' +
      'otherwise a run of its own does it.',
    script: 'Without being asked, recorded as the change board',
  },
  rollback: {
    summary: 'Bring back what was moved and not finalized',
    details:
      'Instances are brought back in the source as they were before the move, then their copies are removed, and what was moved for the tenant and ' +
      'nobody else uses by now. What was written on the copies since is lost. What stays is named, and why. A run that waits at a gate is rejected, ' +
      'which undoes it; otherwise a run of its own does it.',
    script: 'Without being asked, and why',
  },
};

function afterwardsCommand(kind: Afterwards): Command {
  const { summary, details, script } = WORDS[kind];
  return defineCommand({
    name: kind,
    summary,
    details: `${details} Says what will be done, and asks.`,
    positionals: { tenant: { kind: 'text', value: 'tenant', required: true, describe: 'A tenant, by name or id' } },
    options: {
      'dry-run': { kind: 'flag', describe: 'Say what would be done, and change nothing' },
      yes: { kind: 'flag', short: 'y', describe: 'Do not ask' },
      detach: { kind: 'flag', describe: "Print the run's id and do not wait for its end" },
      'no-wait': { kind: 'flag', describe: 'Do not wait at a gate: say how it is answered, and end with 3' },
      ...signatureOptions,
      ...pairOptions,
      ...listOptions,
    },
    exclusive: [
      ['dry-run', 'detach', 'no-wait'],
      ['dry-run', 'yes'],
    ],
    columns: REPORT_COLUMNS.map(({ key }) => key),
    examples: [
      { line: `pump-cloud ${kind} acme`, says: 'Tells what will be done, and asks' },
      { line: `pump-cloud ${kind} acme --yes --by change-board --comment CHG-1234`, says: script },
    ],
    check(values) {
      checkReportOutput({ ...values, long: false });
    },
    run(values, context) {
      return endMigration(kind, { ...values, long: false }, context);
    },
  });
}

export const finalizeCommand = afterwardsCommand('finalize');
export const rollbackCommand = afterwardsCommand('rollback');
