import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../resources/digest.ts';
import { hosts } from '../../resources/hosts.ts';
import { inventory } from '../../resources/inventory.ts';
import { Reader } from '../../resources/reader.ts';
import { RESOURCE_TYPE_NAMES, type Resource, type ResourceTypeName } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { ApiError, isApiError } from '../../services/api-error.ts';
import type { Stage } from './contract.ts';
import { hasToDoWith } from './project-share.ts';
import { idDifferences, settled } from './settled.ts';
import { allOf, listed, resourcesOf, type Whole, wholeOf } from './whole.ts';

const AT_ONCE = 8;

/** Every type's `list` and `get`, by project and by host; digests. */
export function resources({ cloud, fixture }: Stage): void {
  describe('resource types', () => {
    test.each(RESOURCE_TYPE_NAMES)('%s: each of the list is got by its id, and is the same', async (type) => {
      expect(await settled(() => compareWithGet(new Reader(cloud()), new Reader(cloud()), type))).toEqual([]);
    });

    test.each(RESOURCE_TYPE_NAMES)('%s: an id that is not there is a not-found error', async (type) => {
      const reader = new Reader(cloud());
      const volumesAreMissing = type === 'volume' && !(await cloud().has('block-storage'));
      const error = await resourceTypes[type].get(reader, unknownId(type)).then(
        () => undefined,
        (failure: unknown) => failure,
      );
      expect(error).toBeInstanceOf(ApiError);
      // Without Cinder there is nobody to ask.
      const kind = volumesAreMissing ? 'configuration' : 'not-found';
      expect([type, error instanceof ApiError && error.kind, String(error)]).toEqual([type, kind, String(error)]);
    });

    test('every resource knows its type, has an id of its own, and attributes that all have a rule', async () => {
      const whole = await wholeOf(cloud());
      for (const [type, items] of whole.byType) {
        expect(items.every((item) => item.type === type && item.id !== '')).toBe(true);
        expect(
          idDifferences(
            type,
            items.map(({ id }) => id),
            items.map(({ id }) => id),
          ),
        ).toEqual([]);
        const rules = Object.keys(resourceTypes[type].rules);
        const attributes = new Set(items.flatMap((item) => Object.keys(item.attributes)));
        expect([...attributes].filter((name) => !rules.includes(name))).toEqual([]);
      }
    }, 120_000);

    test('of a project there is exactly what the whole list has of it', async () => {
      expect(
        await settled(async () => {
          const whole = await wholeOf(cloud());
          const differences: string[] = [];
          for (const projectId of [fixture().project.id, (await cloud().project())!.id, largestProject(whole)])
            for (const type of RESOURCE_TYPE_NAMES)
              differences.push(...(await compareProject(whole, new Reader(cloud()), type, projectId)));
          return differences;
        }),
      ).toEqual([]);
    }, 240_000);

    test('on a host, named by service, hypervisor or IP, there is exactly what the whole list has there', async () => {
      const all = await hosts(new Reader(cloud()));
      expect(all.length).toBeGreaterThan(0);
      const differences = await settled(async () => {
        const [servers, ports] = [
          await listed(new Reader(cloud()), 'server'),
          await listed(new Reader(cloud()), 'port'),
        ];
        const found: string[] = [];
        for (const { host, hypervisor, ip } of all)
          for (const name of new Set([host, hypervisor, ip])) {
            const wanted = [...servers, ...ports].filter((item) => item.host === host).map((item) => item.id);
            // Hosts of a lab may share an address.
            if (all.filter((other) => [other.host, other.hypervisor, other.ip].includes(name)).length > 1) continue;
            const there = await allOf(inventory(new Reader(cloud()), { host: name }));
            found.push(
              ...idDifferences(
                `host ${name}`,
                there.map((item) => item.id),
                wanted,
              ),
            );
          }
        return found;
      });
      expect(differences).toEqual([]);
    }, 120_000);

    test('an inventory has the types in order, and notes the services that are missing', async () => {
      const reader = new Reader(cloud());
      const order: ResourceTypeName[] = [];
      for await (const page of inventory(reader, {}))
        for (const { type } of page) if (order.at(-1) !== type) order.push(type);
      expect(order).toEqual(RESOURCE_TYPE_NAMES.filter((type) => order.includes(type)));
      const missing = reader.notes.filter(({ text }) => text.startsWith('the cloud has no'));
      expect(missing.map(({ type }) => type)).toEqual((await cloud().has('block-storage')) ? [] : ['volume']);
    }, 120_000);

    test('two looks at an unchanged cloud give the same digests', async () => {
      const look = async () =>
        new Map(resourcesOf(await wholeOf(cloud())).map((item) => [`${item.type}/${item.id}`, digestOf(item)]));
      const differences = await settled(async () => {
        const [first, second] = [await look(), await look()];
        return [...first].filter(([key, digest]) => second.get(key) !== digest).map(([key]) => `${key} has changed`);
      });
      expect(differences).toEqual([]);
    }, 240_000);
  });
}

async function compareWithGet(lists: Reader, gets: Reader, type: ResourceTypeName): Promise<string[]> {
  const items = await listed(lists, type);
  const differences: string[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const batch = items.slice(start, start + AT_ONCE);
    differences.push(...(await Promise.all(batch.map((item) => compareOne(gets, item)))).flat());
  }
  return differences;
}

async function compareOne(reader: Reader, item: Resource): Promise<string[]> {
  const what = `${item.type} ${item.id} (${item.name})`;
  try {
    const got = await resourceTypes[item.type].get(reader, item.id);
    if (isDeepStrictEqual(comparable(got), comparable(item))) return [];
    return [`${what}: listed ${JSON.stringify(item)}, got ${JSON.stringify(got)}`];
  } catch (error) {
    if (isApiError(error, 'not-found')) return [`${what} is listed and not found: ${error.message}`];
    throw error;
  }
}

/** Nova's list looks for faults in one cell: a server that never reached a host, in cell0, tells its fault alone only. */
function comparable(resource: Resource): Resource {
  const { fault: _told, ...attributes }: Readonly<Record<string, unknown>> = { ...resource.attributes };
  return { ...resource, attributes };
}

function unknownId(type: ResourceTypeName): string {
  const uuid = 'c0417ac7-0000-4000-8000-000000000000';
  const [hex, user] = [uuid.replaceAll('-', ''), 'c0417ac7'];
  switch (type) {
    case 'keypair':
      return `${hex}/contract-none`;
    case 'assignment':
      return `${hex}:user:${user}:project:${hex}`;
    case 'domain':
    case 'project':
    case 'role':
    case 'user':
    case 'group':
    case 'quota':
      return hex;
    default:
      return uuid;
  }
}

function largestProject(whole: Whole): string {
  const counts = new Map<string, number>();
  for (const { projectId, type } of resourcesOf(whole))
    if (projectId !== undefined && type !== 'assignment') counts.set(projectId, (counts.get(projectId) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]![0];
}

async function compareProject(
  whole: Whole,
  reader: Reader,
  type: ResourceTypeName,
  projectId: string,
): Promise<string[]> {
  const got = await listed(reader, type, { projectId });
  const wanted = (whole.byType.get(type) ?? []).filter(hasToDoWith(whole, projectId));
  return idDifferences(
    `${type}s of project ${projectId}`,
    got.map(({ id }) => id),
    wanted.map(({ id }) => id),
  );
}
