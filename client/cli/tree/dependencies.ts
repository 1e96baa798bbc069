import { DependencyGraph, type GraphNode } from '../../../planning/graph.ts';
import type { Reader } from '../../../resources/reader.ts';
import type { Resource } from '../../../resources/resource-type.ts';
import { walk } from '../../../resources/walk.ts';

/** All that a resource needs (and, with contents, takes along), read from the cloud, as a graph that begins with it. */
export async function dependenciesOf(reader: Reader, start: Resource, withContents: boolean): Promise<DependencyGraph> {
  const graph = new DependencyGraph();
  for await (const met of walk(reader, start, { withContents })) {
    if (met.state === 'found') graph.add(met.resource, met.references);
    else graph.addAbsent(met.ref, met.state);
  }
  return graph;
}

/** `server web-1`; what has no name is called by its id. */
export function labelOf(node: GraphNode): string {
  return `${node.type} ${node.name === '' ? node.id : node.name}`;
}

/** What is wrong with a node that could not be read. */
export const ABSENCE = {
  missing: 'missing: the cloud has it no more',
  hidden: 'hidden: this login may not see it',
} as const;
