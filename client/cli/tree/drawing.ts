import type { DependencyGraph, GraphNode, NodeKey } from '../../../planning/graph.ts';
import { printable } from '../terminal.ts';
import { ABSENCE, labelOf } from './dependencies.ts';

/** Nodes have numbers for names: ids and names of a cloud may hold whatever the languages take for syntax. */
function numbered(graph: DependencyGraph): ReadonlyMap<NodeKey, string> {
  return new Map([...graph.nodes()].map((node, index) => [node.key, `n${index}`]));
}

function captionOf(node: GraphNode): readonly string[] {
  return node.state === 'found' ? [labelOf(node)] : [labelOf(node), ABSENCE[node.state]];
}

/** The graph in Graphviz's language, https://graphviz.org/doc/info/lang.html. The first node is the root. */
export function* asDot(graph: DependencyGraph): Generator<string> {
  const names = numbered(graph);
  yield 'digraph dependencies {\n  rankdir=LR;\n  node [shape=box, fontname="sans-serif"];\n  edge [fontname="sans-serif"];\n';
  for (const node of graph.nodes()) {
    const name = names.get(node.key);
    const style = node.state !== 'found' ? ', style=dashed, color=red' : name === 'n0' ? ', style=bold' : '';
    yield `  ${name} [label=${dotText(captionOf(node))}${style}];\n`;
  }
  for (const { from, to, why, contained } of edges(graph, names))
    yield `  ${from} -> ${to} [label=${dotText([why])}${contained ? ', style=dashed' : ''}];\n`;
  yield '}\n';
}

/** The graph as a Mermaid flowchart, https://mermaid.js.org/syntax/flowchart.html. The first node is the root. */
export function* asMermaid(graph: DependencyGraph): Generator<string> {
  const names = numbered(graph);
  const absent: string[] = [];
  yield 'flowchart LR\n';
  for (const node of graph.nodes()) {
    const name = names.get(node.key) ?? '';
    if (node.state !== 'found') absent.push(name);
    yield `  ${name}["${captionOf(node).map(mermaidText).join('<br/>')}"]\n`;
  }
  for (const { from, to, why, contained } of edges(graph, names))
    yield `  ${from} ${contained ? '-.->' : '-->'}|"${mermaidText(why)}"| ${to}\n`;
  yield '  style n0 stroke-width:3px\n';
  if (absent.length > 0) {
    yield '  classDef absent stroke-dasharray:5 5,stroke:red\n';
    yield `  class ${absent.join(',')} absent\n`;
  }
}

interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly why: string;
  readonly contained: boolean;
}

function* edges(graph: DependencyGraph, names: ReadonlyMap<NodeKey, string>): Generator<DrawnEdge> {
  for (const node of graph.nodes()) {
    for (const { to, why, relation } of node.edges) {
      // Who may use a resource is no part of what it needs.
      if (relation === 'admits') continue;
      const [from, target] = [names.get(node.key), names.get(to)];
      // What only contents lead to is in the graph when they were asked for.
      if (from !== undefined && target !== undefined)
        yield { from, to: target, why, contained: relation === 'contains' };
    }
  }
}

export function dotText(lines: readonly string[]): string {
  const escaped = lines.map((line) => printable(line).replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  return `"${escaped.join('\\n')}"`;
}

/** Mermaid has no escape for a quote but entity codes, and reads HTML and Markdown in labels. */
export function mermaidText(text: string): string {
  return printable(text).replace(/[#"<>&`*\\|;]/g, (character) => `#${character.charCodeAt(0)};`);
}
