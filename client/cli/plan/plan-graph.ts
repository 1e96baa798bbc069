import { type GraphNode, type NodeKey, nodeKey } from '../../../planning/graph.ts';
import type { Plan } from '../../../planning/make-plan.ts';
import type { PlanAction, PlanEntry } from '../../../planning/plan.ts';
import { dotText, mermaidText } from '../tree/drawing.ts';
import { labelOf, SYMBOLS } from './plan-rows.ts';

/** Fill and border, readable on white and on black. */
const COLORS: Readonly<Record<PlanAction, { readonly fill: string; readonly line: string }>> = {
  create: { fill: '#d4f4dd', line: '#1a7f37' },
  adopt: { fill: '#ddeeff', line: '#0969da' },
  update: { fill: '#fff3c4', line: '#9a6700' },
  rename: { fill: '#fff3c4', line: '#9a6700' },
  skip: { fill: '#eeeeee', line: '#6e7781' },
  conflict: { fill: '#ffd8d3', line: '#cf222e' },
};

interface Drawing {
  readonly nodes: readonly { readonly name: string; readonly label: string; readonly entry: PlanEntry }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly why: string }[];
}

/** What is to be made and what that needs; what was done before is left out. */
function drawn({ entries, graph }: Pick<Plan, 'entries' | 'graph'>): Drawing {
  const shown = entries.filter(({ isDone }) => isDone !== true);
  const names = new Map<NodeKey, string>(shown.map((entry, index) => [nodeKey(entry), `n${index}`]));
  const edgesOf = (node: GraphNode | undefined, from: string) =>
    (node?.edges ?? []).flatMap(({ to, why, relation }) => {
      const name = names.get(to);
      return relation === 'requires' && name !== undefined ? [{ from, to: name, why }] : [];
    });
  return {
    nodes: shown.map((entry) => ({ name: names.get(nodeKey(entry))!, label: labelOf(entry), entry })),
    edges: shown.flatMap((entry) => edgesOf(graph.get(nodeKey(entry)), names.get(nodeKey(entry))!)),
  };
}

function captionOf({ action, type }: PlanEntry, label: string): string {
  return `${SYMBOLS[action]} ${type} ${label}`;
}

/** The plan in Graphviz's language, https://graphviz.org/doc/info/lang.html. */
export function* planAsDot(plan: Pick<Plan, 'entries' | 'graph'>): Generator<string> {
  const { nodes, edges } = drawn(plan);
  yield 'digraph plan {\n  rankdir=LR;\n  node [shape=box, style=filled, fontname="sans-serif"];\n  edge [fontname="sans-serif"];\n';
  for (const { name, label, entry } of nodes) {
    const { fill, line } = COLORS[entry.action];
    yield `  ${name} [label=${dotText([captionOf(entry, label)])}, fillcolor="${fill}", color="${line}"];\n`;
  }
  for (const { from, to, why } of edges) yield `  ${from} -> ${to} [label=${dotText([why])}];\n`;
  yield '}\n';
}

/** The plan as a Mermaid flowchart, https://mermaid.js.org/syntax/flowchart.html. */
export function* planAsMermaid(plan: Pick<Plan, 'entries' | 'graph'>): Generator<string> {
  const { nodes, edges } = drawn(plan);
  yield 'flowchart LR\n';
  for (const { name, label, entry } of nodes)
    yield `  ${name}["${mermaidText(captionOf(entry, label))}"]:::${entry.action}\n`;
  for (const { from, to, why } of edges) yield `  ${from} -->|"${mermaidText(why)}"| ${to}\n`;
  const used = new Set(nodes.map(({ entry }) => entry.action));
  for (const action of used) {
    const { fill, line } = COLORS[action];
    yield `  classDef ${action} fill:${fill},stroke:${line},color:#000\n`;
  }
}
