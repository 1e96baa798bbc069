import type { Answer, Call, Refusal } from '../http/call.ts';
import { type Dialect, titleOf } from '../http/service.ts';

const NOT_ROUTED =
  '<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n';

export const keystoneDialect: Dialect = {
  service: 'identity',
  prefix: '/identity',
  negotiate: () => 0,
  headers: (call) => ({ Vary: 'X-Auth-Token', 'x-openstack-request-id': call.requestId }),
  refuse: (refusal, call) => keystoneError(refusal, call),
  unknown(call) {
    // v2.0 and all of Pike answer in JSON; Zed's Flask with a page of its own.
    if (call.cloud.settings.release === 'pike') {
      const message = `(${call.base}${pathOf(call)}): The resource could not be found.`;
      return { status: 404, body: { error: { message, code: 404, title: 'Not Found' } } };
    }
    return { status: 404, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: NOT_ROUTED };
  },
};

function keystoneError(refusal: Refusal, call: Call): Answer {
  const answer: Answer = {
    status: refusal.status,
    body: { error: { code: refusal.status, message: refusal.message, title: titleOf(refusal.status) } },
  };
  if (refusal.status !== 401) return answer;
  return { ...answer, headers: { 'WWW-Authenticate': `Keystone uri="${call.cloud.wwwAuthenticateUri}"` } };
}

function pathOf(call: Call): string {
  return (call.url.split('?')[0] ?? '').replace(/^\/identity/, '');
}
