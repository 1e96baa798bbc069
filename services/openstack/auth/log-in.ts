import type { Credentials, Scope, Secret } from '../../../config/index.ts';
import { ApiError, isApiError } from '../../api-error.ts';
import type { IdentityApi } from './identity-api.ts';
import type { Login } from './login.ts';
import { loginV2 } from './v2.ts';
import { loginV3 } from './v3.ts';

/**
 * Logs in at whichever Identity API the cloud has. `readyToken` came beside a password: it is tried first, and the
 * password when Keystone refuses it.
 */
export async function logIn(
  api: IdentityApi,
  credentials: Credentials,
  scope: Scope,
  readyToken: Secret | undefined,
): Promise<Login> {
  const login = api.version === 'v3' ? loginV3 : loginV2;
  if (readyToken !== undefined) {
    try {
      return await login(api, { kind: 'token', token: readyToken }, scope);
    } catch (error) {
      if (!isApiError(error, 'authentication', 'forbidden', 'not-found')) {
        throw error;
      }
    }
  }
  try {
    return await login(api, credentials, scope);
  } catch (error) {
    throw isApiError(error, 'authentication', 'not-found')
      ? new ApiError({ ...error.details, kind: 'authentication', hint: hintFor(api, credentials, scope) })
      : error;
  }
}

function hintFor(api: IdentityApi, credentials: Credentials, scope: Scope): string {
  switch (credentials.kind) {
    case 'password': {
      if (scope.kind === 'project' && 'id' in scope.project) {
        return `check user name and password of cloud ${api.cloud}, and that the user has a role in project ${scope.project.id}`;
      }
      const project = api.version === 'v3' ? 'project and domains' : 'tenant';
      return `check user name, password, ${project} of cloud ${api.cloud}`;
    }
    case 'token':
      return `the token of cloud ${api.cloud} is refused or has expired, and there is no password to get another`;
    case 'application-credential':
    case 'application-credential-by-name':
      return `check the application credential of cloud ${api.cloud}`;
    default:
      return credentials satisfies never;
  }
}
