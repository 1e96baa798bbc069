import { unlessGone } from '../resources/visibility.ts';
import type { Keystone, KeystoneGrant } from '../services/openstack/index.ts';
import { carriedThrough, keptAlive } from './keep-alive.ts';
import type { OpenClouds } from './open-clouds.ts';

/** A role that the mover's own user gets in a tenant for as long as runs work there. */
export interface RoleLoan {
  readonly userId: string;
  readonly roleId: string;
}

export interface LoanRequest {
  readonly cloud: string;
  /** In that cloud. */
  readonly projectId: string;
}

/** Roles lent to the mover. What is to be lent is recorded before it is, so that it is given back also after a crash. */
export interface LoanActivities {
  /** The role that the mover needs in the project and does not have; nothing when it can make things there. Changes nothing. */
  neededLoan(request: LoanRequest): Promise<RoleLoan | undefined>;
  lendRole(request: LoanRequest & { readonly loan: RoleLoan }): Promise<void>;
  returnRole(request: LoanRequest & { readonly loan: RoleLoan }): Promise<void>;
}

/** What a plain member of a project is called, newest first. */
const MEMBER_ROLES = ['member', '_member_'] as const;
/** With one of these things can be made in a project. Others, an operator's own or `reader`, allow what its policy says, if anything. */
const ENOUGH = [...MEMBER_ROLES, 'admin'] as const;

/** Works on Identity v3 and v2.0. */
export function loanActivities(clouds: OpenClouds): LoanActivities {
  const keystoneOf = (cloud: string) => clouds.get(cloud).identity();
  return {
    async neededLoan({ cloud, projectId }) {
      return reading(async () => {
        const keystone = await keystoneOf(cloud);
        const { user, roles } = await clouds.get(cloud).whoAmI();
        // With those that they imply.
        const held = await keystone.rolesInEffect(user.id, projectId);
        const named = await rolesByName(keystone);
        const [own] = roles;
        const lent = MEMBER_ROLES.flatMap((name) => named.get(name) ?? [])[0] ?? own?.id;
        const enough = [...ENOUGH.map((name) => named.get(name)), lent];
        if (lent === undefined || held.some((id) => enough.includes(id))) return undefined;
        return { userId: user.id, roleId: lent };
      });
    },

    async lendRole({ cloud, projectId, loan }) {
      await changing(async () => (await keystoneOf(cloud)).grant(grantOf(projectId, loan)));
    },

    async returnRole({ cloud, projectId, loan }) {
      const keystone = await keystoneOf(cloud);
      await changing(() => unlessGone(() => keystone.revoke(grantOf(projectId, loan))));
    },
  };
}

const nothing = () => undefined;
const reading = <T>(work: () => Promise<T>): Promise<T> => keptAlive(nothing, work);
const changing = <T>(work: () => Promise<T>): Promise<T> => carriedThrough(nothing, work);

function grantOf(projectId: string, { userId, roleId }: RoleLoan): KeystoneGrant {
  return { roleId, actor: { type: 'user', id: userId }, on: { type: 'project', id: projectId }, inherited: false };
}

/** Ids by names in small letters: old clouds have a `Member`. */
async function rolesByName(keystone: Keystone): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for await (const page of keystone.roles())
    for (const { id, name } of page)
      if (!ids.has(name.toLowerCase()) || name === name.toLowerCase()) ids.set(name.toLowerCase(), id);
  return ids;
}
