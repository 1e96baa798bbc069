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
  /** The role that the mover needs in the project and does not have; nothing when it has one. Changes nothing. */
  neededLoan(request: LoanRequest): Promise<RoleLoan | undefined>;
  lendRole(request: LoanRequest & { readonly loan: RoleLoan }): Promise<void>;
  returnRole(request: LoanRequest & { readonly loan: RoleLoan }): Promise<void>;
}

/** What a plain member of a project is called, newest first. */
const MEMBER_ROLES = ['member', '_member_'] as const;
/** Whoever has only this may look but, where policy is strict, make nothing. */
const LOOKING_ONLY = 'reader';

/** Works on Identity v3 and v2.0. */
export function loanActivities(clouds: OpenClouds): LoanActivities {
  const keystoneOf = (cloud: string) => clouds.get(cloud).identity();
  return {
    async neededLoan({ cloud, projectId }) {
      return reading(async () => {
        const keystone = await keystoneOf(cloud);
        const { user, roles } = await clouds.get(cloud).whoAmI();
        const held = await keystone.rolesInEffect(user.id, projectId);
        const looking = held.length === 0 ? undefined : await roleNamed(keystone, LOOKING_ONLY);
        if (held.some((id) => id !== looking)) return undefined;
        for (const name of MEMBER_ROLES) {
          const roleId = await roleNamed(keystone, name);
          if (roleId !== undefined) return { userId: user.id, roleId };
        }
        const [own] = roles;
        return own === undefined ? undefined : { userId: user.id, roleId: own.id };
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

async function roleNamed(keystone: Keystone, name: string): Promise<string | undefined> {
  for await (const page of keystone.roles({ name })) for (const role of page) if (role.name === name) return role.id;
  return undefined;
}
