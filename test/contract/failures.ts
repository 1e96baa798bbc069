import { describe, expect, test } from '@jest/globals';
import type { CloudSettings } from '../../config/cloud-settings.ts';
import { Secret } from '../../config/secret.ts';
import { type ApiError, type ApiErrorKind, isApiError } from '../../services/api-error.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import { createServiceClient } from '../../services/openstack/create-service-client.ts';
import type { ServiceType } from '../../services/openstack/service-client.ts';
import type { Stage } from './contract.ts';
import { identityAdmin } from './fixture-identity.ts';
import { PREFIX, TWIN } from './fixture-names.ts';

const NOBODY = 'c0417ac7-0000-4000-8000-000000000000';
const WRONG = 'contract-wrong-pa55word';

type Unknown = [service: ServiceType, path: string, words: RegExp];

async function failureOf(call: () => Promise<unknown>): Promise<ApiError> {
  const outcome: unknown = await call().then(
    () => 'no error at all',
    (error: unknown) => error,
  );
  if (!isApiError(outcome)) throw new Error(`an ApiError was expected: ${String(outcome)}`);
  return outcome;
}

/** An error says which cloud, service and path, the status, the API's own words and the request's id. */
function expectAnswer(error: ApiError, status: number, kind: ApiErrorKind, words: RegExp): void {
  const { details, message } = error;
  expect([message, details.status, error.kind]).toEqual([message, status, kind]);
  expect(details.reason).toMatch(words);
  for (const part of [details.cloud, details.service, details.method, details.path, String(status), details.reason])
    expect(message).toContain(part);
  expect(details.requestId).toMatch(/^req-/);
  expect(message).toContain(details.requestId);
}

/** Every kind of refusal that a real API gives. */
export function failures({ subject, cloud, fixture }: Stage): void {
  const { networking, volumes } = subject.expects;

  describe('errors', () => {
    test('a wrong password is an authentication error without the password in it', async () => {
      const settings = await subject.admin();
      if (settings.credentials.kind !== 'password') throw new Error('the suite needs an admin with a password');
      const credentials: CloudSettings['credentials'] = { ...settings.credentials, password: new Secret(WRONG) };
      const wrong = new Cloud({ ...settings, credentials });
      const error = await failureOf(() => wrong.whoAmI());
      wrong.close();
      expectAnswer(error, 401, 'authentication', /requires authentication/i);
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(WRONG);
    });

    test('a project that is not there is an authentication error too: Keystone does not tell', async () => {
      const settings = await subject.admin();
      const nowhere = new Cloud({
        ...settings,
        scope: { kind: 'project', project: { id: NOBODY.replaceAll('-', '') } },
      });
      const error = await failureOf(() => nowhere.whoAmI());
      nowhere.close();
      expect(error.kind).toBe('authentication');
    });

    const unknown: readonly Unknown[] = [
      ['compute', `servers/${NOBODY}`, /could not be found/],
      ['compute', `flavors/${NOBODY}`, /could not be found/],
      ['image', `images/${NOBODY}`, /No image found|not be found/],
      ...(networking === 'neutron'
        ? ([
            ['network', `networks/${NOBODY}`, /could not be found/],
            ['network', `ports/${NOBODY}`, /could not be found/],
          ] satisfies Unknown[])
        : []),
      ...(volumes ? ([['block-storage', `volumes/${NOBODY}`, /could not be found/]] satisfies Unknown[]) : []),
    ];
    test.each(unknown)('%s: what is not there is a not-found error: %s', async (service, path, words) => {
      const error = await failureOf(() => createServiceClient(cloud().session, service).get(path));
      expectAnswer(error, 404, 'not-found', words);
      expect(error.retry).toEqual({ when: 'never' });
    });

    test('identity: a user that is not there is a not-found error', async () => {
      const error = await failureOf(async () => (await cloud().identity()).user(NOBODY.replaceAll('-', '')));
      expectAnswer(error, 404, 'not-found', /Could not find user/);
    });

    test('a path that the service does not have is a not-found error', async () => {
      const error = await failureOf(() => cloud().compute.client.get('contract-no-such-path'));
      expect([error.kind, error.details.status]).toEqual(['not-found', 404]);
    });

    test('a microversion that the server lacks is a configuration error: before asking, and when asked anyway', async () => {
      const { client } = cloud().compute;
      const before = await failureOf(() => client.get('servers', { microversion: { atLeast: '2.999' } }));
      const max = (await client.maxMicroversion()) ?? 'none';
      expect([before.kind, before.message]).toEqual(['configuration', expect.stringContaining('2.999')]);
      expect(before.message).toContain(max);
      // A server without microversions ignores the header.
      if (max === 'none') return;
      const headers = { 'openstack-api-version': 'compute 2.999', 'x-openstack-nova-api-version': '2.999' };
      const asked = await failureOf(() => client.get('servers', { headers }));
      expectAnswer(asked, 406, 'configuration', /2\.999 is not supported by the API/);
      expect(asked.details.reason).toContain(max);
    });

    test('a request that makes no sense is an invalid error', async () => {
      const { compute, image } = cloud();
      expectAnswer(await failureOf(() => compute.client.post('servers', {})), 400, 'invalid', /./);
      const visibility = 'contract';
      const bad = await failureOf(() => image.client.post('images', { name: TWIN, visibility }));
      expect([bad.kind, bad.details.status]).toEqual(['invalid', 400]);
      expect(bad.details.reason).toMatch(/visibility|contract/);
      if (networking !== 'neutron') return;
      const subnet = { network_id: fixture().ids.network, ip_version: 4, cidr: 'contract' };
      const refused = await failureOf(() => cloud().network.client.post('subnets', { subnet }));
      expectAnswer(refused, 400, 'invalid', /cidr|contract/);
    });

    test('a name that is taken is a conflict error', async () => {
      const { compute } = cloud();
      const keypair = { name: `${PREFIX}key` };
      expectAnswer(
        await failureOf(() => compute.client.post('os-keypairs', { keypair })),
        409,
        'conflict',
        /already exists/,
      );
      const keystone = await identityAdmin(cloud());
      const v3 = subject.expects.identity === 'v3';
      const again = await failureOf(() =>
        keystone.post(v3 ? 'projects' : 'tenants', { [v3 ? 'project' : 'tenant']: { name: TWIN } }),
      );
      expectAnswer(again, 409, 'conflict', /Conflict occurred|Duplicate/i);
    });

    test('what is in use is a conflict error', async () => {
      if (networking !== 'neutron') return;
      const { ids } = fixture();
      const error = await failureOf(() => cloud().network.client.delete(`networks/${ids.network}`));
      expectAnswer(error, 409, 'conflict', /in use|ports still/i);
    });

    test('a service that the cloud lacks is a configuration error that names it', async () => {
      const missing = (['block-storage', 'network', 'placement'] as const).filter(
        (service) =>
          !{ 'block-storage': volumes, network: networking === 'neutron', placement: subject.expects.placement }[
            service
          ],
      );
      for (const service of missing) {
        const error = await failureOf(() => createServiceClient(cloud().session, service).get('contract'));
        expect([error.kind, error.message]).toEqual(['configuration', expect.stringContaining(service)]);
      }
    });
  });
}
