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
import type { ClaimKey, HolderActivities, Removable } from '../activities/claim-activities.ts';
import type { LoanActivities, RoleLoan } from '../activities/role-loans.ts';
import { claimsDetails } from './claims-details.ts';
import { KeyedLock } from './keyed-lock.ts';

/** Runs are known by their workflow ids. */
export interface ClaimsState {
  readonly claims: Readonly<Record<ClaimKey, Claim>>;
  /** By `cloud/project`. */
  readonly loans: Readonly<Record<string, Loan>>;
}

export interface Claim {
  readonly holders: readonly string[];
  /** The mark of the run that made it and then gave it up while others used it. */
  readonly leftBy?: string;
  /** A run is removing it: who wants it waits. */
  readonly isBeingRemoved?: true;
  /** That run: it may ask again what it may remove, and when it has ended nobody removes it any more. */
  readonly removedBy?: string;
}

export interface Loan {
  readonly holders: readonly string[];
  readonly cloud: string;
  readonly projectId: string;
  /** Absent: the mover had a role there anyway. */
  readonly loan?: RoleLoan;
}

export interface ReleaseRequest {
  readonly holder: string;
  /** The mark on what it made. */
  readonly run: string;
  /** What it made. Nothing when it stays. */
  readonly made: readonly ClaimKey[];
  readonly undo: boolean;
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
export const removedUpdate = defineUpdate<void, [{ readonly holder: string; readonly keys: readonly ClaimKey[] }]>(
  'removed',
);
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
const BETWEEN_LOOKS = '10 minutes';

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
    await condition(() => keys.every((key) => held.get(key)?.isBeingRemoved !== true));
    for (const key of keys) {
      const claim = held.get(key) ?? { holders: [] };
      held.set(key, { ...claim, holders: withOne(claim.holders, holder) });
    }
    show();
  });

  setHandler(releaseUpdate, ({ holder, run, made, undo }) => {
    const removable = undo ? giveUp(held, holder, run, new Set(made)) : keep(held, holder);
    show();
    return removable;
  });

  setHandler(removedUpdate, ({ holder, keys }) => {
    // Told twice, another run may have claimed it in between.
    for (const key of keys) if (held.get(key)?.removedBy === holder) held.delete(key);
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
  for (;;) {
    // Handlers that come with the start run first; a moment longer, and the next run need not start it again.
    if (await condition(isIdle, BETWEEN_LOOKS, { summary: 'until nobody holds anything' })) {
      if (!(await condition(() => !isIdle(), IDLE, { summary: 'nobody holds anything' }))) return;
      continue;
    }
    for (const holder of await endedAmong(held, lent)) {
      keep(held, holder);
      for (const [key, { removedBy }] of held) if (removedBy === holder) held.delete(key);
      await returnRolesOf(holder);
    }
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished()) {
      await continueAsNew<typeof claims>({ claims: Object.fromEntries(held), loans: Object.fromEntries(lent) });
    }
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
  for (const { removedBy } of held.values())
    if (removedBy !== undefined && !holders.includes(removedBy)) holders.push(removedBy);
  return returning.endedRuns.executeWithOptions({ summary: 'which runs have ended' }, [{ workflowIds: holders }]);
}

/** A run that ends well: what it made stays, whoever else uses it. */
function keep(held: Map<ClaimKey, Claim>, holder: string): readonly Removable[] {
  for (const [key, claim] of held) {
    const holders = claim.holders.filter((other) => other !== holder);
    if (holders.length === claim.holders.length) continue;
    if (holders.length === 0 && claim.isBeingRemoved !== true) held.delete(key);
    // It stays, so whoever comes after must not remove it for a third one.
    else held.set(key, { holders });
  }
  return [];
}

function giveUp(
  held: Map<ClaimKey, Claim>,
  holder: string,
  run: string,
  made: ReadonlySet<ClaimKey>,
): readonly Removable[] {
  const removable: Removable[] = [];
  for (const key of made) if (!held.has(key)) held.set(key, { holders: [holder] });
  for (const [key, claim] of held) {
    // Its worker was killed before it heard the answer.
    if (claim.removedBy === holder && claim.leftBy !== undefined) removable.push({ key, run: claim.leftBy });
    if (!claim.holders.includes(holder)) continue;
    const holders = claim.holders.filter((other) => other !== holder);
    const mark = made.has(key) ? run : claim.leftBy;
    if (holders.length > 0) {
      held.set(key, { ...claim, holders, ...(mark === undefined ? {} : { leftBy: mark }) });
    } else if (mark === undefined) {
      held.delete(key);
    } else {
      held.set(key, { holders: [], leftBy: mark, isBeingRemoved: true, removedBy: holder });
      removable.push({ key, run: mark });
    }
  }
  return removable;
}

function withOne(holders: readonly string[], holder: string): readonly string[] {
  if (holder === '') throw ApplicationFailure.nonRetryable('a claim needs a holder', 'invalid');
  return holders.includes(holder) ? holders : [...holders, holder];
}
