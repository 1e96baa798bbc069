import { describe, expect, test } from '@jest/globals';
import { DependencyGraph, nodeKey } from '../../planning/graph.ts';
import { dependencyTree, type TreeNode } from '../../planning/tree.ts';
import { Reader } from '../../resources/reader.ts';
import { referencesOf } from '../../resources/references.ts';
import type { Reference, Resource } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { walk } from '../../resources/walk.ts';
import { isApiError } from '../../services/api-error.ts';
import type { Cloud } from '../../services/openstack/cloud.ts';
import type { Stage } from './contract.ts';
import { settled } from './settled.ts';
import { resourcesOf, wholeOf } from './whole.ts';

/** Servers that are walked from, besides the graph of everything. */
const WALKS = 4;

/** What needs what: every reference leads somewhere or is known to lead nowhere, and every server has a tree. */
export function dependencies({ cloud }: Stage): void {
  describe('dependencies', () => {
    test('what a resource requires or contains is in the inventory, or the cloud does not have it or show it', async () => {
      const differences = await settled(async () => {
        const resources = resourcesOf(await wholeOf(cloud()));
        const known = new Set(resources.map(nodeKey));
        const absent = new Map<string, Reference>();
        for (const resource of resources)
          for (const reference of referencesOf(resource))
            if (!known.has(nodeKey(reference))) absent.set(nodeKey(reference), reference);
        const reader = new Reader(cloud());
        const found: string[] = [];
        for (const [key, reference] of absent) if (await isThere(reader, reference)) found.push(`${key} is not listed`);
        return found;
      });
      expect(differences).toEqual([]);
    }, 120_000);

    test('the tree of every server and router renders, each resource in full once', async () => {
      const resources = resourcesOf(await wholeOf(cloud()));
      const graph = graphOf(resources);
      for (const resource of resources.filter(({ type }) => type === 'server' || type === 'router')) {
        for (const withContents of [false, true]) {
          const lines = linesOf(dependencyTree(graph, nodeKey(resource), { withContents }));
          const full = lines.filter(({ shown }) => shown === 'here').map(({ key }) => key);
          expect(full).toEqual([...new Set(full)]);
          expect(full).toContain(`project/${resource.projectId}`);
        }
      }
      const order = graph.creationOrder().flat();
      expect(order.length).toBe(graph.size);
    }, 120_000);

    test('a walk finds the same as the inventory says, and names what is missing', async () => {
      const whole = resourcesOf(await wholeOf(cloud()));
      const servers = whole.filter(({ type }) => type === 'server');
      const requires = (item: Resource) => referencesOf(item).length;
      // Those that need most, and one that needs least: its image or flavor may be gone.
      const chosen = [...servers].sort((a, b) => requires(b) - requires(a));
      const starts = [...chosen.slice(0, WALKS - 1), ...chosen.slice(WALKS - 1).slice(-1)];
      for (const start of starts) expect(await settled(() => compareWalk(cloud(), start, graphOf(whole)))).toEqual([]);
    }, 240_000);
  });
}

async function isThere(reader: Reader, reference: Reference): Promise<boolean> {
  try {
    await resourceTypes[reference.type].get(reader, reference.id);
    return true;
  } catch (error) {
    if (isApiError(error, 'not-found', 'forbidden', 'configuration')) return false;
    throw error;
  }
}

function graphOf(resources: readonly Resource[]): DependencyGraph {
  const graph = new DependencyGraph();
  for (const resource of resources) graph.add(resource, referencesOf(resource));
  for (const key of graph.unresolved()) {
    const [type = ''] = key.split('/');
    const found = Object.values(resourceTypes).find((candidate) => candidate.name === type);
    graph.addAbsent({ type: found!.name, id: key.slice(type.length + 1) }, 'missing');
  }
  return graph;
}

function linesOf(tree: TreeNode): { key: string; shown: TreeNode['shown'] }[] {
  return [{ key: tree.node.key, shown: tree.shown }, ...tree.children.flatMap(linesOf)];
}

/** From one server: what the walk meets is what the inventory's graph leads to. */
async function compareWalk(cloud: Cloud, start: Resource, graph: DependencyGraph): Promise<string[]> {
  const met = new Map<string, string>();
  const differences: string[] = [];
  const fresh = await resourceTypes.server.get(new Reader(cloud), start.id);
  for await (const item of walk(new Reader(cloud), fresh)) {
    const key = item.state === 'found' ? nodeKey(item.resource) : nodeKey(item.ref);
    if (met.has(key)) differences.push(`${key} is met twice`);
    met.set(key, item.state);
  }
  const wanted = new Map<string, string>();
  const open = [nodeKey(start)];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const node = graph.get(key);
    if (wanted.has(key) || node === undefined) continue;
    wanted.set(key, node.state);
    for (const edge of node.edges) if (edge.relation === 'requires') open.push(edge.to);
  }
  for (const [key, state] of wanted)
    if (met.get(key) !== state) differences.push(`${key} is ${state}, met as ${met.get(key)}`);
  for (const key of met.keys()) if (!wanted.has(key)) differences.push(`${key} is met beyond what is needed`);
  return differences;
}
