import { type Cloud, isApiError } from '../../services/openstack/index.ts';
import { user } from '../identity/user.ts';
import type { Correspondence } from '../moving/correspondence.ts';
import type { Making } from '../moving/making.ts';
import { comesFrom } from '../moving/origin.ts';
import { NotInTarget } from '../moving/translation.ts';
import type { Resource } from '../resource-type.ts';
import { unlessGone } from '../visibility.ts';
import { keypair, keypairId } from './keypair.ts';
import type { PublicKey } from './lent-key.ts';
import type { ServerAttributes } from './server.ts';

/** Who asks Nova for a server: it becomes the owner, and Nova looks the key up among its keys. */
export type BootLogin =
  | { readonly as: 'owner'; readonly cloud: Cloud }
  | { readonly as: 'mover'; readonly cloud: Cloud; readonly note: string };

interface Context {
  readonly making: Making;
  readonly correspondence: Correspondence;
  /** As the source has it. */
  readonly source: Resource<ServerAttributes>;
  /** Of the target. */
  readonly projectId: string;
}

/**
 * The owner where that can be done: a user that we made, with a password that we know, who may log in to the project. Else the
 * mover, and why.
 */
export async function bootLogins(context: Context): Promise<readonly BootLogin[]> {
  const { making, projectId } = context;
  const mover = making.inProject(projectId);
  const { user: self } = await mover.whoAmI();
  const owner = await loginOfOwner(context, self.id);
  const asMover = (why: string): BootLogin => ({
    as: 'mover',
    cloud: mover,
    note: `user_id is ${self.id} (${self.name}), the mover's: ${why}`,
  });
  if (typeof owner === 'string') return [asMover(owner)];
  return [{ as: 'owner', cloud: owner ?? mover }, asMover('its owner may not create servers in the project')];
}

/** Undefined: the mover is the owner. A text: why it cannot be done. */
async function loginOfOwner(
  { making, correspondence, source, projectId }: Context,
  moverId: string,
): Promise<Cloud | string | undefined> {
  const { userId: ownerId } = source.attributes;
  const match = await correspondence.targetOf({ type: 'user', id: ownerId });
  if (match === undefined) return 'its owner is not in the target';
  if (match.id === moverId) return undefined;
  const { name, origin, attributes } = await user.get(making.target, match.id);
  if (!comesFrom(origin, making.origin.cloud, ownerId)) return `user ${name} of the target was not made by Pumphouse`;
  if (!attributes.enabled) return `user ${name} of the target is disabled`;
  const password = making.passwordOf({ name, domainId: attributes.domainId });
  if (password.kind === 'none') return `the password of user ${name} of the target is not known`;
  const login = { userId: match.id, password: password.password, projectId };
  try {
    // One login for all servers of an owner: Keystone takes its time to check a password.
    return await making.target.once(`login of user ${match.id} in project ${projectId}`, async () => {
      const cloud = making.target.cloud.asUser(login);
      await cloud.whoAmI();
      return cloud;
    });
  } catch (error) {
    if (!isApiError(error, 'authentication', 'forbidden')) throw error;
    return `user ${name} of the target cannot log in to the project with the password that it was made with`;
  }
}

export interface ServerKey {
  /** What the target's owner calls it. */
  readonly ownerName: string;
  readonly key: PublicKey;
}

/**
 * The key that a server boots with; a text where it is nowhere any more: Nova has its public key in the instance alone.
 *
 * @throws {NotInTarget} when it is in the source and its owner in the target lacks it
 */
export async function keyOf({ making, correspondence, source }: Context): Promise<ServerKey | string | undefined> {
  const { keyName, userId } = source.attributes;
  if (keyName === undefined) return undefined;
  const ref = { type: 'keypair', id: keypairId(userId, keyName) } as const;
  const match = await correspondence.targetOf(ref);
  const present = match === undefined ? undefined : await unlessGone(() => keypair.get(making.target, match.id));
  const original = present ?? (await unlessGone(() => keypair.get(making.source, ref.id)));
  if (original === undefined)
    return `key_name ${keyName} is lost: the key was deleted in the source, and no API tells what it was`;
  const isOwnerThere = (await correspondence.targetOf({ type: 'user', id: userId })) !== undefined;
  if (present === undefined && isOwnerThere) throw new NotInTarget(ref);
  const { publicKey, keyType } = original.attributes;
  return { ownerName: original.name, key: { name: keyName, public_key: publicKey, type: keyType } };
}
