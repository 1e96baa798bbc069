import { types } from 'node:util';
import { ApiError, type ApiErrorKind, type Retry } from '../api-error.ts';
import type { Call } from './classify.ts';
import type { Redactor } from './redact.ts';

interface FailureVerdict {
  readonly kind: ApiErrorKind;
  readonly retry: Retry;
  readonly hint?: string;
}

const NEVER: Retry = { when: 'never' };
const BACK_OFF: Retry = { when: 'back-off' };
const ADDRESS_HINT = 'check that the address is right and the service is up';
const TLS_HINT = 'set cacert to the authority that signed it, or verify: false';

/**
 * The error for a call that got no complete answer: no connection, TLS, time-out, reset, truncated body.
 * `host` (with port) says where it was sent, which the path alone does not.
 */
export function classifyFailure(call: Call, host: string, cause: unknown, redactor: Redactor): ApiError {
  // Not instanceof: Node's own errors may come from another realm (worker threads, test runners).
  const error = types.isNativeError(cause) ? cause : new Error(String(cause));
  const code = codeOf(error);
  return new ApiError({
    ...call,
    path: redactor.text(call.path),
    ...verdict(code),
    reason: redactor.text(reason(error, code, host)),
  });
}

function verdict(code: string): FailureVerdict {
  if (code === 'IDLE_TIMEOUT') {
    return { kind: 'timeout', retry: BACK_OFF };
  }
  if (code === 'CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return { kind: 'timeout', retry: BACK_OFF, hint: ADDRESS_HINT };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return { kind: 'configuration', retry: NEVER, hint: 'use the host name that the certificate is for' };
  }
  if (isCertificateCode(code)) {
    return { kind: 'configuration', retry: NEVER, hint: TLS_HINT };
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return { kind: 'configuration', retry: NEVER, hint: 'check whether the address is http or https' };
  }
  if (code === 'ENOENT' || code === 'EACCES' || code.startsWith('ERR_OSSL')) {
    return { kind: 'configuration', retry: NEVER, hint: 'check cacert, cert and key' };
  }
  if (code.startsWith('HPE_') || code.startsWith('Z_')) {
    return { kind: 'protocol', retry: BACK_OFF, hint: 'check that an HTTP service answers there' };
  }
  if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code)) {
    return { kind: 'network', retry: BACK_OFF, hint: ADDRESS_HINT };
  }
  return { kind: 'network', retry: BACK_OFF };
}

function reason(error: Error, code: string, host: string): string {
  // node-fetch: "request to URL failed, reason: connect ECONNREFUSED …"
  const said = error.message
    .replace(/^request to \S+ failed, reason:\s*/, '')
    .replace(/\s+/g, ' ')
    .trim();
  switch (code) {
    case 'ECONNREFUSED':
      return `connection refused by ${host}`;
    case 'ENOTFOUND':
      return `the host name of ${host} is unknown`;
    case 'EAI_AGAIN':
      return `the host name of ${host} could not be resolved`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `no route to ${host}`;
    case 'ETIMEDOUT':
    case 'CONNECT_TIMEOUT':
      return `${said} (${host})`;
    case 'ECONNRESET':
    case 'EPIPE':
      return said === 'aborted' ? 'the answer broke off' : `${host} closed the connection`;
    case 'ERR_STREAM_PREMATURE_CLOSE':
    case 'Z_BUF_ERROR':
      return 'the answer broke off';
    default:
      return said || code || 'no reason given';
  }
}

function isCertificateCode(code: string): boolean {
  return (
    code.startsWith('CERT_') ||
    code.startsWith('UNABLE_TO_') ||
    code === 'DEPTH_ZERO_SELF_SIGNED_CERT' ||
    code === 'SELF_SIGNED_CERT_IN_CHAIN'
  );
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
