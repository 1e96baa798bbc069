import { counted, namesOf, type Rule } from './rule.ts';

/** Passwords cannot be read in the source: without others, nobody who is made can log in. */
export const noPasswords: Rule = {
  id: 'no-passwords',
  severity: 'warning',
  *find(planned) {
    if (planned.target.usersGetPasswords !== false) return;
    const users = planned.made('user').filter(({ facts }) => facts.isEnabled);
    if (users.length === 0) return;
    const isOne = users.length === 1;
    const [their, them] = isOne ? ['its password', 'it'] : ['their passwords', 'them'];
    yield `${counted(users.length, 'user')} (${namesOf(users)}) will be disabled in ${planned.target.target}, for ${their} cannot be read in ` +
      `${planned.target.source} and \`passwords\` in pumphouse.yaml gives ${them} none: write \`passwords: { secret: \${SECRET} }\` there, for workers too, so that ` +
      `${isOne ? 'it' : 'each'} gets one of its own, or set ${isOne ? 'a password' : 'passwords'} and enable ${them} afterwards.`;
  },
};
