import { createHash } from 'node:crypto';
import { type Cloud, isApiError, type NovaKeypair, NovaServers } from '../../services/openstack/index.ts';

/** Keypairs that only say: the key of this name, whose public key they have, is lent to the mover for a server. */
const LOAN = 'pumphouse-lent';
/** How often a key that another server is lent meanwhile is waited for. */
const TRIES = 20;

export type PublicKey = Pick<NovaKeypair, 'name' | 'public_key' | 'type'>;

export interface LentKey {
  /** What the server boots with; another name when the mover has a key of its own under this one. */
  readonly name: string;
  readonly note?: string;
}

/**
 * Nova looks a key up among those of who calls. So a key of somebody else is made the mover's own for the boot. Beside it
 * stands a loan, a keypair made before it that names the server: by it the key is known to be lent, and is taken away again after a crash too.
 * A key without a loan is the mover's own and is never touched. `next` is called between looks at a name that another server's key has
 * for the moment.
 *
 * `cloud`: the target, logged in as the mover.
 */
export async function lendKey(
  cloud: Cloud,
  serverId: string,
  key: PublicKey,
  next: () => Promise<void>,
): Promise<LentKey> {
  for (let left = TRIES; left > 0; left--) {
    const own = await ownKeys(cloud);
    const present = own.find(({ name }) => name === key.name);
    const isLent = present !== undefined && loansOf(own, present).length > 0;
    if (present === undefined || (isLent && isSame(present, key))) {
      await makeUnlessThere(cloud, { ...key, name: loanName(key.name, serverId) });
      await makeUnlessThere(cloud, key);
      // Another may have lent its own, or taken this one away, since the look.
      if ((await ownKeys(cloud)).some((found) => found.name === key.name && isSame(found, key)))
        return { name: key.name };
    } else if (!isLent) {
      if (isSame(present, key)) return { name: key.name };
      return lendUnderAnotherName(cloud, serverId, key, next);
    }
    await next();
  }
  return lendUnderAnotherName(cloud, serverId, key, next);
}

/** Takes away what was lent for a server, by whichever try, unless another server still needs it. */
export async function takeBackKeys(cloud: Cloud, serverId: string): Promise<void> {
  const nova = new NovaServers(cloud.compute.client);
  const own = await ownKeys(cloud);
  for (const loan of own.filter(({ name }) => name.startsWith(`${LOAN}-`) && name.endsWith(`-${serverId}`))) {
    const lent = own.find((key) => loanName(key.name, serverId) === loan.name && isSame(key, loan));
    const isOnlyLoan = lent !== undefined && loansOf(own, lent).length === 1;
    if (isOnlyLoan) await nova.deleteOwnKeypair(lent.name);
    await nova.deleteOwnKeypair(loan.name);
    // Two that give back at the same moment each see the other's loan: who is last, by a look after its own is gone, takes the key away.
    if (lent !== undefined && !isOnlyLoan) {
      const left = await ownKeys(cloud);
      const isThere = left.some((key) => key.name === lent.name && isSame(key, lent));
      if (isThere && loansOf(left, lent).length === 0) await nova.deleteOwnKeypair(lent.name);
    }
  }
}

async function lendUnderAnotherName(
  cloud: Cloud,
  serverId: string,
  key: PublicKey,
  next: () => Promise<void>,
): Promise<LentKey> {
  const name = `${key.name.slice(0, 200)} of ${digest(key.public_key)}`;
  const lent = await lendKey(cloud, serverId, { ...key, name }, next);
  return {
    name: lent.name,
    note: `key_name is ${JSON.stringify(lent.name)}: the mover has a key of its own called ${JSON.stringify(key.name)} in the target`,
  };
}

async function makeUnlessThere(cloud: Cloud, key: PublicKey): Promise<void> {
  try {
    await new NovaServers(cloud.compute.client).makeOwnKeypair(key);
  } catch (error) {
    if (!isApiError(error, 'conflict')) throw error;
  }
}

async function ownKeys(cloud: Cloud): Promise<readonly NovaKeypair[]> {
  const all: NovaKeypair[] = [];
  for await (const page of cloud.compute.keypairs()) all.push(...page);
  return all;
}

/** Those of another key of the same name wait for this one to be given back: they are no reason for it to stay. */
function loansOf(own: readonly NovaKeypair[], lent: PublicKey): readonly NovaKeypair[] {
  return own.filter((loan) => loan.name.startsWith(`${LOAN}-${digest(lent.name)}-`) && isSame(loan, lent));
}

function loanName(name: string, serverId: string): string {
  return `${LOAN}-${digest(name)}-${serverId}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function isSame(one: PublicKey, other: PublicKey): boolean {
  return one.public_key.trim() === other.public_key.trim();
}
