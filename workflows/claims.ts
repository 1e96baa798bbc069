import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineUpdate,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ClaimKey, HolderActivities, Removable } from '../activities/claim-activities.ts';
import type { LoanActivities, RoleLoan } from '../activities/role-loans.ts';
import {
  type Claim,
  claimAll,
  forgetEnded,
  giveUp,
  keep,
  letBe,
  type MadeRequest,
  noteMade,
  type ReleaseRequest,
  removed,
  unkeep,
  withOne,
} from './claimed-resources.ts';
import { claimsDetails } from './claims-details.ts';
import { KeyedLock } from './keyed-lock.ts';

export interface ClaimsState {
  readonly claims: Readonly<Record<ClaimKey, Claim>>;
  /** By `cloud/project`. */
  readonly loans: Readonly<Record<string, Loan>>;
  /** How often it is looked for runs that were terminated; for tests. */
  readonly betweenLooksMs?: number;
}

export interface Loan {
  readonly holders: readonly string[];
  readonly cloud: string;
  readonly projectId: string;
  /** Absent: the mover had a role there anyway. */
  readonly loan?: RoleLoan;
}

export interface RemovedRequest {
  readonly holder: string;
  readonly keys: readonly ClaimKey[];
  /** The run that this one has taken back. */
  readonly takenBack?: string;
}

export interface LoanOf {
  readonly holder: string;
  readonly cloud: string;
  readonly projectId: string;
}

export const claimUpdate = defineUpdate<void, [{ readonly holder: string; readonly keys: readonly ClaimKey[] }]>(
  'claim',
);
export const releaseUpdate = defineUpdate<readonly Removable[], [ReleaseRequest]>('release');
export const madeUpdate = defineUpdate<void, [MadeRequest]>('made');
export const removedUpdate = defineUpdate<void, [RemovedRequest]>('removed');
export const lendUpdate = defineUpdate<void, [LoanOf]>('lend');
export const returnRolesUpdate = defineUpdate<void, [{ readonly holder: string }]>('return-roles');

const loans = proxyActivities<LoanActivities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1s', maximumInterval: '30s', maximumAttempts: 12 },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/** A role that was lent is given back, however long the cloud is away. */
const returning = proxyActivities<LoanActivities & HolderActivities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1s', maximumInterval: '5 minutes' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

const IDLE = '10 seconds';
const BETWEEN_LOOKS_MS = 10 * 60_000;
/** Below what a payload may have; a registry that is larger goes on in the same history until runs have ended. */
const STATE_BYTES = 200 * 1024;
/** Then it continues as new though it is large: Temporal takes 2,000 updates of an execution, of some five events each. */
const MOST_EVENTS = 6_000;
/** Temporal takes 2 MiB at most: some 5,000 claims. */
const LARGEST_STATE_BYTES = 1_500 * 1024;

/**
 * Who uses what between two clouds: several runs may share a network, and work in one tenant with a role that was lent once. Ends
 * when nobody holds anything. A run that was terminated holds nothing: that is looked up from time to time.
 */
export async function claims(state: ClaimsState = { claims: {}, loans: {} }): Promise<void> {
  const held = new Map<ClaimKey, Claim>(Object.entries(state.claims) as [ClaimKey, Claim][]);
  const lent = new Map<string, Loan>(Object.entries(state.loans));
  const lock = new KeyedLock();
  const show = () => setCurrentDetails(claimsDetails(held, lent));

  setHandler(claimUpdate, async ({ holder, keys }) => {
    // Who removes it may ask again: an execution that goes on where another ended.
    const isOthers = (claim: Claim | undefined) => claim?.isBeingRemoved === true && claim.toldTo !== holder;
    await condition(() => !keys.some((key) => isOthers(held.get(key))));
    claimAll(held, holder, keys);
    show();
  });

  setHandler(madeUpdate, (request) => noteMade(held, request));

  setHandler(releaseUpdate, (request) => {
    const removable = request.undo ? giveUp(held, request) : [];
    if (!request.undo) (request.usedNothing === true ? letBe : keep)(held, request.holder);
    show();
    return removable;
  });

  setHandler(removedUpdate, ({ holder, keys, takenBack }) => {
    removed(held, holder, keys);
    if (takenBack !== undefined) unkeep(held, takenBack);
    show();
  });

  setHandler(lendUpdate, ({ holder, cloud, projectId }) => {
    const key = `${cloud}/${projectId}`;
    return lock.run(key, async () => {
      const known = lent.get(key);
      const loan = known ?? (await lend(cloud, projectId));
      lent.set(key, { ...loan, holders: withOne(loan.holders, holder) });
      show();
    });
  });

  const returnRolesOf = async (holder: string) => {
    for (const key of [...lent.keys()])
      await lock.run(key, async () => {
        const loan = lent.get(key);
        if (loan === undefined || !loan.holders.includes(holder)) return;
        const holders = loan.holders.filter((other) => other !== holder);
        if (holders.length > 0) {
          lent.set(key, { ...loan, holders });
        } else {
          await giveBack(loan);
          lent.delete(key);
        }
        show();
      });
  };
  setHandler(returnRolesUpdate, ({ holder }) => returnRolesOf(holder));

  const isIdle = () => held.size === 0 && lent.size === 0 && allHandlersFinished();
  let isTooLarge = false;
  const isLong = () => workflowInfo().continueAsNewSuggested && allHandlersFinished();
  const wakes = () => isIdle() || (isLong() && !isTooLarge);
  for (;;) {
    const isDue = !(await condition(wakes, state.betweenLooksMs ?? BETWEEN_LOOKS_MS, {
      summary: 'until nobody holds anything',
    }));
    // Handlers that come with the start run first; a moment longer, and the next run need not start it again.
    if (isIdle()) {
      if (!(await condition(() => !isIdle(), IDLE, { summary: 'nobody holds anything' }))) return;
      continue;
    }
    if (isDue)
      for (const holder of await endedAmong(held, lent)) {
        forgetEnded(held, holder);
        await returnRolesOf(holder);
      }
    if (!isLong()) continue;
    const next = { ...state, claims: Object.fromEntries(held), loans: Object.fromEntries(lent) };
    const most = workflowInfo().historyLength > MOST_EVENTS ? LARGEST_STATE_BYTES : STATE_BYTES;
    // Measured again at the next look.
    isTooLarge = JSON.stringify(next).length > most;
    if (!isTooLarge) await continueAsNew<typeof claims>(next);
  }
}

/** What is to be lent is in the history before it is lent: so it is given back also when this fails in the middle. */
async function lend(cloud: string, projectId: string): Promise<Loan> {
  const project = { cloud, projectId };
  const loan = await loans.neededLoan.executeWithOptions({ summary: `role needed in a project of ${cloud}?` }, [
    project,
  ]);
  if (loan === undefined) return { ...project, holders: [] };
  try {
    await loans.lendRole.executeWithOptions({ summary: `lend a role in a project of ${cloud}` }, [
      { ...project, loan },
    ]);
  } catch (error) {
    await giveBack({ ...project, loan, holders: [] });
    throw error;
  }
  return { ...project, loan, holders: [] };
}

async function giveBack({ cloud, projectId, loan }: Loan): Promise<void> {
  if (loan === undefined) return;
  const summary = `give back the role in a project of ${cloud}`;
  await returning.returnRole.executeWithOptions({ summary }, [{ cloud, projectId, loan }]);
}

async function endedAmong(
  held: ReadonlyMap<ClaimKey, Claim>,
  lent: ReadonlyMap<string, Loan>,
): Promise<readonly string[]> {
  const holders = [...new Set([...held.values(), ...lent.values()].flatMap((item) => item.holders))];
  for (const { toldTo } of held.values()) if (toldTo !== undefined && !holders.includes(toldTo)) holders.push(toldTo);
  return returning.endedRuns.executeWithOptions({ summary: 'which runs have ended' }, [{ workflowIds: holders }]);
}
