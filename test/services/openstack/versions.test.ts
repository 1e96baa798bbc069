import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../services/api-error.ts';
import type { ServiceType } from '../../../services/openstack/service-client.ts';
import { VersionDiscovery } from '../../../services/openstack/versions.ts';

/** `v2.1 2.1-2.53 at /v2.1/` as an entry of a version document. */
function version(text: string) {
  const [, id, min = '', max = '', status = 'CURRENT', href] =
    /^(\S+)(?: (\d\S*)-(\S+))?(?: (CURRENT|EXPERIMENTAL))?(?: at (\S*))?$/.exec(text)!;
  const links = [{ rel: 'self', href: href ?? `http://wrong-host/${id}/` }];
  return { id, status, links, version: max, min_version: min };
}

function answer(body: unknown) {
  return Promise.resolve({ status: 200, headers: {}, body });
}

function failure(status: number, retryWhen: 'never' | 'back-off') {
  const details = { cloud: 'old', service: 'x', method: 'GET', path: '/', status, reason: 'no' };
  const kind = status >= 500 ? 'unavailable' : 'not-found';
  return Promise.reject(new ApiError({ ...details, kind, retry: { when: retryWhen } }));
}

/** Resolves an endpoint of a service against the documents at some paths; every other path is 404. */
function resolve(service: ServiceType, url: string, documents: Record<string, readonly string[]>, pinned = false) {
  const discovery = new VersionDiscovery();
  return discovery.resolve(service, { url, pinned }, 'PROJECT', ({ pathname }) => {
    const found = documents[pathname];
    return found ? answer({ versions: found.map(version) }) : failure(404, 'never');
  });
}

describe('the version of a service', () => {
  const nova = { '/': ['v2.0', 'v2.1 2.1-2.53'] };

  it.each([
    ['http://api:8774/v2/PROJECT', 'http://api:8774/v2.1/PROJECT'],
    ['http://api:8774/v2.1/PROJECT', 'http://api:8774/v2.1/PROJECT'],
    ['http://api:8774/v2.1', 'http://api:8774/v2.1'],
    ['http://api:8774/', 'http://api:8774/v2.1'],
  ])("is Nova's 2.1 wherever the server has it: %s becomes %s", async (registered, used) => {
    await expect(resolve('compute', registered, nova)).resolves.toEqual({
      url: used,
      microversions: { min: '2.1', max: '2.53' },
    });
  });

  it("is Nova's 2.0 without microversions where there is no other", async () => {
    await expect(resolve('compute', 'http://api/v2/PROJECT', { '/': ['v2.0 at http://api/v2/'] })).resolves.toEqual({
      url: 'http://api/v2/PROJECT',
      microversions: undefined,
    });
  });

  it('is none that is an experiment', async () => {
    const documents = { '/': ['v2.0 at http://api/v2/', 'v2.1 2.1-2.3 EXPERIMENTAL'] };
    await expect(resolve('compute', 'http://api/v2/PROJECT', documents)).resolves.toMatchObject({
      url: 'http://api/v2/PROJECT',
    });
  });

  it.each([
    ['network', 'http://api:9696', { '/': ['v2.0'] }, 'http://api:9696/v2.0'],
    [
      'image',
      'http://api:9292/',
      { '/': ['v2.5 at http://x/v2/', 'v2.4 at http://x/v2/', 'v1.1 at http://x/v1/'] },
      'http://api:9292/v2',
    ],
    [
      'block-storage',
      'http://api:8776/v2/PROJECT',
      { '/': ['v2.0 at http://x/v2/', 'v3.0 3.0-3.44 at http://x/v3/'] },
      'http://api:8776/v3/PROJECT',
    ],
    ['block-storage', 'http://api:8776/v3', { '/': ['v3.0 3.0-3.70 at http://x/v3/'] }, 'http://api:8776/v3/PROJECT'],
    ['block-storage', 'http://api:8776/v2/PROJECT', { '/': ['v2.0 at http://x/v2/'] }, 'http://api:8776/v2/PROJECT'],
    ['placement', 'http://api/placement', { '/placement/': ['v1.0 1.0-1.39 at '] }, 'http://api/placement'],
    [
      'compute',
      'https://api/compute/v2.1',
      { '/compute/': ['v2.1 2.1-2.90 at http://10.0.0.1:8774/v2.1/'] },
      'https://api/compute/v2.1',
    ],
  ] as const)('of %s at %s with %j is at %s', async (service, url, documents, used) => {
    await expect(resolve(service, url, documents)).resolves.toMatchObject({ url: used });
  });

  it('comes from the versioned document where the unversioned one is hidden', async () => {
    await expect(resolve('compute', 'http://api/v2.1/PROJECT', { '/v2.1/': ['v2.1 2.1-2.53'] })).resolves.toMatchObject(
      {
        microversions: { max: '2.53' },
      },
    );
  });

  it("is the catalogue's where there is no document at all", async () => {
    await expect(resolve('compute', 'http://api/v2.1/PROJECT', {})).resolves.toEqual({
      url: 'http://api/v2.1/PROJECT',
      microversions: undefined,
    });
  });

  it("is the operator's where the endpoint is configured", async () => {
    const documents = { '/': ['v2.0 at http://api/v2/', 'v2.1 2.1-2.53'] };
    await expect(resolve('compute', 'http://api/v2/PROJECT', documents, true)).resolves.toEqual({
      url: 'http://api/v2/PROJECT',
      microversions: undefined,
    });
  });

  it('is asked for once by any number of callers', async () => {
    let reads = 0;
    const discovery = new VersionDiscovery();
    const read = () => {
      reads++;
      return answer({ versions: [version('v2.0')] });
    };
    const one = () => discovery.resolve('network', { url: 'http://api', pinned: false }, undefined, read);
    await Promise.all([one(), one(), one()]);
    expect(reads).toBe(1);
  });

  it('is asked for again after a failure that passes', async () => {
    let down = true;
    const discovery = new VersionDiscovery();
    const read = () => (down ? failure(503, 'back-off') : answer({ versions: [version('v2.0')] }));
    const one = () => discovery.resolve('network', { url: 'http://api', pinned: false }, undefined, read);
    await expect(one()).rejects.toMatchObject({ kind: 'unavailable' });
    down = false;
    await expect(one()).resolves.toMatchObject({ url: 'http://api/v2.0' });
  });
});
