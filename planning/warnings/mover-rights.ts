import type { Rule } from './rule.ts';

export const moverRights: Rule = {
  id: 'mover-rights',
  severity: 'blocking',
  *find({ target: { notAdminIn } }) {
    for (const cloud of notAdminIn)
      yield `the login at ${cloud} is no admin: users, quotas and other tenants' resources cannot be read or made; give it the role admin.`;
  },
};
