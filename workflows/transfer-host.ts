import { isCancellation, workflowInfo } from '@temporalio/workflow';
import { Compensations, reasonOf } from './compensations.ts';
import { type CheckedController, checkController } from './controller-checklist.ts';
import { HostRun } from './host-run.ts';
import { installMachine } from './install-machine.ts';
import type { RunResult } from './run-report.ts';
import { takeOut } from './take-out.ts';
import { type Before, lookAtHost, lookAtMachine, requireEmpty, requireWhole } from './transfer-preflight.ts';
import type { TransferRequest } from './transfer-requests.ts';
import { welcomeHost } from './welcome-host.ts';

/** Takes an empty compute host from the source, and has it installed as a compute host of the target. */
export async function transferHost(request: TransferRequest): Promise<RunResult> {
  const run = new HostRun('transfer-host', request);
  return transfer(run, request.policy.roles, async () => {
    const facts = await lookAtHost(run);
    requireEmpty(run, facts);
    const machine = await lookAtMachine(run, request.policy.roles);
    requireWhole(run, machine, facts, workflowInfo().workflowId);
    return { ...machine, service: facts.service, isLast: false };
  });
}

/** Takes a controller of the source that the source can do without, and has it installed as a controller of the target. */
export async function decommissionController(request: TransferRequest): Promise<RunResult> {
  const run = new HostRun('decommission-controller', request);
  return transfer(run, request.policy.controllerRoles, async () => {
    const machine = await lookAtMachine(run, request.policy.controllerRoles);
    const checked: CheckedController | undefined = await checkController(run);
    if (checked === undefined) return undefined;
    return {
      ...machine,
      isLast: checked.isLast,
      ...(checked.service === undefined ? {} : { service: checked.service }),
    };
  });
}

type Checked = Before & { readonly isLast: boolean };

/** Until the deployment has begun everything can be taken back, and is; after it a person says what becomes of a failure. */
async function transfer(
  run: HostRun,
  roles: readonly string[],
  preflight: () => Promise<Checked | undefined>,
): Promise<RunResult> {
  const undo = new Compensations();
  let isPastReturn = false;
  try {
    const before = await preflight();
    if (before === undefined) return run.end('compensated', 'rejected', { untouched: true });
    run.enter('take-out');
    await takeOut(run, before, roles, undo, workflowInfo().workflowId);
    const installed = await installMachine(run, before, roles, undo, () => {
      isPastReturn = true;
    });
    run.enter('clean-up');
    await welcomeHost(run, before, installed, before.isLast);
    return run.end('done');
  } catch (error) {
    const why = isCancellation(error) ? 'the run was cancelled' : reasonOf(error);
    if (isPastReturn) {
      run.note('there is no way back for this machine: its disks are being written, or were');
      return run.end('left', why);
    }
    const result = await undone(run, undo, why);
    if (isCancellation(error)) throw error;
    return result;
  }
}

async function undone(run: HostRun, undo: Compensations, why: string): Promise<RunResult> {
  run.enter('compensate');
  const untouched = undo.isEmpty;
  const left = await undo.undo();
  run.note(...left);
  return run.end(left.length > 0 ? 'partly' : 'compensated', why, { untouched });
}
