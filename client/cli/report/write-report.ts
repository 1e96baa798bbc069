import { shellWord } from '../../../planning/finalize-command.ts';
import { counted, sizeText } from '../../../planning/quantities.ts';
import { isRejectedPlan } from '../../../planning/rejected-plan.ts';
import type { GateRecord, HostProgress, RunOutcome, RunResult } from '../../../workflows/run-report.ts';
import type { MigrationReport } from '../../merged-report.ts';
import type { ExitCode } from '../command.ts';
import { columnsNamed } from '../output/column.ts';
import { writeList } from '../output/list.ts';
import type { OutputSettings } from '../output/settings.ts';
import { durationText } from '../progress/amounts.ts';
import { totalsOf } from '../progress/run-totals.ts';
import type { Terminal } from '../terminal.ts';
import { fidelityLines } from './fidelity-lines.ts';
import { HOST_COLUMNS } from './host-columns.ts';
import { REPORT_COLUMNS } from './report-columns.ts';

/** With less room than this a table has no ids: each would be broken or push the rest out of sight. */
const ROOM_FOR_IDS = 110;

/** Writes what became of everything: data on stdout, the rest on stderr. */
export async function writeReport(
  { outcomes, notes, progress: { host } }: MigrationReport,
  settings: OutputSettings,
  terminal: Terminal,
): Promise<void> {
  if (host !== undefined) return writeSteps(host, settings, terminal);
  const columns = isNarrow(settings, terminal)
    ? REPORT_COLUMNS.filter(({ key }) => key !== 'target_id' || settings.column.length > 0)
    : REPORT_COLUMNS;
  await writeList(terminal, columns, outcomes, settings);
  if (settings.format === 'table' && settings.column.length === 0)
    for (const line of fidelityLines(
      outcomes.flatMap(({ type, name, id, fidelity }) =>
        fidelity === undefined ? [] : { type, name: name || id, fidelity },
      ),
    ))
      await terminal.write(`${line}\n`);
  for (const note of notes) terminal.talk(`note: ${note}`);
  await terminal.flush();
}

async function writeSteps(
  { steps, machine }: HostProgress,
  settings: OutputSettings,
  terminal: Terminal,
): Promise<void> {
  await writeList(terminal, HOST_COLUMNS, steps, settings);
  if (settings.format === 'table') for (const [what, how] of Object.entries(machine)) terminal.talk(`${what}: ${how}`);
  await terminal.flush();
}

function isNarrow(settings: OutputSettings, { columns }: Terminal): boolean {
  const width = settings['max-width'] ?? columns;
  columnsNamed(REPORT_COLUMNS, settings.column);
  return settings.format === 'table' && width !== undefined && width < ROOM_FOR_IDS;
}

const OUTCOMES: Readonly<Record<RunOutcome, string>> = {
  done: 'done',
  partly: 'partly done',
  compensated: 'undone, as it was before',
  'nothing-to-do': 'nothing to do: everything was moved before',
  left: 'ended by a person where there is no way back: the machine is as told above',
};

const DONE: Readonly<Partial<Record<RunResult['kind'], string>>> = {
  'migrate-tenant': 'done',
  'migrate-resources': 'done',
  rollback: 'taken back',
  finalize: 'deleted',
  'evacuate-host': 'moved',
};

/** How a run ended, for a person; `told`: what that person has read already. */
export function* resultLines(result: RunResult, told: ReadonlySet<string> = new Set()): Generator<string> {
  const { what, outcome, startedAt, endedAt, copiedBytes, gates, notes, error } = result;
  const took = durationText(Date.parse(endedAt) - Date.parse(startedAt));
  const { done, failed, skipped } = totalsOf(result);
  const isUndone = outcome === 'compensated';
  const verb = DONE[result.kind];
  const counts = [
    ...(isUndone || outcome === 'nothing-to-do' || verb === undefined ? [] : [`${done} ${verb}`]),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 && !isUndone ? [`${skipped} ${result.kind === 'rollback' ? 'kept' : 'skipped'}`] : []),
    ...(copiedBytes > 0 && !isUndone ? [`${sizeText(copiedBytes)} copied`] : []),
    `in ${took}`,
  ];
  const isRejected = isRejectedPlan(result);
  yield `${what}: ${isRejected ? 'the plan was rejected, nothing was changed' : outcomeText(result)}; ${counts.join(', ')}`;
  if (error !== undefined && !isRejected) yield `because: ${error}`;
  for (const gate of gates) yield gateLine(gate);
  for (const note of notes) if (note !== `undone: ${error}` && !told.has(note)) yield `note: ${note}`;
  yield* keptLines(result);
}

function outcomeText({ kind, outcome, untouched }: RunResult): string {
  if (untouched === true) return 'nothing was changed';
  return kind === 'migrate-tenant' || outcome !== 'nothing-to-do' ? OUTCOMES[outcome] : 'nothing to do';
}

export function gateLine({ gate, verdict, by, at, comment, beforehand }: GateRecord): string {
  const words = { approve: 'approved', reject: 'rejected', skip: 'skipped', retry: 'retried' };
  const when = beforehand === true ? 'beforehand' : `at ${at}`;
  return `gate ${gate}: ${words[verdict]} by ${by} ${when}${comment === undefined ? '' : `: ${comment}`}`;
}

function* keptLines({ kind, what, source, sourcesKept }: RunResult): Generator<string> {
  if (sourcesKept === 0 || kind === 'finalize') return;
  const instances = `${counted(sourcesKept, 'instance')} ${sourcesKept === 1 ? 'is' : 'are'}`;
  yield `${instances} still in ${source}, stopped and locked`;
  const tenant = /^tenant (.+)$/.exec(what)?.[1];
  if (tenant === undefined) return;
  const word = shellWord(tenant);
  const [them, copies] = sourcesKept === 1 ? ['it', 'its copy'] : ['them', 'their copies'];
  yield `  pump-cloud finalize ${word}   deletes ${them}`;
  yield `  pump-cloud rollback ${word}   brings ${them} back, and removes ${copies}`;
}

export function exitCodeOf({ outcome }: Pick<RunResult, 'outcome'>): ExitCode {
  return outcome === 'done' || outcome === 'nothing-to-do' ? 0 : 1;
}
