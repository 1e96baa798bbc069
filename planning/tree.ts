import type { DependencyGraph, Edge, GraphNode, NodeKey } from './graph.ts';

/**
 * A resource and, below it, all that must exist in the target before it can be moved. A resource that several others
 * need is shown in full once, at its first place; elsewhere it is `shown: 'above'`. `shown: 'cycle'` is one of the
 * branch's own ancestors.
 */
export interface TreeNode {
  readonly node: GraphNode;
  /** Why the parent needs it; absent at the root. */
  readonly why?: string;
  readonly shown: 'here' | 'above' | 'cycle';
  readonly children: readonly TreeNode[];
}

export interface TreeOptions {
  /** Also what each resource contains and takes along: a server's floating IPs, a network's subnets. */
  readonly withContents?: boolean;
}

/** A node whose children are still being added; `edges` are those that the tree follows. */
interface Branch {
  readonly node: GraphNode;
  readonly children: TreeNode[];
  readonly edges: Iterator<Edge>;
}

/**
 * Without recursion, as the graph is: projects and security groups can be chained deeper than the call stack is. Throws a
 * `RangeError` when the root is not in the graph.
 */
export function dependencyTree(graph: DependencyGraph, root: NodeKey, options: TreeOptions = {}): TreeNode {
  const start = graph.get(root);
  if (start === undefined) throw new RangeError(`${root} is not in the graph`);
  const shown = new Set<NodeKey>([root]);
  const ancestors = new Set<NodeKey>([root]);
  const branch: Branch[] = [];
  const enter = (node: GraphNode, children: TreeNode[], container?: NodeKey) =>
    branch.push({ node, children, edges: followed(graph, node, options, container) });

  const children: TreeNode[] = [];
  enter(start, children);
  for (let tip = branch.at(-1); tip !== undefined; tip = branch.at(-1)) {
    const step = tip.edges.next();
    if (step.done === true) {
      branch.pop();
      ancestors.delete(tip.node.key);
      continue;
    }
    const { to, why, relation } = step.value;
    const place = ancestors.has(to) ? 'cycle' : shown.has(to) ? 'above' : 'here';
    const node = graph.get(to)!;
    const children: TreeNode[] = [];
    tip.children.push({ node, why, shown: place, children });
    if (place !== 'here') continue;
    shown.add(to);
    ancestors.add(to);
    enter(node, children, relation === 'contains' ? tip.node.key : undefined);
  }
  return { node: start, shown: 'here', children };
}

/** Edges to what is in the graph and below the node in a tree: never who may use it. */
function* followed(
  graph: DependencyGraph,
  node: GraphNode,
  { withContents }: TreeOptions,
  container: NodeKey | undefined,
): Generator<Edge, undefined> {
  for (const edge of node.edges) {
    const wanted = edge.relation === 'requires' || (edge.relation === 'contains' && withContents === true);
    // What is contained says of its container only what the line above says already.
    if (wanted && edge.to !== container && graph.get(edge.to) !== undefined) yield edge;
  }
  return undefined;
}
