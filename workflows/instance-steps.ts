import { ApplicationFailure, ChildWorkflowFailure, isCancellation, setCurrentDetails } from '@temporalio/workflow';
import { Compensations, failureType, reasonOf } from './compensations.ts';
import type { DiskCopy } from './disk-copies.ts';
import type { MigratedInstance, MigrateInstanceRequest } from './migrate-instance.ts';
import { takingBack } from './move-activities.ts';

/** Failure type of an instance that is as it was before, and of one that is not: a person must look. */
export const COMPENSATED = 'compensated';
export const LEFT = 'left';

/** Without this, the source's is not started again, nor is anything removed that the copy has: it may run. */
export const REMOVE_COPY = 'remove the instance of the target';

interface FailureDetails {
  readonly cause?: string;
  readonly left: readonly string[];
}

/** What began the failure of an instance's run, which says by its own type how it was left. */
export function causeOf(error: unknown): string | undefined {
  const failure = error instanceof ChildWorkflowFailure ? error.cause : error;
  if (!(failure instanceof ApplicationFailure)) return undefined;
  const [details] = (failure.details ?? []) as readonly FailureDetails[];
  return details?.cause;
}

/** Where an instance's move is, told to whoever looks. */
export interface InstanceSteps {
  readonly request: MigrateInstanceRequest;
  readonly move: { readonly source: string; readonly target: string; readonly run: string };
  readonly server: InstanceSteps['move'] & { readonly type: 'server'; readonly id: string };
  readonly notes: string[];
  /** Shows that a step begins, and gives the summary of its activity. */
  begin(step: string): { readonly summary: string };
  /** Removes what only carried the disk, in the source. That the rest stays is told, and harms nobody. */
  cleanUp(disk: DiskCopy): Promise<void>;
  /** Undoes what was done, and gives the failure that the run ends with. */
  fail(error: unknown, undo: Compensations): Promise<unknown>;
}

export function stepsOf(request: MigrateInstanceRequest): InstanceSteps {
  const { source, target, run, id, name } = request;
  const move = { source, target, run };
  const server = { ...move, type: 'server', id } as const;
  const notes: string[] = [];
  const done: string[] = [];
  const show = (now: string) => setCurrentDetails(details(request, done, now, notes));
  return {
    request,
    move,
    server,
    notes,
    begin(step) {
      show(step);
      done.push(step);
      return { summary: step };
    },
    async cleanUp({ imageId }) {
      const summary = 'remove the image of its disk from the source';
      try {
        await takingBack.removeTransferImages.executeWithOptions({ summary }, [
          { ...server, imageId, inSourceOnly: true },
        ]);
      } catch (error) {
        if (isCancellation(error)) throw error;
        notes.push(`image ${imageId} of its disk is left in ${source}: ${reasonOf(error)}`);
      }
    },
    async fail(error, undo) {
      show('undo');
      const left = [...(await undo.undo())];
      if (left.length > 0) left.push(...(await lockAsFailed(server)));
      show(left.length === 0 ? 'undone' : 'not all could be undone');
      if (isCancellation(error) && left.length === 0) return error;
      const state = left.length === 0 ? 'it is as it was before' : `IT IS NOT AS IT WAS: ${left.join('; ')}`;
      return ApplicationFailure.create({
        message: `${name || id}: ${reasonOf(error)}; ${state}`,
        type: left.length === 0 ? COMPENSATED : LEFT,
        nonRetryable: true,
        details: [detailsOf(error, left)],
      });
    },
  };
}

/** A copy that is no good must not pass for the reason to delete its source, today or weeks later. */
async function lockAsFailed(server: InstanceSteps['server']): Promise<readonly string[]> {
  const undo = new Compensations();
  const summary = 'say in its lock that its move failed';
  undo.add(summary, () => takingBack.lockAsFailed.executeWithOptions({ summary }, [server]));
  return undo.undo();
}

function detailsOf(error: unknown, left: readonly string[]): FailureDetails {
  const cause = failureType(error);
  return cause === undefined ? { left } : { cause, left };
}

/** The end of the story, shown and returned. */
export function endWith({ request }: InstanceSteps, moved: MigratedInstance): MigratedInstance {
  const { fidelity, downtimeMs, targetId } = moved;
  const lines = [
    `### ${request.name || request.id} is in **${request.target}** as \`${targetId}\``,
    `${downtimeMs === undefined ? 'It was not running.' : `It was down for ${(downtimeMs / 1000).toFixed(1)} s.`}`,
    `${fidelity.kept} attributes kept, ${fidelity.changed.length} changed, ${fidelity.lost.length} lost.`,
    ...fidelity.changed.map(({ attribute, why }) => `- changed: ${attribute}: ${why}`),
    ...fidelity.lost.map(({ attribute, why }) => `- lost: ${attribute}: ${why}`),
    `The instance in **${request.source}** stays, stopped and locked, until its deletion is approved.`,
  ];
  setCurrentDetails(lines.join('\n\n'));
  return moved;
}

function details(
  request: MigrateInstanceRequest,
  done: readonly string[],
  now: string,
  notes: readonly string[],
): string {
  const { name, id, source, target } = request;
  const lines = [
    `### ${name || 'an instance without a name'} (\`${id}\`): ${source} → ${target}`,
    done.map((step) => `- done: ${step}`).join('\n'),
    `Now: **${now}**`,
    ...notes,
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}
