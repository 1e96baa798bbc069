import type { ControllerFacts, ServiceState } from '../activities/hardware-activities.ts';
import type { HostRun } from './host-run.ts';
import { looking } from './transfer-activities.ts';
import { lookAtHost, refuse, requireEmpty } from './transfer-preflight.ts';

const SHOWN = 10;

/** What only controllers run. Agents and computes are elsewhere too, and say nothing of how many controllers are left. */
const CONTROL = /^(nova-(conductor|scheduler|consoleauth|cert)|cinder-scheduler)$/;

export interface CheckedController {
  /** Of nova-compute, where it runs one. */
  readonly service?: ServiceState;
  /** After it the source has no API any more. */
  readonly isLast: boolean;
}

/**
 * What must be so before a controller of the source is switched off: what is left of the source can do without it, or a person has
 * said at the gate `source-not-empty` that it need not. Undefined when that was rejected.
 */
export async function checkController(run: HostRun): Promise<CheckedController | undefined> {
  const { source: cloud, host, policy } = run.request;
  const facts = await run.step(
    `look at ${host} in ${cloud}`,
    (summary) => looking.inspectController.executeWithOptions(summary, [{ cloud, host }]),
    ({ services }) => (services.length === 0 ? 'no services' : services.join(', ')),
  );
  if (facts.services.length === 0)
    refuse([`${cloud} knows no service and no agent of ${host}: is it a controller, and is that its name there?`]);
  const compute = facts.services.includes('nova-compute') ? await lookAtHost(run) : undefined;
  if (compute !== undefined) requireEmpty(run, compute);
  const remaining = Object.entries(facts.remaining).filter(([kind]) => CONTROL.test(kind));
  if (remaining.length === 0) refuse([`${host} runs none of the services of a controller: transfer it with pump-host`]);
  const isLast = remaining.every(([, count]) => count === 0);
  if (!isLast) requireQuorum(run, remaining, policy.controllersLeft);
  const left = leftIn(facts);
  if (isLast && left.length > 0 && !(await run.ask('source-not-empty', emptyQuestion(run, left)))) return undefined;
  if (isLast) run.note(`${host} is the last controller of ${cloud}: after it ${cloud} has no API any more`);
  return { isLast, ...(compute === undefined ? {} : { service: compute.service }) };
}

/** Galera, RabbitMQ and Pacemaker stop when half of them or fewer are left; which runs where only the policy knows. */
function requireQuorum(
  { request: { host } }: HostRun,
  remaining: readonly (readonly [string, number])[],
  least: number | undefined,
): void {
  const short = remaining.filter(([, count]) => count < (least ?? moreThanHalf(count + 1)));
  if (short.length === 0) return;
  const kinds = short.map(([kind, count]) => `${kind} on ${count}`).join(', ');
  const wanted = least === undefined ? 'more than half of the controllers' : `${least} controllers`;
  refuse([
    `without ${host} too few controllers are left (${kinds} others); ${wanted} must be: say transfer.controllers_left where fewer will do`,
  ]);
}

function moreThanHalf(count: number): number {
  return Math.floor(count / 2) + 1;
}

function leftIn({ computes, instanceCount }: ControllerFacts): readonly string[] {
  const shown = computes.slice(0, SHOWN).join(', ');
  const more = computes.length > SHOWN ? ` and ${computes.length - SHOWN} more` : '';
  return [
    ...(instanceCount === 0 ? [] : [`${instanceCount} instances`]),
    ...(computes.length === 0 ? [] : [`${computes.length} enabled compute hosts: ${shown}${more}`]),
  ];
}

function emptyQuestion({ request: { source, host } }: HostRun, left: readonly string[]): string {
  return [
    `${host} is the last controller of ${source}, and ${source} is not empty:`,
    ...left.map((line) => `- ${line}`),
    'What runs there goes on without an API: nobody can see, stop or move it with OpenStack any more.',
    '- approve: take the controller all the same',
    '- reject: change nothing, and end',
  ].join('\n');
}
