import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { GateName } from '../planning/gates.ts';
import type { PlanSummary } from '../planning/plan.ts';
import type { RunProgress, RunReport } from './run-report.ts';

export type { GateName };

export type GateVerdict = 'approve' | 'reject' | 'skip' | 'retry';

/**
 * What an answer to a gate carries. Operators sign with the CLI: `--input '{"gate":"plan","by":"ann","comment":"as discussed"}'`;
 * a gate's name alone (`--input '"plan"'`) does as well.
 */
export interface GateAnswer {
  /** Absent: the gate that is open now. */
  readonly gate?: string;
  readonly by?: string;
  readonly comment?: string;
}

/** The gate is passed. */
export const approveSignal = defineSignal<[answer?: GateAnswer | string]>('approve');
/** What the run has done is undone. */
export const rejectSignal = defineSignal<[answer?: GateAnswer | string]>('reject');
/** At `delete-source`: the sources are kept, stopped and locked, and the run ends. At `park`: the step that failed counts as done. */
export const skipSignal = defineSignal<[answer?: GateAnswer | string]>('skip');
/** Nothing new is begun; what is under way ends. */
export const pauseSignal = defineSignal<[answer?: GateAnswer | string]>('pause');
export const resumeSignal = defineSignal<[answer?: GateAnswer | string]>('resume');
/** At `delete-source`, after failures: plan again and move what was not moved, before the gate is asked again. At `park`: the step again. */
export const retrySignal = defineSignal<[answer?: GateAnswer | string]>('retry');

export const progressQuery = defineQuery<RunProgress>('progress');
/** Undefined until the plan is made. */
export const planQuery = defineQuery<PlanSummary | undefined>('plan');
/** A page of outcomes, and what the run is as a whole. */
export const reportQuery = defineQuery<RunReport, [page?: ReportPage]>('report');

export interface ReportPage {
  readonly offset: number;
  readonly limit: number;
}
