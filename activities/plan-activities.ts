import { makePlan } from '../planning/make-plan.ts';
import type { PlanEntry, PlanOutline, PlanSummary } from '../planning/plan.ts';
import { entriesAt, newcomersTo, outlineOf } from '../planning/plan-outline.ts';
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
const NEWCOMERS_NAMED = 10;

export interface PlanRequest extends MoveRequest {
  readonly selection: MoveSelection;
  readonly policy: MovePolicy;
}

export interface PlanPageRequest extends PlanRequest {
  readonly type: ResourceTypeName;
  /** Of the plan that was approved: what a worker remembers of another is not asked. */
  readonly digest: string;
  /** Of the entries that are wanted: some places of the outline that was approved. */
  readonly outline: string;
}

export interface PlanPage {
  /** As they are now, in the outline's order, without those that are not there any more. */
  readonly entries: readonly PlannedEntry[];
  /** How many of the places that were asked for these are: fewer where they fill a payload. */
  readonly covered: number;
}

export interface PlannedEntry {
  /** Among the places that were asked for. */
  readonly place: number;
  readonly entry: PlanEntry;
}

export interface OutlinedPlan {
  readonly summary: PlanSummary;
  readonly outline: PlanOutline;
}

export interface Newcomers {
  readonly count: number;
  /** The first few, as `server web-1`. */
  readonly names: readonly string[];
}

/** Plans, by reading both clouds. Nothing is changed. The worker remembers a run's plan; another worker makes it again. */
export interface PlanActivities {
  /** `afresh`: what the worker remembers does not count. */
  makePlan(request: PlanRequest & { readonly afresh?: boolean }): Promise<PlanSummary>;
  /** What a run keeps of the plan that was approved; the digest says whether this is that plan. */
  outlinePlan(request: PlanRequest & { readonly afresh?: boolean }): Promise<OutlinedPlan>;
  /** Entries of one type in the order in which they are to be made: those of the outline, whatever has come since. */
  planPage(request: PlanPageRequest): Promise<PlanPage>;
  /** What is to be done now, and was not when the plan was approved. */
  newcomers(request: PlanRequest & { readonly digest: string; readonly outline: PlanOutline }): Promise<Newcomers>;
}

interface PlanOfRun {
  readonly entries: readonly PlanEntry[];
  readonly summary: PlanSummary;
}

export function planActivities(moves: OpenMoves): PlanActivities {
  const plans = new RememberedPlans<PlanOfRun>();
  let compared = 0;

  const makeIt = async (request: PlanRequest): Promise<PlanOfRun> => {
    const clouds = moves.afresh(request);
    const seen = await survey(clouds, readingFor(request.selection), (count) => {
      compared = count;
    });
    const plan = makePlan(seen, request.policy, request.run);
    return { entries: plan.entries, summary: summarize(plan) };
  };
  const planOf = (request: PlanRequest): Promise<PlanOfRun> => plans.get(keyOf(request), () => makeIt(request));

  const planNow = ({ afresh, ...request }: PlanRequest & { readonly afresh?: boolean }): Promise<PlanOfRun> => {
    if (afresh === true) plans.forget(keyOf(request));
    return keptAlive(
      () => compared,
      async () => {
        const plan = await planOf(request);
        plans.get(keyOf(request, plan.summary.digest), () => Promise.resolve(plan));
        return plan;
      },
    );
  };

  /** As it was when it had this digest, or else as it is now: never as it was in between. */
  const planOfDigest = ({ digest, ...request }: PlanRequest & { readonly digest: string }): Promise<PlanOfRun> =>
    keptAlive(
      () => compared,
      () => plans.get(keyOf(request, digest), () => makeIt(request)),
    );

  return {
    makePlan: async (request) => (await planNow(request)).summary,

    async outlinePlan(request) {
      const { entries, summary } = await planNow(request);
      return { summary, outline: outlineOf(entries) };
    },

    async planPage({ type, outline, ...request }) {
      const { entries } = await planOfDigest(request);
      const ofType = entries.filter((entry) => entry.type === type);
      return fitting(entriesAt(ofType, outline).map((entry) => entry && shortened(entry)));
    },

    async newcomers({ outline, ...request }) {
      const { entries } = await planOfDigest(request);
      const come = newcomersTo(outline, entries);
      const names = come.slice(0, NEWCOMERS_NAMED).map(({ type, name, label, id }) => `${type} ${name || label || id}`);
      return { count: come.length, names };
    },
  };
}

function keyOf({ source, target, run, selection, policy }: PlanRequest, digest?: string): string {
  return JSON.stringify([run, source, target, selection, policy, digest]);
}

/** As many as fit into a payload: at least one, which is never that large. */
function fitting(wanted: readonly (PlanEntry | undefined)[]): PlanPage {
  const entries: PlannedEntry[] = [];
  let bytes = 0;
  for (const [place, entry] of wanted.entries()) {
    if (entry === undefined) continue;
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (entries.length > 0 && bytes > PAGE_LIMIT_BYTES) return { entries, covered: place };
    entries.push({ place, entry });
  }
  return { entries, covered: wanted.length };
}
