import { type Call, conflict, created, noContent, ok, Refusal } from '../http/call.ts';
import { boolean, objectOf, objectsOf, text, textOrNull } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { roleIdsOf } from '../tokens.ts';
import type { ApplicationCredential } from './state.ts';
import { requiredName } from './v3-projects.ts';
import { user } from './v3-users.ts';
import { absent, collection, credentialView, denied } from './views.ts';

/** Application credentials: of a user, for the project of the token that asked, with a secret shown once. */
export function routeApplicationCredentials(service: Service): void {
  const path = '/v3/users/:id/application_credentials';
  service.get(path, (call) => {
    const { id } = user(call, 'list_application_credentials', 'or self');
    const name = call.query.get('name');
    const rows = call.cloud.identity.applicationCredentials
      .where('user', id)
      .filter((row) => name === null || row.name === name);
    return ok(
      collection(
        call,
        'application_credentials',
        rows.map((row) => credentialView(call, call.cloud.identity, row)),
      ),
    );
  });
  service.post(path, create);
  service.get(`${path}/:credential`, (call) => {
    const row = credential(call, 'get_application_credential');
    return ok({ application_credential: credentialView(call, call.cloud.identity, row) });
  });
  service.delete(`${path}/:credential`, (call) => {
    call.cloud.identity.applicationCredentials.remove(credential(call, 'delete_application_credential').id);
    return noContent();
  });
}

function credential(call: Call, action: string): ApplicationCredential {
  const { id } = user(call, action, 'or self');
  const row = call.cloud.identity.applicationCredentials.get(call.params.credential ?? '');
  if (row?.userId !== id) throw absent('Application Credential', call.params.credential ?? '');
  return row;
}

function create(call: Call) {
  const { caller, cloud } = call;
  const action = 'create_application_credential';
  // Not even an admin makes one for somebody else.
  if (caller.userId !== call.params.id) throw denied(action);
  if (caller.token.applicationCredentialId !== undefined) {
    const held = cloud.identity.applicationCredentials.get(caller.token.applicationCredentialId);
    if (held?.unrestricted !== true) throw denied(action);
  }
  const given = objectOf(objectOf(call.body).application_credential);
  const name = requiredName(given);
  if (cloud.identity.applicationCredentials.where('user', caller.userId).some((row) => row.name === name)) {
    throw conflict(
      `Conflict occurred attempting to store application_credential - Duplicate entry found with name ${name}.`,
    );
  }
  const held = roleIdsOf(cloud, caller.token);
  const asked = objectsOf(given.roles).map(
    (role) => cloud.identity.roles.find((row) => row.id === role.id || row.name === role.name)?.id ?? '',
  );
  if (asked.some((id) => !held.includes(id))) {
    throw new Refusal(
      400,
      'Invalid application credential: Could not find role assignment with role, user or group, project.',
    );
  }
  const row: ApplicationCredential = {
    id: text(given.id) ?? cloud.random.id32(),
    name,
    secret: text(given.secret) ?? cloud.random.base64url(86),
    description: textOrNull(given.description),
    userId: caller.userId,
    projectId: caller.projectId,
    roleIds: asked.length > 0 ? asked : held,
    expiresAt: textOrNull(given.expires_at),
    unrestricted: boolean(given.unrestricted) ?? null,
  };
  cloud.identity.applicationCredentials.add(row);
  const view = credentialView(call, cloud.identity, row);
  return created({ application_credential: { ...view, secret: row.secret } });
}
