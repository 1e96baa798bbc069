import type { CloudSettings, DomainRef } from '../../config/index.ts';
import type { Cloud } from '../../services/openstack/cloud.ts';
import { column } from './output/column.ts';

/** A configured cloud and what a login says of it. */
export interface CloudCheck {
  readonly settings: CloudSettings;
  readonly login: 'ok' | 'failed' | 'not tried';
  readonly found?: FoundLogin;
  readonly problem?: string;
}

interface FoundLogin {
  readonly identity: string;
  readonly user: string;
  readonly scope: string;
  readonly roles: readonly string[];
  readonly services: readonly string[];
}

export const CHECK_COLUMNS = [
  column<CloudCheck>('cloud', ({ settings }) => settings.name),
  column<CloudCheck>('role', ({ settings }) => settings.role),
  column<CloudCheck>('auth_url', ({ settings }) => settings.authUrl),
  column<CloudCheck>('credentials', ({ settings }) => credentialsOf(settings)),
  column<CloudCheck>('region', ({ settings }) => settings.regionName),
  column<CloudCheck>('interface', ({ settings }) => settings.interface),
  column<CloudCheck>('fuel_url', ({ settings }) => settings.fuelUrl),
  column<CloudCheck>('login', ({ login }) => login),
  column<CloudCheck>('identity', ({ found }) => found?.identity),
  column<CloudCheck>('user', ({ found }) => found?.user),
  column<CloudCheck>('scope', ({ found }) => found?.scope),
  column<CloudCheck>('roles', ({ found }) => found?.roles),
  column<CloudCheck>('services', ({ found }) => found?.services),
  column<CloudCheck>('problem', ({ problem }) => problem),
];

export async function describeLogin(cloud: Cloud): Promise<FoundLogin> {
  const { identityVersion, user, scope, roles } = await cloud.whoAmI();
  const services = [...new Set((await cloud.services()).map(({ type }) => type))].sort();
  return {
    identity: identityVersion,
    user: inDomain(user.name, user.domain?.name),
    scope: scopeOf(scope),
    roles: roles.map(({ name }) => name).sort(),
    services,
  };
}

type LoginScope = Awaited<ReturnType<Cloud['whoAmI']>>['scope'];

function scopeOf(scope: LoginScope): string {
  switch (scope.kind) {
    case 'project':
      return `project ${inDomain(scope.project.name, scope.project.domain?.name)}`;
    case 'domain':
      return `domain ${scope.domain.name}`;
    case 'system':
      return 'system';
    case 'unscoped':
      return 'none: no project';
    default:
      return scope satisfies never;
  }
}

/** How the configuration proves who we are; secrets show as `***`. */
function credentialsOf({ credentials }: CloudSettings): string {
  switch (credentials.kind) {
    case 'password': {
      const { user, password, token } = credentials;
      const name = 'id' in user ? `user id ${user.id}` : `user ${inDomain(user.name, domainOf(user.domain))}`;
      return `${name}, password ${password}${token === undefined ? '' : `, token ${token}`}`;
    }
    case 'token':
      return `token ${credentials.token}`;
    case 'application-credential':
      return `application credential id ${credentials.id}, secret ${credentials.secret}`;
    case 'application-credential-by-name':
      return `application credential ${credentials.name}, secret ${credentials.secret}`;
    default:
      return credentials satisfies never;
  }
}

function domainOf(domain: DomainRef): string {
  return 'id' in domain ? domain.id : domain.name;
}

function inDomain(name: string, domain: string | undefined): string {
  return domain === undefined ? name : `${name} in domain ${domain}`;
}
