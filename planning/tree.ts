import type { DependencyGraph, GraphNode, NodeKey } from './graph.ts';

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

/** Throws a `RangeError` when the root is not in the graph. */
export function dependencyTree(graph: DependencyGraph, root: NodeKey, options: TreeOptions = {}): TreeNode {
  const shown = new Set<NodeKey>();
  const ancestors = new Set<NodeKey>();

  const grow = (key: NodeKey, why?: string, container?: NodeKey): TreeNode => {
    const node = graph.get(key);
    if (node === undefined) throw new RangeError(`${key} is not in the graph`);
    const place = ancestors.has(key) ? 'cycle' : shown.has(key) ? 'above' : 'here';
    const children: TreeNode[] = [];
    if (place === 'here') {
      shown.add(key);
      ancestors.add(key);
      for (const edge of node.edges) {
        const wanted = edge.relation === 'requires' || options.withContents === true;
        // What is contained says of its container only what the line above says already.
        if (wanted && edge.to !== container && graph.get(edge.to) !== undefined)
          children.push(grow(edge.to, edge.why, edge.relation === 'contains' ? key : undefined));
      }
      ancestors.delete(key);
    }
    return { node, ...(why === undefined ? {} : { why }), shown: place, children };
  };
  return grow(root);
}
