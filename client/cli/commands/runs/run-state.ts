import type { RunProgress } from '../../../../workflows/run-report.ts';
import type { RunSummary } from '../../../run-list.ts';

/** What a run that has ended tells of itself by its last stage. */
const ENDED: Readonly<Record<string, string>> = {
  partly: 'partly done',
  compensated: 'undone',
  rejected: 'plan rejected',
  'nothing-to-do': 'nothing to do',
};

const STATUS: Readonly<Partial<Record<RunSummary['status'], string>>> = { 'timed-out': 'timed out' };

/** How a run stands, in a few words: `waits at gate plan`, `running: instances`, `paused: instances`, `partly done`. */
export function stateText({ status, stage, gate }: RunSummary, progress?: RunProgress): string {
  if (status === 'completed') return ENDED[stage ?? ''] ?? 'done';
  if (status !== 'running') return STATUS[status] ?? status;
  const openGate = progress === undefined ? gate : progress.gate?.name;
  if (openGate !== undefined) return `waits at gate ${openGate}`;
  const now = progress?.stage ?? stage;
  return `${progress?.paused === true ? 'paused' : 'running'}${now === undefined ? '' : `: ${now}`}`;
}

/** The beginning of a run's id, which names it as well: long ids of tenants are cut after so much as tells them apart. */
export function shortRun(workflowId: string): string {
  return workflowId.replace(/(?<=\/[\da-f]{8})[\da-f-]{20,}$/, '');
}
