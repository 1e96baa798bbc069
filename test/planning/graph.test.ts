import { describe, expect, it } from '@jest/globals';
import { DependencyGraph, type NodeKey } from '../../planning/graph.ts';
import { dependencyTree, type TreeNode } from '../../planning/tree.ts';
import type { Reference, ResourceTypeName } from '../../resources/resource-type.ts';

/** `server/web-1 > flavor/small: boots with` as a line of a small cloud; `>>` what is contained, `>>>` who is admitted. */
const RELATIONS: Record<string, Reference['relation']> = { '>': 'requires', '>>': 'contains', '>>>': 'admits' };

function graphOf(...lines: string[]): DependencyGraph {
  const references = new Map<NodeKey, Reference[]>();
  for (const line of lines) {
    const [, from, arrow, to, why] = /^(\S+)(?: (>{1,3}) (\S+?)(?:: (.*))?)?$/.exec(line)!;
    const known = references.get(from as NodeKey) ?? [];
    references.set(from as NodeKey, known);
    if (to !== undefined) known.push({ ...parse(to), relation: RELATIONS[arrow!]!, why: why ?? 'needs' });
  }
  const graph = new DependencyGraph();
  for (const [key, own] of references) graph.add({ ...parse(key), name: key.split('/')[1]! }, own);
  return graph;
}

function parse(key: string): { type: ResourceTypeName; id: string } {
  const [type, id] = key.split('/') as [ResourceTypeName, string];
  return { type, id };
}

function drawn({ node, why, shown, children }: TreeNode, depth = 0): string[] {
  const line = `${'  '.repeat(depth)}${why === undefined ? '' : `${why} `}${node.key}${shown === 'here' ? '' : ` (${shown})`}`;
  return [line, ...children.flatMap((child) => drawn(child, depth + 1))];
}

describe('the order in which resources can be made', () => {
  it('puts everything after what it needs', () => {
    const graph = graphOf(
      'server/web > port/p',
      'port/p > network/n',
      'network/n > project/a',
      'server/web > project/a',
      'project/a',
    );
    expect(graph.creationOrder()).toEqual([['project/a'], ['network/n'], ['port/p'], ['server/web']]);
  });

  it('keeps security groups that name each other in one step', () => {
    const graph = graphOf(
      'port/p > security-group/web',
      'security-group/web > security-group/db',
      'security-group/db > security-group/web',
    );
    const order = graph.creationOrder().map((step) => [...step].sort());
    expect(order).toEqual([['security-group/db', 'security-group/web'], ['port/p']]);
  });

  it('does not wait for what is only contained', () => {
    const graph = graphOf('network/n >> subnet/s', 'subnet/s > network/n');
    expect(graph.creationOrder()).toEqual([['network/n'], ['subnet/s']]);
  });

  it('copes with a chain of 100,000 resources', () => {
    const graph = new DependencyGraph();
    for (let i = 0; i < 100_000; i++)
      graph.add({ type: 'project', id: `${i}`, name: '' }, [
        { type: 'project', id: `${i + 1}`, relation: 'requires', why: 'is nested in' },
      ]);
    const order = graph.creationOrder();
    expect(order).toHaveLength(100_000);
    expect(order[0]).toEqual(['project/99999']);
  });
});

describe('what a graph knows', () => {
  it('names what is referred to and was never read', () => {
    const graph = graphOf('server/web > image/gone', 'server/web > flavor/small', 'flavor/small');
    expect(graph.unresolved()).toEqual(['image/gone']);
    graph.addAbsent({ type: 'image', id: 'gone' }, 'missing');
    expect(graph.unresolved()).toEqual([]);
    expect(graph.get('image/gone')).toMatchObject({ state: 'missing', edges: [] });
  });

  it('joins two reasons for the same need', () => {
    const graph = graphOf('port/p > subnet/s: has 10.0.0.5 of', 'port/p > subnet/s: has 10.0.0.6 of', 'subnet/s');
    expect(graph.get('port/p')!.edges).toEqual([
      { to: 'subnet/s', relation: 'requires', why: 'has 10.0.0.5 of, has 10.0.0.6 of' },
    ]);
  });
});

describe('the dependency tree', () => {
  it('says why each resource is needed', () => {
    const graph = graphOf(
      'server/web > flavor/small: boots with',
      'server/web > image/deb: boots from',
      'flavor/small',
      'image/deb',
    );
    expect(drawn(dependencyTree(graph, 'server/web'))).toEqual([
      'server/web',
      '  boots with flavor/small',
      '  boots from image/deb',
    ]);
  });

  it('shows a resource that several need in full only once', () => {
    const graph = graphOf(
      'server/web > port/p',
      'server/web > project/a',
      'port/p > project/a',
      'project/a > domain/d',
      'domain/d',
    );
    expect(drawn(dependencyTree(graph, 'server/web'))).toEqual([
      'server/web',
      '  needs port/p',
      '    needs project/a',
      '      needs domain/d',
      '  needs project/a (above)',
    ]);
  });

  it('ends a cycle where it comes back', () => {
    const graph = graphOf('security-group/web > security-group/db', 'security-group/db > security-group/web');
    expect(drawn(dependencyTree(graph, 'security-group/web'))).toEqual([
      'security-group/web',
      '  needs security-group/db',
      '    needs security-group/web (cycle)',
    ]);
  });

  it('shows contents only when asked', () => {
    const graph = graphOf('network/n >> subnet/s: has', 'subnet/s > network/n: is in');
    expect(drawn(dependencyTree(graph, 'network/n'))).toEqual(['network/n']);
    expect(drawn(dependencyTree(graph, 'network/n', { withContents: true }))).toEqual(['network/n', '  has subnet/s']);
  });

  it('never goes into who may use a resource', () => {
    const graph = graphOf('image/deb >>> project/b: is shared with', 'image/deb > project/a', 'project/a', 'project/b');
    expect(drawn(dependencyTree(graph, 'image/deb', { withContents: true }))).toEqual([
      'image/deb',
      '  needs project/a',
    ]);
    expect(graph.creationOrder()[0]).toEqual(['project/a']);
  });

  it('copes with a chain of 100,000 resources', () => {
    const graph = new DependencyGraph();
    for (let i = 0; i <= 100_000; i++)
      graph.add(
        { type: 'project', id: `${i}`, name: '' },
        i === 100_000 ? [] : [{ type: 'project', id: `${i + 1}`, relation: 'requires', why: 'is nested in' }],
      );
    let depth = 0;
    let tip: TreeNode | undefined = dependencyTree(graph, 'project/0');
    for (; tip !== undefined; tip = tip.children[0]) depth++;
    expect(depth).toBe(100_001);
  });

  it('refuses a root that nobody has added', () => {
    expect(() => dependencyTree(graphOf('project/a'), 'project/b')).toThrow('project/b is not in the graph');
  });
});
