import { type Dialect, middlewareUnauthorized, webobPage } from '../http/service.ts';

export const neutronDialect: Dialect = {
  service: 'network',
  prefix: '/networking',
  negotiate: () => 0,
  headers: (call) => (/^\/networking\/?$/.test(call.url) ? {} : { 'X-Openstack-Request-Id': call.requestId }),
  refuse(refusal, call) {
    if (refusal.status === 401) return middlewareUnauthorized(call);
    const type = refusal.type === '' ? (TYPES[refusal.status] ?? 'HTTPInternalServerError') : refusal.type;
    return { status: refusal.status, body: { NeutronError: { type, message: refusal.message, detail: '' } } };
  },
  unknown(call) {
    if (!call.url.startsWith('/networking/v2.0')) {
      return webobPage(404, 'The resource could not be found.', call.headers.accept);
    }
    const error = { type: 'HTTPNotFound', message: 'The resource could not be found.', detail: '' };
    return { status: 404, body: { NeutronError: error } };
  },
};

const TYPES: Readonly<Record<number, string>> = {
  400: 'HTTPBadRequest',
  403: 'PolicyNotAuthorized',
  404: 'HTTPNotFound',
  409: 'HTTPConflict',
  503: 'HTTPServiceUnavailable',
};
