import type { Secret } from '../../../config/index.ts';
import type { CatalogService } from '../catalog.ts';
import type { IdentityVersion } from './identity-api.ts';

/** A user, project or domain. Identity v2.0 knows no domains: `domain` is undefined there. */
export interface NamedRef {
  readonly id: string;
  readonly name: string;
  readonly domain?: { readonly id: string; readonly name: string };
}

/** What a token is good for. */
export type TokenScope =
  | { readonly kind: 'project'; readonly project: NamedRef }
  | { readonly kind: 'domain'; readonly domain: { readonly id: string; readonly name: string } }
  | { readonly kind: 'system' }
  | { readonly kind: 'unscoped' };

/** Who the session is in this cloud. */
export interface WhoAmI {
  readonly user: NamedRef;
  readonly scope: TokenScope;
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  /** By the server's clock. */
  readonly expiresAt: Date;
  readonly identityVersion: IdentityVersion;
}

/** A token as Keystone gave it. */
export interface Login {
  readonly token: Secret;
  readonly whoAmI: WhoAmI;
  readonly services: readonly CatalogService[];
  /** The server's clock when it answered; undefined where it sent no `Date`. */
  readonly serverTime: Date | undefined;
}
