import type { CloudKeys } from './cloud-schema.ts';
import {
  type CloudRole,
  type CloudSettings,
  type Credentials,
  DEFAULT_REQUEST_LIMITS,
  type DomainRef,
  type ProjectRef,
  type Scope,
  type TlsSettings,
  type UserRef,
} from './cloud-settings.ts';
import type { Findings } from './clouds-yaml-files.ts';
import { type Environment, readablePath } from './file-path.ts';
import { find, type LocatedMap } from './located.ts';
import { READ_BY_ALL, secretFileWarning } from './permissions.ts';

/** What Identity v2.0 puts everything in, and what Keystone makes when it is installed. */
const DEFAULT_DOMAIN: DomainRef = { id: 'default' };

/**
 * The settings of a cloud whose keys have been found in order (cloud-rules.ts): `undefined` when a file that it names
 * cannot be read.
 */
export function buildCloud(
  role: CloudRole,
  keys: CloudKeys,
  places: LocatedMap,
  env: Environment,
  findings: Findings,
): CloudSettings | undefined {
  const { name, auth_url: authUrl } = keys;
  const credentials = credentialsOf(keys);
  const before = findings.problems.length;
  const tls = tlsOf(keys, places, env, findings);
  if (findings.problems.length > before || name === undefined || authUrl === undefined || credentials === undefined) {
    return undefined;
  }
  const region = keys.region ?? keys.region_name;
  const { limits } = keys;
  return {
    name,
    role,
    authUrl,
    credentials,
    scope: scopeOf(keys, credentials),
    ...(keys.identity_api_version === undefined ? {} : { identityApiVersion: keys.identity_api_version }),
    ...(region === undefined ? {} : { regionName: region }),
    interface: keys.interface ?? 'public',
    tls,
    limits: {
      maxConcurrentRequests: limits?.max_concurrent_requests ?? DEFAULT_REQUEST_LIMITS.maxConcurrentRequests,
      connectTimeoutMs: limits?.connect_timeout ?? DEFAULT_REQUEST_LIMITS.connectTimeoutMs,
      idleTimeoutMs: limits?.idle_timeout ?? DEFAULT_REQUEST_LIMITS.idleTimeoutMs,
    },
    endpointOverrides: keys.endpoints ?? {},
    ...(keys.fuel_url === undefined ? {} : { fuelUrl: keys.fuel_url }),
    ...fuelCredentialsOf(keys),
  };
}

/** An id needs no domain and wins over a name. */
function domainOf(id: string | undefined, name: string | undefined): DomainRef | undefined {
  if (id !== undefined) return { id };
  return name === undefined ? undefined : { name };
}

function sharedDomain(keys: CloudKeys): DomainRef {
  return (
    domainOf(keys.domain_id, keys.domain) ?? domainOf(keys.default_domain_id, keys.default_domain) ?? DEFAULT_DOMAIN
  );
}

function userOf(keys: CloudKeys): UserRef | undefined {
  if (keys.user_id !== undefined) return { id: keys.user_id };
  if (keys.username === undefined) return undefined;
  return { name: keys.username, domain: domainOf(keys.user_domain_id, keys.user_domain) ?? sharedDomain(keys) };
}

function projectOf(keys: CloudKeys): ProjectRef | undefined {
  if (keys.project_id !== undefined) return { id: keys.project_id };
  if (keys.project === undefined) return undefined;
  return { name: keys.project, domain: domainOf(keys.project_domain_id, keys.project_domain) ?? sharedDomain(keys) };
}

function credentialsOf(keys: CloudKeys): Credentials | undefined {
  const user = userOf(keys);
  const secret = keys.application_credential_secret;
  if (secret !== undefined) {
    const { application_credential_id: id, application_credential_name: name } = keys;
    if (id !== undefined) return { kind: 'application-credential', id, secret };
    return name === undefined || user === undefined
      ? undefined
      : { kind: 'application-credential-by-name', name, user, secret };
  }
  const { password, token } = keys;
  if (password !== undefined && user !== undefined) {
    return { kind: 'password', user, password, ...(token === undefined ? {} : { token }) };
  }
  return token === undefined ? undefined : { kind: 'token', token };
}

function scopeOf(keys: CloudKeys, credentials: Credentials): Scope {
  if (credentials.kind === 'application-credential' || credentials.kind === 'application-credential-by-name') {
    return { kind: 'default' };
  }
  if (keys.system_scope !== undefined) return { kind: 'system' };
  const project = projectOf(keys);
  if (project !== undefined) return { kind: 'project', project };
  const domain = domainOf(keys.domain_id, keys.domain);
  return domain === undefined ? { kind: 'default' } : { kind: 'domain', domain };
}

function tlsOf(keys: CloudKeys, places: LocatedMap, env: Environment, { problems, warnings }: Findings): TlsSettings {
  const path = (key: 'cacert' | 'cert' | 'key'): Partial<Record<typeof key, string>> => {
    const written = keys[key];
    const origin = find(places, [key])?.origin;
    if (written === undefined || origin === undefined) return {};
    return { [key]: readablePath(written, origin, env, problems) };
  };
  const before = problems.length;
  const key = path('key');
  const file = problems.length > before ? undefined : key.key;
  const warning = file === undefined ? undefined : secretFileWarning(file, READ_BY_ALL);
  if (warning !== undefined && !warnings.includes(warning)) warnings.push(warning);
  const verify = keys.verify ?? !(keys.insecure ?? false);
  return { verify, ...path('cacert'), ...path('cert'), ...key };
}

function fuelCredentialsOf(keys: CloudKeys): Pick<CloudSettings, 'fuelCredentials'> {
  const { fuel_username: username, fuel_password: password, fuel_tenant: tenant } = keys;
  if (password === undefined) return {};
  return { fuelCredentials: { username: username ?? 'admin', password, tenant: tenant ?? 'admin' } };
}
