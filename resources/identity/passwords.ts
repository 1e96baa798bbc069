import { createHmac } from 'node:crypto';
import type { PasswordSettings } from '../../config/index.ts';
import type { NewPassword } from '../moving/making.ts';

/** A user of the target; `domainId` is the target's. */
export interface NewUser {
  readonly name: string;
  readonly domainId: string;
}

/** Of 256 bits as base64url; with the start well below the 54 characters that Keystone's shortest hash takes. */
const CHARACTERS = 32;

/** Lower and upper case, digit and sign: what clouds with rules for passwords ask for. */
const START = 'Pw1-';

/**
 * What a user made in `target` (as `pumphouse.yaml` names it) can log in with. Generated ones follow from the secret, the
 * target and the user (HMAC-SHA-256, RFC 2104): nothing is kept, and whoever has the secret can tell them again.
 */
export function passwordsOf(settings: PasswordSettings): (target: string, user: NewUser) => NewPassword {
  switch (settings.kind) {
    case 'generate':
      return (target, { name, domainId }) => {
        const told = JSON.stringify(['pumphouse user password', target, domainId, name]);
        const digest = createHmac('sha256', settings.secret.reveal()).update(told).digest('base64url');
        return { kind: 'password', password: `${START}${digest.slice(0, CHARACTERS)}` };
      };
    case 'fixed':
      return () => ({ kind: 'password', password: settings.password.reveal() });
    case 'none':
      return () => ({ kind: 'none' });
    default:
      return settings satisfies never;
  }
}
