import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../../config/secret.ts';
import { classifyAnswer, classifyUnreadable } from '../../../services/openstack/classify.ts';
import { Redactor } from '../../../services/openstack/redact.ts';

const call = { cloud: 'old', service: 'compute', method: 'POST', path: '/v2.1/servers/1/action' };

function classify(status: number, body: unknown, headers: Record<string, string> = {}, redactor = new Redactor()) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return classifyAnswer(call, { status, headers, text }, redactor);
}

const nova = (key: string, code: number, message: string) => ({ [key]: { code, message } });
const neutron = (type: string, message: string) => ({ NeutronError: { type, message, detail: '' } });

describe('the reason of an error', () => {
  it.each([
    [
      'Keystone',
      { error: { code: 404, title: 'Not Found', message: 'Could not find user: bob.' } },
      'Could not find user: bob.',
    ],
    ['Nova', nova('itemNotFound', 404, 'Instance 7 could not be found.'), 'Instance 7 could not be found.'],
    ['Neutron', neutron('NetworkNotFound', 'Network 7 could not be found.'), 'Network 7 could not be found.'],
    ['Neutron without a type', { NeutronError: 'Something is missing' }, 'Something is missing'],
    [
      'Placement',
      { errors: [{ status: 404, title: 'Not Found', detail: 'No such provider.\n\n ' }] },
      'No such provider.',
    ],
    [
      'Glance in HTML',
      '<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1>No image &quot;7&quot;<br /></body></html>',
      'No image "7"',
    ],
    [
      'Glance in JSON',
      { message: 'No image found with ID 7<br /><br />\n\n\n', code: '404 Not Found', title: 'Not Found' },
      'No image found with ID 7',
    ],
    ['plain text', 'no such thing\n', 'no such thing'],
    ['an empty body', '', 'Not Found'],
    [
      'jsonschema',
      nova('badRequest', 400, "'name' is required\n\nFailed validating 'required' in schema: {…}"),
      "'name' is required",
    ],
  ])('is read from %s', (_service, body, reason) => {
    expect(classify(404, body).details.reason).toBe(reason);
  });

  it.each([
    [
      'server',
      "{'name': 'a', 'user_data': 'aHVudGVyMg==', 'metadata': {'db': 'hunter2'}, 'hostname': 'a'}. Additional properties are not allowed ('hostname' was unexpected)",
      "Additional properties are not allowed ('hostname' was unexpected)",
    ],
    ['user_data', "aHVudGVyMg==. 'aHVudGVyMg==' is too long", 'is too long'],
    ['db_password', "hunter2. 'hunter2' is too long", 'is too long'],
    ['metadata', "{'db': 'hunter2'}. {'db': 'hunter2'} is something new", undefined],
  ])('has nothing of what was refused in %s, where passwords stand', (field, told, why) => {
    const body = nova('badRequest', 400, `Invalid input for field/attribute ${field}. Value: ${told}`);
    const shown = `Invalid input for field/attribute ${field}. Value: (not told).${why === undefined ? '' : ` ${why}`}`;
    expect(classify(400, body).details.reason).toBe(shown);
  });

  it('has what was refused elsewhere', () => {
    const words = "Invalid input for field/attribute name. Value: . '' is too short";
    expect(classify(400, nova('badRequest', 400, words)).details.reason).toBe(words);
  });

  it('carries cloud, service, call, status and request id in one line', () => {
    const error = classify(404, nova('itemNotFound', 404, 'Instance 7 could not be found.'), {
      'x-compute-request-id': 'req-1',
    });
    expect(error.message).toBe(
      'old: compute: POST /v2.1/servers/1/action: 404: Instance 7 could not be found. (request id req-1)',
    );
  });

  it('never repeats a password or token that the API echoes', () => {
    const redactor = new Redactor();
    redactor.learn(new Secret('hunter22'), ['admin']);
    redactor.learnToken(new Secret('0123456789abcdef'));
    const error = classify(
      400,
      nova('badRequest', 400, 'bad value hunter22 from token 0123456789abcdef'),
      {},
      redactor,
    );
    expect(error.message).not.toMatch(/hunter22|0123456789abcdef/);
  });

  it('hides a Fernet token of anybody', () => {
    const fernet = `gAAAAAB${'x'.repeat(60)}==`;
    expect(classify(404, { error: { message: `Failed to validate ${fernet}` } }).message).not.toContain(fernet);
  });
});

describe('the kind of an error', () => {
  it.each([
    [400, nova('badRequest', 400, 'Invalid imageRef'), 'invalid', 'never'],
    [401, { error: { message: 'The request you have made requires authentication.' } }, 'authentication', 'never'],
    [
      403,
      nova('forbidden', 403, "Policy doesn't allow os_compute_api:os-quota-sets:update to be performed."),
      'forbidden',
      'never',
    ],
    [
      403,
      nova('forbidden', 403, 'Quota exceeded for cores: Requested 4, but already used 20 of 20 cores'),
      'over-quota',
      'never',
    ],
    [404, nova('itemNotFound', 404, 'gone'), 'not-found', 'never'],
    [410, 'gone', 'not-found', 'never'],
    [
      406,
      { errors: [{ title: 'Not Acceptable', detail: 'Version 2.999 is not supported by the API.' }] },
      'configuration',
      'never',
    ],
    [408, 'too slow', 'timeout', 'back-off'],
    [422, { error: { message: 'unprocessable' } }, 'invalid', 'never'],
    [423, 'locked', 'busy', 'back-off'],
    [500, nova('computeFault', 500, 'Unexpected API Error.'), 'unavailable', 'back-off'],
    [501, nova('notImplemented', 501, 'The requested functionality is not supported.'), 'unavailable', 'never'],
    [
      503,
      '<html><body><h1>503 Service Unavailable</h1>No server is available.</body></html>',
      'unavailable',
      'back-off',
    ],
  ])('%i %j is %s', (status, body, kind, when) => {
    expect(classify(status, body)).toMatchObject({ kind, retry: { when } });
  });

  it.each([
    [409, nova('conflictingRequest', 409, "Cannot 'stop' instance 7 while it is in task_state powering-off"), 'busy'],
    [409, nova('conflictingRequest', 409, "Cannot 'delete' instance 7 while it is in vm_state building"), 'busy'],
    [409, nova('conflictingRequest', 409, "Cannot 'stop' instance 7 while it is in vm_state stopped"), 'conflict'],
    [409, nova('conflictingRequest', 409, 'Instance 7 is locked'), 'conflict'],
    [409, neutron('StateInvalid', 'Unable to complete operation.'), 'busy'],
    [409, neutron('RetryRequest', 'retry'), 'busy'],
    [
      409,
      neutron('NetworkInUse', 'Unable to complete operation on network 7. There are one or more ports still in use.'),
      'conflict',
    ],
    [409, neutron('OverQuota', "Quota exceeded for resources: ['port']."), 'over-quota'],
    [
      409,
      { error: { message: 'Conflict occurred attempting to store project - Duplicate entry found with name x.' } },
      'conflict',
    ],
    [409, { message: 'Image status transition from saving to saving is not allowed<br /><br />' }, 'busy'],
    [409, { message: 'Image 7 already exists<br /><br />' }, 'conflict'],
    [409, { message: 'Image status transition from active to saving is not allowed' }, 'conflict'],
    [409, { errors: [{ code: 'placement.concurrent_update', detail: 'generation conflict' }] }, 'busy'],
    [
      400,
      nova(
        'badRequest',
        400,
        'Invalid volume: Volume status must be available or in-use, but current status is: creating.',
      ),
      'busy',
    ],
    [
      400,
      nova('badRequest', 400, 'Invalid volume: Volume status must be available, but current status is: in-use.'),
      'invalid',
    ],
    [
      413,
      nova('overLimit', 413, 'VolumeSizeExceedsAvailableQuota: Requested volume exceeds allowed gigabytes quota.'),
      'over-quota',
    ],
    [413, nova('overLimit', 413, "Maximum number of volumes allowed (10) exceeded for quota 'volumes'."), 'over-quota'],
  ])('tells states that pass from those that stay: %i %j is %s', (status, body, kind) => {
    expect(classify(status, body).kind).toBe(kind);
  });
});

describe('the wait that a server asks for', () => {
  it('is given in seconds', () => {
    expect(classify(429, '', { 'retry-after': '7' }).retry).toEqual({ when: 'after', delayMs: 7_000 });
  });

  it('is given as a date, which counts by the clock of the server', () => {
    const headers = { date: 'Wed, 21 Oct 2015 07:28:00 GMT', 'retry-after': 'Wed, 21 Oct 2015 07:28:30 GMT' };
    expect(classify(503, '', headers).retry).toEqual({ when: 'after', delayMs: 30_000 });
  });

  it("is given in the body of Nova's overLimit", () => {
    const body = { overLimit: { code: 413, message: 'This request was rate-limited.', retryAfter: '12' } };
    expect(classify(413, body)).toMatchObject({ kind: 'rate-limited', retry: { when: 'after', delayMs: 12_000 } });
  });

  it('is no promise when the quota is used up', () => {
    const body = { overLimit: { code: 413, message: 'Quota exceeded for instances: Requested 1', retryAfter: '0' } };
    expect(classify(413, body)).toMatchObject({ kind: 'over-quota', retry: { when: 'never' } });
  });

  it('falls back to a back-off when it cannot be read', () => {
    expect(classify(503, '', { 'retry-after': 'soon' }).retry).toEqual({ when: 'back-off' });
  });
});

describe('an answer that is no API', () => {
  it('is a protocol error that names the page', () => {
    const text = '<!DOCTYPE html><html><title>Log in to Horizon</title></html>';
    const error = classifyUnreadable(call, { status: 200, headers: {}, text }, new Redactor());
    expect(error).toMatchObject({ kind: 'protocol', retry: { when: 'never' } });
    expect(error.message).toContain('the answer is HTML: Log in to Horizon');
  });

  it('may be whole the next time when it is JSON that broke off', () => {
    const error = classifyUnreadable(call, { status: 200, headers: {}, text: '{"servers": [' }, new Redactor());
    expect(error).toMatchObject({ kind: 'protocol', retry: { when: 'back-off' } });
  });
});
