import { describe, expect, test } from '@jest/globals';
import { inventory } from '../../resources/inventory.ts';
import { Reader } from '../../resources/reader.ts';
import type { Resource } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { isApiError } from '../../services/api-error.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import type { Stage } from './contract.ts';
import { idDifferences, settled } from './settled.ts';
import { allOf, resourcesOf, wholeOf } from './whole.ts';

/** Types that belong to projects, and that others' must therefore not show up in. */
const PRIVATE = ['port', 'router', 'floating-ip', 'volume', 'server-group', 'server'] as const;

const AT_ONCE = 8;

/** A plain member sees less than the admin, is told so, and is never refused as a whole. */
export function member({ subject, cloud, fixture }: Stage): void {
  const as = async <T>(work: (member: Cloud) => Promise<T>): Promise<T> => {
    const own = new Cloud((await subject.member?.()) ?? fixture().member);
    try {
      return await work(own);
    } finally {
      own.close();
    }
  };

  describe('as a plain member of one project', () => {
    test('what is listed is the admin’s list or less, and all that the project owns is in it', async () => {
      await as(async (own) => {
        const projectId = (await own.project())!.id;
        const differences = await settled(async () => {
          const [mine, all] = [resourcesOf(await wholeOf(own)), resourcesOf(await wholeOf(cloud()))];
          const key = (item: { type: string; id: string }) => `${item.type}/${item.id}`;
          const known = new Set(all.map(key));
          const owned = (items: typeof mine) =>
            items.filter((item) => item.projectId === projectId && (PRIVATE as readonly string[]).includes(item.type));
          return [
            ...mine
              // A token tells what its roles come to: also those that are implied or come through a group.
              .filter((item) => item.type !== 'assignment' && !known.has(key(item)))
              .map((item) => `${key(item)} is shown to the member only`),
            ...idDifferences('what the project owns', owned(mine).map(key), owned(all).map(key)),
            ...mine
              .filter((item) => (PRIVATE as readonly string[]).includes(item.type) && item.projectId !== projectId)
              .map((item) => `${key(item)} is another project’s`),
          ];
        });
        expect(differences).toEqual([]);
      });
    }, 240_000);

    test('the notes say that it is less, and of which types', async () => {
      await as(async (own) => {
        const reader = new Reader(own);
        await allOf(inventory(reader, {}));
        const notes = reader.notes.map(({ type, text }) => `${type ?? ''}: ${text}`);
        expect(notes).toContainEqual(
          expect.stringMatching(/^: .+ is no admin of this cloud: only what project .+ may see/),
        );
        for (const type of ['project', 'user', 'assignment'])
          expect(notes).toContainEqual(expect.stringMatching(`^${type}: not allowed`));
        expect(reader.notes.every((note) => note.cloud === own.name)).toBe(true);
      });
    }, 120_000);

    test('each that is listed is also got by its id, unless the API shows it in lists only', async () => {
      await as(async (own) => {
        const resources = resourcesOf(await wholeOf(own));
        const reader = new Reader(own);
        const refused: string[] = [];
        const get = async ({ type, id }: Resource) => {
          try {
            await resourceTypes[type].get(reader, id);
          } catch (error) {
            if (!isApiError(error, 'forbidden')) throw error;
            refused.push(type);
          }
        };
        for (let start = 0; start < resources.length; start += AT_ONCE)
          await Promise.all(resources.slice(start, start + AT_ONCE).map(get));
        // Keystone lists a member its own roles (in the token) and domain, but gives neither by id.
        expect(refused.filter((type) => type !== 'role' && type !== 'domain')).toEqual([]);
      });
    }, 240_000);

    test('what only an admin may ask is a forbidden error in the API’s own words, with the request’s id', async () => {
      await as(async (own) => {
        const { compute } = own;
        for (const call of [() => allOf(compute.servers({}, true)), () => compute.computeServices()]) {
          const error = await call().then(
            () => undefined,
            (failure: unknown) => failure,
          );
          expect(isApiError(error, 'forbidden') && error.details).toMatchObject({
            status: 403,
            service: 'compute',
            reason: expect.stringMatching(/policy/i),
            requestId: expect.stringMatching(/^req-/),
            retry: { when: 'never' },
          });
        }
      });
    });
  });
}
