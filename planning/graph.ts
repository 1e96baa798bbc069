import type { Reference, ResourceRef, ResourceTypeName } from '../resources/resource-type.ts';

/** `type/id`: one resource of a cloud. */
export type NodeKey = `${ResourceTypeName}/${string}`;

export interface Edge {
  readonly to: NodeKey;
  readonly why: string;
  readonly relation: Reference['relation'];
}

/** `found`; `missing`: referred to, but the cloud has it no more; `hidden`: our login may not see it. */
export type NodeState = 'found' | 'missing' | 'hidden';

/** What the graph keeps of a resource: no attributes, so that 10,000 servers with all they need fit in little memory. */
export interface GraphNode extends ResourceRef {
  readonly key: NodeKey;
  readonly name: string;
  readonly state: NodeState;
  readonly projectId?: string;
  readonly edges: readonly Edge[];
}

export function nodeKey(ref: ResourceRef): NodeKey {
  return `${ref.type}/${ref.id}`;
}

export interface FoundResource extends ResourceRef {
  readonly name: string;
  readonly projectId?: string;
}

/** Resources and what they need, as a directed graph. Cycles are allowed: security groups may name each other. */
export class DependencyGraph {
  readonly #nodes = new Map<NodeKey, GraphNode>();

  get size(): number {
    return this.#nodes.size;
  }

  nodes(): IterableIterator<GraphNode> {
    return this.#nodes.values();
  }

  get(key: NodeKey): GraphNode | undefined {
    return this.#nodes.get(key);
  }

  /** Adds a resource that was found, with its references. The same resource again replaces what was known. */
  add(resource: FoundResource, references: readonly Reference[]): GraphNode {
    const node: GraphNode = {
      key: nodeKey(resource),
      type: resource.type,
      id: resource.id,
      name: resource.name,
      state: 'found',
      ...(resource.projectId === undefined ? {} : { projectId: resource.projectId }),
      edges: distinctEdges(references),
    };
    this.#nodes.set(node.key, node);
    return node;
  }

  /** Adds a resource that something refers to but that could not be read. */
  addAbsent(ref: ResourceRef, state: Exclude<NodeState, 'found'>): GraphNode {
    const node: GraphNode = { key: nodeKey(ref), type: ref.type, id: ref.id, name: '', state, edges: [] };
    this.#nodes.set(node.key, node);
    return node;
  }

  /** Keys that edges point to and that nobody has added. */
  unresolved(): NodeKey[] {
    const keys = new Set<NodeKey>();
    for (const node of this.#nodes.values())
      for (const edge of node.edges) if (!this.#nodes.has(edge.to)) keys.add(edge.to);
    return [...keys];
  }

  /**
   * Groups of resources in an order in which they can be made: each needs only earlier groups and, in a cycle, its own
   * group. Tarjan's strongly connected components, without recursion: trees can be deeper than the call stack.
   */
  creationOrder(): NodeKey[][] {
    return stronglyConnected(this.#nodes);
  }
}

function distinctEdges(references: readonly Reference[]): Edge[] {
  const edges = new Map<string, Edge>();
  for (const { relation, why, ...ref } of references) {
    const to = nodeKey(ref);
    const id = `${relation} ${to}`;
    const known = edges.get(id);
    if (known === undefined) edges.set(id, { to, why, relation });
    else if (!known.why.split(', ').includes(why)) edges.set(id, { ...known, why: `${known.why}, ${why}` });
  }
  return [...edges.values()];
}

interface Visit {
  readonly key: NodeKey;
  readonly next: Iterator<NodeKey>;
}

function stronglyConnected(nodes: ReadonlyMap<NodeKey, GraphNode>): NodeKey[][] {
  const index = new Map<NodeKey, number>();
  const low = new Map<NodeKey, number>();
  const open: NodeKey[] = [];
  const isOpen = new Set<NodeKey>();
  const groups: NodeKey[][] = [];

  const enter = (key: NodeKey): Visit => {
    index.set(key, index.size);
    low.set(key, index.get(key)!);
    open.push(key);
    isOpen.add(key);
    return { key, next: requiredKeys(nodes, key) };
  };
  const lower = (key: NodeKey, to: number): void => {
    low.set(key, Math.min(low.get(key)!, to));
  };

  for (const start of nodes.keys()) {
    if (index.has(start)) continue;
    const path = [enter(start)];
    while (path.length > 0) {
      const visit = path[path.length - 1]!;
      const step = visit.next.next();
      if (!step.done) {
        if (!index.has(step.value)) path.push(enter(step.value));
        else if (isOpen.has(step.value)) lower(visit.key, index.get(step.value)!);
        continue;
      }
      path.pop();
      const parent = path[path.length - 1];
      if (parent !== undefined) lower(parent.key, low.get(visit.key)!);
      if (low.get(visit.key) === index.get(visit.key)) {
        const group = open.splice(open.lastIndexOf(visit.key));
        for (const key of group) isOpen.delete(key);
        groups.push(group);
      }
    }
  }
  return groups;
}

function* requiredKeys(nodes: ReadonlyMap<NodeKey, GraphNode>, key: NodeKey): Generator<NodeKey, undefined> {
  for (const edge of nodes.get(key)?.edges ?? []) {
    if (edge.relation === 'requires' && nodes.has(edge.to)) yield edge.to;
  }
  return undefined;
}
