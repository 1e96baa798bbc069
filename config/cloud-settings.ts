import type { Secret } from './secret.ts';

/** What a cloud is in a run. */
export type CloudRole = 'source' | 'target';

/** Which endpoint of a service is used, as the catalogue names them. */
export type EndpointInterface = 'public' | 'internal' | 'admin';

/** A Keystone domain by id or by name. Identity v2.0 has none: its users and projects are in `default`. */
export type DomainRef = { readonly id: string } | { readonly name: string };

/** A Keystone user: by id, or by name within a domain. */
export type UserRef = { readonly id: string } | { readonly name: string; readonly domain: DomainRef };

/** A Keystone project (v2.0: tenant): by id, or by name within a domain. */
export type ProjectRef = { readonly id: string } | { readonly name: string; readonly domain: DomainRef };

/** How to prove who we are. Passwords may come with a ready token: it is tried first, the password when it is refused. */
export type Credentials =
  | { readonly kind: 'password'; readonly user: UserRef; readonly password: Secret; readonly token?: Secret }
  | { readonly kind: 'token'; readonly token: Secret }
  | {
      readonly kind: 'application-credential';
      readonly id: string;
      readonly secret: Secret;
    }
  | {
      readonly kind: 'application-credential-by-name';
      readonly name: string;
      readonly user: UserRef;
      readonly secret: Secret;
    };

/**
 * What a token is for. `default`: the configuration names no scope; the user's default project is taken, else the only
 * project the user has a role in, else the one called like the user; several left is an error that lists them.
 */
export type Scope =
  | { readonly kind: 'project'; readonly project: ProjectRef }
  | { readonly kind: 'domain'; readonly domain: DomainRef }
  | { readonly kind: 'system' }
  | { readonly kind: 'default' };

export interface TlsSettings {
  /** Verify the server's certificate. */
  readonly verify: boolean;
  /** Paths of PEM files. */
  readonly cacert?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface RequestLimits {
  /** Requests to this cloud in flight at once, from one process. */
  readonly maxConcurrentRequests: number;
  /** Time to establish a connection, TLS included. */
  readonly connectTimeoutMs: number;
  /** Longest silence on a connection while a request or answer is on its way. */
  readonly idleTimeoutMs: number;
}

export const DEFAULT_REQUEST_LIMITS: RequestLimits = {
  maxConcurrentRequests: 16,
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
};

export type IdentityApiVersion = '2.0' | '3';

export interface FuelCredentials {
  readonly username: string;
  readonly password: Secret;
  readonly tenant: string;
}

/** One cloud of `pumphouse.yaml`, complete: what the OpenStack session needs to log in and find its way. */
export interface CloudSettings {
  readonly name: string;
  readonly role: CloudRole;
  /** Keystone's URL as configured: with a version (`/v2.0/`, `/v3`) or without. */
  readonly authUrl: string;
  readonly credentials: Credentials;
  readonly scope: Scope;
  /** Which Identity API to speak, where the operator says so, whatever `authUrl` names. */
  readonly identityApiVersion?: IdentityApiVersion;
  readonly regionName?: string;
  readonly interface: EndpointInterface;
  readonly tls: TlsSettings;
  readonly limits: RequestLimits;
  /** Endpoint URL by service type (`compute`, `network` …): wins over the catalogue. */
  readonly endpointOverrides: Readonly<Record<string, string>>;
  /** Nailgun's API, where this cloud is deployed by Fuel. */
  readonly fuelUrl?: string;
  /** How to log in at Fuel's own Keystone. Absent: as Fuel is installed (admin, admin, admin). */
  readonly fuelCredentials?: FuelCredentials;
}
