import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild, sleep } from '@temporalio/workflow';
import type { ResourceRequest } from '../activities/move-request.ts';
import type { Made } from '../resources/moving/make.ts';
import { Compensations } from './compensations.ts';
import { copyVolume } from './disk-copies.ts';
import { making, ofCopy } from './move-activities.ts';
import { copyTimeMs } from './time-limits.ts';
import { makeResourceId } from './workflow-ids.ts';

export interface MakeRequest extends ResourceRequest {
  readonly name: string;
  readonly sizeBytes: number;
  readonly dataTaskQueue: string;
  readonly pass?: Pass;
}

/** `begin`: only to exist; `end`: to be completed, if it exists. See `MakeOptions`. */
export type Pass = 'begin' | 'end';

export interface MadeOnce extends Made {
  /** Bytes that were copied for it. */
  readonly sentBytes?: number;
  readonly notes?: readonly string[];
}

/** Types whose API would make a second one without a word, and those whose copying is worth a run that can be looked at. */
const IN_A_RUN_OF_THEIR_OWN: ReadonlySet<string> = new Set([
  ...['network', 'router', 'security-group', 'server-group'],
  ...['image', 'volume'],
]);

const WHAT_IS_ASKED = { begin: { incomplete: true }, end: { begun: true } } as const;

const FIRST_PAUSE_MS = 2_000;
/** Another run may copy for hours: each try is nine events in the history. */
const LONGEST_PAUSE_MS = 120_000;

/**
 * Makes a resource once, also when several runs want it at the same time: the id of the child is the lock. Whoever comes second finds what
 * the first has made.
 */
export async function makeOnce(request: MakeRequest): Promise<MadeOnce> {
  const { source, target, type, id, name } = request;
  const summary = `${type} ${name || id}`;
  if (!IN_A_RUN_OF_THEIR_OWN.has(type)) return makeHere(request);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await executeChild(makeResource, {
        workflowId: makeResourceId(source, target, type, id),
        args: [request],
        staticSummary: summary,
        parentClosePolicy: 'REQUEST_CANCEL',
        cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await sleep(pauseMs, { summary: `another run makes ${summary}` });
    }
  }
}

/** One resource of the target: found, or made. */
export async function makeResource(request: MakeRequest): Promise<MadeOnce> {
  switch (request.type) {
    case 'image':
      return copyImage(request);
    case 'volume':
      return moveVolume(request);
    default:
      return makeHere(request);
  }
}

function makeHere(request: MakeRequest): Promise<MadeOnce> {
  const { source, target, run, type, id, name, pass } = request;
  const summary = `make ${type} ${name || id}`;
  const what = { source, target, run, type, id, ...(pass === undefined ? {} : WHAT_IS_ASKED[pass]) };
  return making.makeResource.executeWithOptions({ summary }, [what]);
}

function copyImage({ source, target, run, id, name, sizeBytes, dataTaskQueue }: MakeRequest): Promise<MadeOnce> {
  const copying = ofCopy(copyTimeMs(sizeBytes), dataTaskQueue);
  const summary = `copy image ${name || id}`;
  return copying.copyImage.executeWithOptions({ summary }, [{ source, target, run, type: 'image', id }]);
}

async function moveVolume({ source, target, run, id, dataTaskQueue }: MakeRequest): Promise<MadeOnce> {
  const undo = new Compensations();
  const volume = { source, target, run, type: 'volume', id } as const;
  try {
    const copied = await copyVolume({ volume, begin: (summary) => ({ summary }), dataTaskQueue }, undo);
    return { targetId: copied.targetId, made: copied.made, sentBytes: copied.sizeBytes };
  } catch (error) {
    await undo.undo();
    throw error;
  }
}
