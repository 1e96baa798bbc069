import type { TreeNode } from '../../../planning/tree.ts';
import { column } from '../output/column.ts';
import { labelOf } from './dependencies.ts';

/** A node of the tree as a row, in the order of the text. */
export interface TreeRow {
  readonly tree: TreeNode;
  readonly level: number;
  readonly parent?: TreeNode;
  readonly tenant?: string;
}

export const TREE_COLUMNS = [
  column<TreeRow>('level', ({ level }) => level),
  column<TreeRow>('type', ({ tree }) => tree.node.type, { whole: true }),
  column<TreeRow>('name', ({ tree }) => tree.node.name),
  column<TreeRow>('id', ({ tree }) => tree.node.id, { whole: true }),
  column<TreeRow>('why', ({ tree }) => tree.why),
  column<TreeRow>('needed_by', ({ parent }) => (parent === undefined ? undefined : labelOf(parent.node))),
  column<TreeRow>('tenant', ({ tenant }) => tenant),
  column<TreeRow>('state', ({ tree }) => tree.node.state),
  column<TreeRow>('shown', ({ tree }) => tree.shown),
];

type NameOf = (projectId: string) => string;

export function* treeRows(tree: TreeNode, nameOf: NameOf, level = 0, parent?: TreeNode): Generator<TreeRow> {
  const { projectId } = tree.node;
  yield {
    tree,
    level,
    ...(parent === undefined ? {} : { parent }),
    ...(projectId === undefined ? {} : { tenant: nameOf(projectId) }),
  };
  for (const child of tree.children) yield* treeRows(child, nameOf, level + 1, tree);
}

/** The tree for JSON and YAML: children inside their parents. */
export interface TreeData {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly tenant: string | null;
  readonly why: string | null;
  readonly state: TreeNode['node']['state'];
  readonly shown: TreeNode['shown'];
  readonly children: readonly TreeData[];
}

export function treeData({ node, why, shown, children }: TreeNode, nameOf: NameOf): TreeData {
  const { type, id, name, state, projectId } = node;
  const tenant = projectId === undefined ? null : nameOf(projectId);
  return {
    type,
    id,
    name,
    tenant,
    why: why ?? null,
    state,
    shown,
    children: children.map((child) => treeData(child, nameOf)),
  };
}
