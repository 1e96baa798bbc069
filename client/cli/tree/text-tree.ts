import type { TreeNode } from '../../../planning/tree.ts';
import { printable, type Terminal } from '../terminal.ts';
import { ABSENCE, labelOf } from './dependencies.ts';

interface Lines {
  readonly branch: string;
  readonly lastBranch: string;
  readonly along: string;
  readonly gap: string;
}

const UNICODE: Lines = { branch: '├── ', lastBranch: '└── ', along: '│   ', gap: '    ' };
const ASCII: Lines = { branch: '|-- ', lastBranch: '`-- ', along: '|   ', gap: '    ' };

/** One line for each node: what it is, why it is needed, and what is special about it. */
export function* textTree(root: TreeNode, terminal: Terminal, withIds: boolean): Generator<string> {
  const lines = terminal.unicode ? UNICODE : ASCII;
  yield `${lineOf(root, terminal, true)}\n`;
  yield* below(root, '', lines, (node) => lineOf(node, terminal, withIds));
}

function* below(
  parent: TreeNode,
  indent: string,
  lines: Lines,
  lineFor: (node: TreeNode) => string,
): Generator<string> {
  for (const [index, child] of parent.children.entries()) {
    const isLast = index === parent.children.length - 1;
    yield `${indent}${isLast ? lines.lastBranch : lines.branch}${lineFor(child)}\n`;
    yield* below(child, `${indent}${isLast ? lines.gap : lines.along}`, lines, lineFor);
  }
}

function lineOf({ node, why, shown }: TreeNode, { colors }: Terminal, withId: boolean): string {
  const label = printable(labelOf(node));
  const id = withId && node.name !== '' ? ` ${colors.dim(printable(node.id))}` : '';
  const reason = why === undefined ? '' : `: ${printable(why)}`;
  const name = why === undefined ? colors.bold(label) : label;
  return `${name}${id}${reason}${remark(node.state, shown, colors)}`;
}

function remark(state: TreeNode['node']['state'], shown: TreeNode['shown'], colors: Terminal['colors']): string {
  if (state !== 'found') return colors.red(` (${ABSENCE[state]})`);
  switch (shown) {
    case 'here':
      return '';
    case 'above':
      return colors.dim(' (shown above)');
    case 'cycle':
      return colors.yellow(' (cycle: it is above in this branch)');
    default:
      return shown satisfies never;
  }
}
