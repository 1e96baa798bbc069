import { makePlan } from '../planning/make-plan.ts';
import type { PlanEntry, PlanSummary } from '../planning/plan.ts';
import type { MovePolicy } from '../planning/policy.ts';
import { type MoveSelection, readingFor } from '../planning/selection.ts';
import { shortened } from '../planning/shortened.ts';
import { summarize } from '../planning/summarize.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import { survey } from '../resources/selecting/survey.ts';
import { keptAlive } from './keep-alive.ts';
import type { MoveRequest } from './move-request.ts';
import type { OpenMoves } from './open-moves.ts';
import { RememberedPlans } from './remembered-plans.ts';

/** Room for the envelope below the 256 KiB that a payload may have. */
const PAGE_LIMIT_BYTES = 200 * 1024;

export interface PlanRequest extends MoveRequest {
  readonly selection: MoveSelection;
  readonly policy: MovePolicy;
}

export interface PlanPageRequest extends PlanRequest {
  readonly type: ResourceTypeName;
  /** Entries of the type that come before the page. */
  readonly offset: number;
  readonly limit: number;
}

export interface PlanPage {
  readonly entries: readonly PlanEntry[];
  readonly isLast: boolean;
  /** Of the whole plan as it is now. */
  readonly digest: string;
}

/** Plans, by reading both clouds. Nothing is changed. The worker remembers a run's plan; another worker makes it again. */
export interface PlanActivities {
  /** `afresh`: what the worker remembers does not count. */
  makePlan(request: PlanRequest & { readonly afresh?: true }): Promise<PlanSummary>;
  /** Entries of one type in the order in which they are to be made. */
  planPage(request: PlanPageRequest): Promise<PlanPage>;
}

interface PlanOfRun {
  readonly entries: readonly PlanEntry[];
  readonly summary: PlanSummary;
}

export function planActivities(moves: OpenMoves): PlanActivities {
  const plans = new RememberedPlans<PlanOfRun>();
  let compared = 0;

  const planOf = (request: PlanRequest): Promise<PlanOfRun> =>
    plans.get(keyOf(request), async () => {
      const clouds = moves.afresh(request);
      const seen = await survey(clouds, readingFor(request.selection), (count) => {
        compared = count;
      });
      const plan = makePlan(seen, request.policy, request.run);
      return { entries: plan.entries, summary: summarize(plan) };
    });

  return {
    async makePlan({ afresh, ...request }) {
      if (afresh === true) plans.forget(keyOf(request));
      const { summary } = await keptAlive(
        () => compared,
        () => planOf(request),
      );
      return summary;
    },

    async planPage({ type, offset, limit, ...request }) {
      const { entries, summary } = await keptAlive(
        () => compared,
        () => planOf(request),
      );
      const all = entries.filter((entry) => entry.type === type);
      const page = fitting(all.slice(offset, offset + limit).map(shortened));
      return { entries: page, isLast: offset + page.length >= all.length, digest: summary.digest };
    },
  };
}

function keyOf({ source, target, run, selection, policy }: PlanRequest): string {
  return JSON.stringify([run, source, target, selection, policy]);
}

/** As many as fit into a payload: at least one, which is never that large. */
function fitting(entries: readonly PlanEntry[]): readonly PlanEntry[] {
  let bytes = 0;
  const tooMany = entries.findIndex((entry, index) => {
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
    return index > 0 && bytes > PAGE_LIMIT_BYTES;
  });
  return tooMany === -1 ? entries : entries.slice(0, tooMany);
}
