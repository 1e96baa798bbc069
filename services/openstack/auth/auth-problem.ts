import { ApiError } from '../../api-error.ts';

/** An error of ours about how a cloud's login is configured. */
export function authProblem(cloud: string, reason: string, hint: string): ApiError {
  return new ApiError({
    cloud,
    service: 'identity',
    method: '',
    path: '',
    kind: 'configuration',
    retry: { when: 'never' },
    reason,
    hint,
  });
}

/** An answer of Keystone that lacks what the API promises. */
export function unexpectedAnswer(cloud: string, method: string, path: string): ApiError {
  return new ApiError({
    cloud,
    service: 'identity',
    method,
    path,
    kind: 'protocol',
    retry: { when: 'never' },
    reason: 'the answer is JSON, but not what the Identity API promises',
    hint: 'check auth_url',
  });
}
