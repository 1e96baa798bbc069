import { stringify as stringifyYaml } from 'yaml';
import { type DependencyGraph, nodeKey } from '../../../planning/graph.ts';
import { dependencyTree } from '../../../planning/tree.ts';
import { find } from '../../../resources/find.ts';
import { RESOURCE_TYPE_NAMES } from '../../../resources/resource-type.ts';
import { CLOUD_EXCLUSIVE, cloudOptions, oneCloud } from '../cloud-choice.ts';
import { type Context, defineCommand } from '../command.ts';
import { look } from '../look.ts';
import { writeList } from '../output/list.ts';
import { chosenColumns, type OutputSettings, outputOptions, refuseColumns } from '../output/settings.ts';
import { tenantId, tenantNames, withCandidates } from '../tenants.ts';
import { dependenciesOf } from '../tree/dependencies.ts';
import { asDot, asMermaid } from '../tree/drawing.ts';
import { textTree } from '../tree/text-tree.ts';
import { TREE_COLUMNS, treeData, treeRows } from '../tree/tree-data.ts';
import { TYPE_SYNONYMS } from '../type-synonyms.ts';

const FORMATS = ['tree', 'table', 'json', 'yaml', 'csv', 'value', 'dot', 'mermaid'] as const;
type TreeFormat = (typeof FORMATS)[number];

export const treeCommand = defineCommand({
  name: 'tree',
  summary: 'Show all that a resource needs before it can be moved',
  details: 'Each branch says why. What several resources need is shown in full once; dot and mermaid draw it once.',
  positionals: {
    type: {
      kind: 'choice',
      value: 'type',
      choices: RESOURCE_TYPE_NAMES,
      synonyms: TYPE_SYNONYMS,
      required: true,
      describe: 'Type of the resource',
    },
    nameOrId: { kind: 'text', value: 'name|id', required: true, describe: 'Name or id of the resource' },
  },
  options: {
    tenant: { kind: 'text', value: 'NAME|ID', describe: 'The tenant it belongs to, where the name is not unique' },
    contents: { kind: 'flag', describe: 'Also what it contains and takes along, such as floating IPs' },
    long: { kind: 'flag', describe: 'Ids beside names' },
    ...cloudOptions,
    ...outputOptions(FORMATS, 'tree'),
  },
  exclusive: CLOUD_EXCLUSIVE,
  columns: TREE_COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-cloud tree server web-1', says: 'What server web-1 needs' },
    { line: 'pump-cloud tree network inside --contents', says: 'A network with what goes along: its subnets' },
    { line: 'pump-cloud tree server web-1 -f dot | dot -Tsvg > web-1.svg', says: 'As a drawing, by Graphviz' },
    { line: 'pump-cloud tree server web-1 -f mermaid', says: 'For a Markdown page' },
  ],
  check({ format, ...values }) {
    if (isList(format)) chosenColumns(TREE_COLUMNS, { ...values, format });
    else refuseColumns(format, values);
  },
  async run(values, context) {
    await look(oneCloud(values, context), context, async (reader) => {
      const { type, nameOrId, tenant } = values;
      const scope = tenant === undefined ? {} : { projectId: await tenantId(reader, tenant) };
      const start = await withCandidates(reader, type, nameOrId, () => find(reader, type, nameOrId, scope));
      const graph = await dependenciesOf(reader, start, values.contents);
      const needsTenants = !['tree', 'dot', 'mermaid'].includes(values.format);
      const names = needsTenants ? await tenantNames(reader) : new Map<string, string>();
      await write(graph, { root: nodeKey(start), nameOf: (id) => names.get(id) ?? id, ...values }, context);
    });
    return 0;
  },
});

function isList(format: TreeFormat): format is 'table' | 'csv' | 'value' {
  return format === 'table' || format === 'csv' || format === 'value';
}

interface TreeSettings extends Omit<OutputSettings, 'format'> {
  readonly root: ReturnType<typeof nodeKey>;
  readonly nameOf: (projectId: string) => string;
  readonly format: TreeFormat;
  readonly contents: boolean;
  readonly long: boolean;
}

async function write(graph: DependencyGraph, settings: TreeSettings, { terminal }: Context): Promise<void> {
  const { format, nameOf, root } = settings;
  const tree = () => dependencyTree(graph, root, { withContents: settings.contents });
  switch (format) {
    case 'tree':
      for (const line of textTree(tree(), terminal, settings.long)) await terminal.write(line);
      return;
    case 'table':
    case 'csv':
    case 'value':
      await writeList(terminal, TREE_COLUMNS, treeRows(tree(), nameOf), { ...settings, format });
      return;
    case 'json':
      return terminal.write(`${JSON.stringify(treeData(tree(), nameOf), null, settings.noindent ? 0 : 2)}\n`);
    case 'yaml':
      return terminal.write(stringifyYaml(treeData(tree(), nameOf), { aliasDuplicateObjects: false }));
    case 'dot':
      for (const line of asDot(graph)) await terminal.write(line);
      return;
    case 'mermaid':
      for (const line of asMermaid(graph)) await terminal.write(line);
      return;
    default:
      return format satisfies never;
  }
}
