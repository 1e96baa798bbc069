import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Reader } from '../../resources/reader.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { walk } from '../../resources/walk.ts';
import { look, type OneCloud, oneCloud } from './one-cloud.ts';

describe('a walk', () => {
  let one: OneCloud;

  beforeEach(async () => {
    one = await oneCloud(
      { release: 'pike', computeMaxVersion: '2.9' },
      {
        flavors: [{ name: 'small', id: 'small', tenants: ['acme', 'umbrella'] }],
        images: [{ name: 'debian', visibility: 'public' }],
        tenants: [
          {
            name: 'acme',
            users: [{ name: 'ann', keypairs: ['key'] }],
            servers: [{ name: 'web', flavor: 'small', image: 'debian', keypair: 'key' }],
          },
          { name: 'umbrella' },
        ],
      },
    );
  });
  afterEach(() => one.close());

  async function met(reader: Reader, type: 'server' | 'flavor', withContents = false): Promise<string[]> {
    const [start] = (await look(one.cloud, type)).items;
    const found: string[] = [];
    for await (const item of walk(reader, start!, { withContents }))
      found.push(item.state === 'found' ? `${item.resource.type} found` : `${item.ref.type} ${item.state}`);
    return found;
  }

  it('does not go from a flavor into the projects that may use it, not even with contents', async () => {
    const flavor = (await look(one.cloud, 'flavor')).items[0]!;
    expect(resourceTypes.flavor.references(flavor).map(({ relation }) => relation)).toEqual(['admits', 'admits']);
    expect(await met(new Reader(one.cloud), 'flavor', true)).toEqual(['flavor found']);
  });

  it('calls another user’s keypair hidden where Nova is too old to show it, and says so', async () => {
    const reader = new Reader(one.cloud);
    expect(await met(reader, 'server')).toContain('keypair hidden');
    expect(reader.notes.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/too old.*keypair|keypair.*2\.10/),
    );
  });
});
