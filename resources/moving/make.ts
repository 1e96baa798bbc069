import { isApiError } from '../../services/openstack/index.ts';
import type { Resource, ResourceRef } from '../resource-type.ts';
import { resourceTypes } from '../resource-types.ts';
import { unlessGone } from '../visibility.ts';
import { compare, type Difference } from './compare.ts';
import type { Correspondence, Found } from './correspondence.ts';
import type { Making } from './making.ts';
import { comesFrom } from './origin.ts';
import { NotInTarget } from './translation.ts';

/** What stands in the target for a resource now, and whether it is this run's work. */
export interface Made {
  readonly targetId: string;
  readonly made: boolean;
  /** It was there already, and is not known to be this run's work: of what carries no mark, an earlier try may have made it. */
  readonly isFound?: true;
  /** Something of its own type that it names is not there yet: complete it when that is made. */
  readonly waitsFor?: ResourceRef;
  /** Asked for with {@link MakeOptions.incomplete}: it is there, and wants a second call without. */
  readonly incomplete?: true;
}

export interface MakeOptions {
  /**
   * Only sees to it that it exists; `complete` is left for a later call. So that addresses can be reserved before anything takes one by
   * chance: subnets and routers are made so, then ports and floating IPs, then both a second time without it, which switches
   * DHCP on and gives routers their gateways.
   */
  readonly incomplete?: boolean;
  /** The later call: what is not there by then is not made any more, for it could take addresses that were not reserved before it. */
  readonly begun?: boolean;
}

/** Since the plan was made, something else has appeared in the place of what was to be made. */
export class InTheWay extends Error {
  override readonly name = 'InTheWay';
  readonly differences: readonly Difference[];

  constructor({ type, name, id }: Resource, found: Resource, differences: readonly Difference[]) {
    const what = differences.map(({ attribute }) => attribute).join(', ');
    super(
      `${type} ${name || id}: the target has ${found.id} in its place since the plan was made; it differs in ${what}`,
    );
    this.differences = differences;
  }
}

/** Its type says that it comes into being otherwise, or not without an operator's word. */
export class NotMade extends Error {
  override readonly name = 'NotMade';

  constructor({ type, name, id }: Resource, reason: string) {
    super(`${type} ${name || id} is not made: ${reason}`);
  }
}

/** It is not this run's work, so it is not this run's to remove. */
export class NotOurs extends Error {
  override readonly name = 'NotOurs';

  constructor({ type, id }: ResourceRef) {
    super(`${type} ${id} of the target does not carry the mark of this run: it is left as it is`);
  }
}

/**
 * Makes a resource of the source in the target, complete. Run twice, killed in the middle: still one object, for what carries
 * this resource's mark is looked for first, and one that is half done is completed. What the API can't mark is made in one call and known
 * by its key.
 *
 * @throws {InTheWay} when something of other origin is in its place
 * @throws {NotInTarget} when something that it needs is not there
 * @throws {NotMade} when it is not in the target and is nothing that is created
 */
export async function make(
  making: Making,
  correspondence: Correspondence,
  resource: Resource,
  { incomplete = false, begun = false }: MakeOptions = {},
): Promise<Made> {
  const { moving } = resourceTypes[resource.type];
  const found = await correspondence.match(resource);
  if (found !== undefined) return takenAsFound(making, correspondence, resource, found, incomplete);
  const not = moving?.notCreated?.(resource);
  if (not !== undefined) throw new NotMade(resource, not.reason);
  if (moving?.create === undefined) throw new Error(`${resource.type} is not made in one step`);
  const wanted = await lenient(correspondence, resource);
  if (begun) throw new NotMade(resource, 'it could not be made before what takes addresses in it: move it again');
  let targetId: string;
  try {
    targetId = await moving.create(making, wanted);
  } catch (error) {
    if (!isApiError(error, 'conflict')) throw error;
    // Another run has made the same since this one has looked.
    const since = await correspondence.match(resource);
    if (since === undefined) throw error;
    return takenAsFound(making, correspondence, resource, since, incomplete);
  }
  correspondence.learn(resource, { how: 'made', type: resource.type, id: targetId });
  return { targetId, made: true, ...(await finished(making, correspondence, resource, targetId, incomplete)) };
}

async function takenAsFound(
  making: Making,
  correspondence: Correspondence,
  resource: Resource,
  there: Found,
  incomplete: boolean,
): Promise<Made> {
  if (there.how === 'made') {
    const run = there.resource.origin?.run ?? making.origin.run;
    const made = run === making.origin.run;
    // What another run has made stays that run's: by its mark it removes it.
    const asItsMaker = { ...making, origin: { ...making.origin, run } };
    const end = await finished(asItsMaker, correspondence, resource, there.id, incomplete);
    return { targetId: there.id, made, ...(made ? {} : { isFound: true }), ...end };
  }
  if (there.how === 'mapped') return { targetId: there.id, made: false };
  const differences = compare(await correspondence.wanted(resource), there.resource);
  if (differences.length > 0) throw new InTheWay(resource, there.resource, differences);
  // Unmarked and just as wanted where the plan saw nothing: the work of an earlier try, or of another run.
  return { targetId: there.id, made: resourceTypes[resource.type].moving?.unmarked === true, isFound: true };
}

async function finished(
  making: Making,
  correspondence: Correspondence,
  resource: Resource,
  targetId: string,
  incomplete: boolean,
): Promise<Pick<Made, 'waitsFor' | 'incomplete'>> {
  return incomplete ? { incomplete: true } : completed(making, correspondence, resource, targetId);
}

/**
 * Removes what this run made in the target. What is gone already, or was never made, is no error.
 *
 * @throws {NotOurs} when what is there does not carry the mark of this run
 */
export async function unmake(
  making: Making,
  correspondence: Correspondence,
  ref: ResourceRef,
  targetId: string,
): Promise<void> {
  const type = resourceTypes[ref.type];
  const there = await unlessGone(() => type.get(making.target, targetId));
  correspondence.forget(ref);
  if (there === undefined) return;
  const { origin } = making;
  const isOurs = comesFrom(there.origin, origin.cloud, ref.id) && there.origin?.run === origin.run;
  if (!isOurs && type.moving?.unmarked !== true) throw new NotOurs({ type: ref.type, id: targetId });
  await type.moving?.remove?.(making, targetId);
}

/** What `create` needs: groups that name each other are made before they can be complete. */
async function lenient(correspondence: Correspondence, resource: Resource): Promise<Resource> {
  return correspondence.wanted(resource, {
    placeholder: (ref) => (ref.type === resource.type ? WAITED_FOR : undefined),
  });
}

/** Stands for a resource that is not there while another of its type is created; never sent. */
const WAITED_FOR = 'not-there-yet';

async function completed(
  making: Making,
  correspondence: Correspondence,
  resource: Resource,
  targetId: string,
): Promise<Pick<Made, 'waitsFor'>> {
  const { moving } = resourceTypes[resource.type];
  if (moving?.complete === undefined) return {};
  try {
    await moving.complete(making, targetId, await correspondence.wanted(resource));
    return {};
  } catch (error) {
    if (!(error instanceof NotInTarget) || error.ref.type !== resource.type) throw error;
    return { waitsFor: error.ref };
  }
}
