import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineUpdate,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { HolderActivities } from '../activities/claim-activities.ts';
import type { Place } from '../activities/place-activities.ts';
import { withOne } from './claimed-resources.ts';

export interface EnterRequest {
  /** A workflow id. */
  readonly holder: string;
  readonly places: readonly Place[];
}

export interface PlacesState {
  readonly inside: Readonly<Record<string, readonly string[]>>;
}

export const enterUpdate = defineUpdate<void, [EnterRequest]>('enter');
export const leaveUpdate = defineUpdate<void, [{ readonly holder: string }]>('leave');

const { endedRuns } = proxyActivities<HolderActivities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1s', maximumInterval: '5 minutes' },
});

const IDLE = '10 seconds';
const BETWEEN_LOOKS = '10 minutes';
/** Failure type: it is full for now. */
const FULL = 'full';

/**
 * How many instances are under way between two clouds, in all and away from each host, whichever runs they belong to. Ends when there are none.
 * One whose run was terminated has no place: that is looked up from time to time.
 */
export async function places(state: PlacesState = { inside: {} }): Promise<void> {
  const inside = new Map(Object.entries(state.inside));
  const show = () => setCurrentDetails(detailsOf(inside));
  const leave = (holder: string) => {
    for (const [key, holders] of [...inside]) {
      const left = holders.filter((other) => other !== holder);
      if (left.length === 0) inside.delete(key);
      else inside.set(key, left);
    }
    show();
  };
  // In all of them or in none; once more is the same. What the validator refuses is in no history.
  const enter = (request: EnterRequest) => {
    requireRoom(inside, request);
    for (const { key } of request.places) inside.set(key, withOne(inside.get(key) ?? [], request.holder));
    show();
  };
  setHandler(enterUpdate, enter, { validator: (request) => requireRoom(inside, request) });
  setHandler(leaveUpdate, ({ holder }) => leave(holder));

  const isIdle = () => inside.size === 0 && allHandlersFinished();
  const isLong = () => workflowInfo().continueAsNewSuggested && allHandlersFinished();
  for (;;) {
    const isDue = !(await condition(() => isIdle() || isLong(), BETWEEN_LOOKS, { summary: 'until there are none' }));
    if (isIdle()) {
      if (!(await condition(() => !isIdle(), IDLE, { summary: 'there are none' }))) return;
      continue;
    }
    if (isDue) {
      const workflowIds = [...new Set([...inside.values()].flat())];
      const summary = 'which runs have ended';
      for (const holder of await endedRuns.executeWithOptions({ summary }, [{ workflowIds }])) leave(holder);
    }
    if (isLong()) await continueAsNew<typeof places>({ inside: Object.fromEntries(inside) });
  }
}

function requireRoom(inside: ReadonlyMap<string, readonly string[]>, { holder, places }: EnterRequest): void {
  const full = places.find(({ key, most }) => {
    const others = (inside.get(key) ?? []).filter((other) => other !== holder);
    return others.length >= most;
  });
  if (full !== undefined)
    throw ApplicationFailure.nonRetryable(`${full.key} has its ${full.most} moves under way: it waits`, FULL);
}

function detailsOf(inside: ReadonlyMap<string, readonly string[]>): string {
  return ['### Instances under way', ...[...inside].map(([key, holders]) => `- ${key}: ${holders.length}`)].join('\n');
}
