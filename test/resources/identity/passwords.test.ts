import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../../config/index.ts';
import { passwordsOf } from '../../../resources/identity/passwords.ts';

const secret = new Secret('0123456789abcdef');
const ann = { name: 'ann', domainId: 'default' };
const password = (target: string, user: typeof ann, key = secret): string => {
  const given = passwordsOf({ kind: 'generate', secret: key })(target, user);
  return given.kind === 'password' ? given.password : '';
};

describe('a generated password', () => {
  it('is the same whenever it is asked for, and in every release of Pumphouse', () => {
    expect(password('mira', ann)).toBe(password('mira', ann));
    expect(password('mira', ann)).toBe('Pw1-1OQ5xobhUIBFSDG0QyrIEBOmBa_PnglD');
  });

  it('is another for another user, domain, target or secret', () => {
    const all = [
      password('mira', ann),
      password('mira', { ...ann, name: 'bob' }),
      password('mira', { ...ann, domainId: 'other' }),
      password('mira-2', ann),
      password('mira', ann, new Secret('fedcba9876543210')),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('has what clouds with rules for passwords ask for, and no more characters than bcrypt takes', () => {
    expect(password('mira', ann)).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w]).{20,54}$/);
  });
});

it('a fixed one is the same for all, and without any there is none', () => {
  expect(passwordsOf({ kind: 'fixed', password: secret })('mira', ann)).toEqual({
    kind: 'password',
    password: secret.reveal(),
  });
  expect(passwordsOf({ kind: 'none' })('mira', ann)).toEqual({ kind: 'none' });
});
