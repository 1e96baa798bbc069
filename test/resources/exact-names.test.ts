import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AmbiguousName, find, UnknownName } from '../../resources/find.ts';
import { inventory } from '../../resources/inventory.ts';
import { Reader } from '../../resources/reader.ts';
import { type OneCloud, oneCloud } from './one-cloud.ts';

/** As a cloud on MySQL answers, whose collation does not tell cases apart. */
describe('names where the API finds more than was asked for', () => {
  let one: OneCloud;

  beforeAll(async () => {
    one = await oneCloud(
      {},
      {
        tenants: [{ name: 'acme', networks: ['web', 'Web', 'twin', 'twin'].map((name) => ({ name, router: false })) }],
      },
    );
    const { network } = one.cloud;
    const all = network.networks.bind(network);
    network.networks = ({ name: _ignored, ...filter } = {}) => all(filter);
  });
  afterAll(() => one?.close());

  it('find takes the one of exactly that name', async () => {
    expect(await find(new Reader(one.cloud), 'network', 'web')).toMatchObject({ name: 'web' });
    expect(await find(new Reader(one.cloud), 'network', 'Web')).toMatchObject({ name: 'Web' });
  });

  it('find says so when none has exactly that name, or two have', async () => {
    await expect(find(new Reader(one.cloud), 'network', 'WEB')).rejects.toThrow(UnknownName);
    await expect(find(new Reader(one.cloud), 'network', 'twin')).rejects.toThrow(AmbiguousName);
  });

  it('an inventory by name has exactly that name', async () => {
    const names: string[] = [];
    for await (const page of inventory(new Reader(one.cloud), { types: ['network'], name: 'web' }))
      names.push(...page.map(({ name }) => name));
    expect(names).toEqual(['web']);
  });

  // A path with them would lead elsewhere: to the list itself, or to all servers in detail.
  it.each(['.', '..', 'detail', './x', 'a/../b', '..%2f'])('%s is a name and no id to ask for', async (name) => {
    for (const type of ['server', 'volume', 'flavor', 'network', 'image', 'port'] as const)
      await expect(find(new Reader(one.cloud), type, name)).rejects.toThrow(UnknownName);
  });
});
