import type { GateVerdict } from '../workflows/run-messages.ts';
import type { OpenGate } from '../workflows/run-report.ts';

/** Whether an open gate can be answered so: its commands say what it takes. */
export function takes({ answers }: Pick<OpenGate, 'answers'>, verdict: GateVerdict): boolean {
  return answers.some((command) => command.startsWith(`pump-runs ${verdict} `));
}
