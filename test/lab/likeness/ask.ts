import type { CloudSettings } from '../../../config/cloud-settings.ts';
import type { Cloud } from '../../../services/openstack/cloud.ts';
import type { ServiceType } from '../../../services/openstack/service-client.ts';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly requestId: boolean;
  readonly body: unknown;
}

/** A token of these settings, by Identity v3. */
export async function tokenOf({ authUrl, credentials, scope }: CloudSettings): Promise<string> {
  if (credentials.kind !== 'password' || scope.kind !== 'project')
    throw new Error('a password and a project are needed');
  const { user, password } = credentials;
  const auth = {
    identity: { methods: ['password'], password: { user: { ...user, password: password.reveal() } } },
    scope: { project: scope.project },
  };
  const answer = await fetch(`${authUrl.replace(/\/$/, '')}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth }),
  });
  return answer.headers.get('x-subject-token') ?? '';
}

export interface Question {
  readonly service: ServiceType;
  readonly path: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly microversion?: string;
}

/** One call as it is on the wire, beside the clients. */
export async function ask(cloud: Cloud, token: string, question: Question): Promise<Answer> {
  const { service, path, method = 'GET', body, microversion, headers } = question;
  const { url } = await cloud.session.endpoint(service);
  const versioned = microversion === undefined ? {} : { 'openstack-api-version': `compute ${microversion}` };
  return answerOf(`${url}/${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-auth-token': token, ...versioned, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

export async function answerOf(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, { ...init, redirect: 'manual' });
  const text = await answer.text();
  return {
    status: answer.status,
    type: (answer.headers.get('content-type') ?? '').replace(/;.*/, ''),
    requestId: answer.headers.has('x-openstack-request-id'),
    body: parsed(text),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
