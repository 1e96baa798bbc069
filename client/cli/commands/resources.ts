import { find } from '../../../resources/find.ts';
import { hostNamed } from '../../../resources/hosts.ts';
import { inventory, type Selection } from '../../../resources/inventory.ts';
import type { Reader } from '../../../resources/reader.ts';
import { RESOURCE_TYPE_NAMES, type Resource, type ResourceTypeName } from '../../../resources/resource-type.ts';
import { adminOnly } from '../admin-only.ts';
import { CLOUD_EXCLUSIVE, cloudOptions, oneCloud } from '../cloud-choice.ts';
import { type Context, defineCommand } from '../command.ts';
import { look } from '../look.ts';
import { writeList } from '../output/list.ts';
import { writeRecord } from '../output/record.ts';
import { chosenColumns, listOptions, type OutputSettings } from '../output/settings.ts';
import { COUNT_COLUMNS, type Count, fieldsOf, type Listed, RESOURCE_COLUMNS } from '../resource-columns.ts';
import { tenantId, tenantNames, withCandidates } from '../tenants.ts';
import { TYPE_SYNONYMS } from '../type-synonyms.ts';
import { UsageError } from '../usage-error.ts';

export const resourcesCommand = defineCommand({
  name: 'resources',
  summary: 'List what is in a cloud, or show one resource in full',
  details: 'With --type and a name or id that one resource is shown with all its attributes.',
  positionals: { nameOrId: { kind: 'text', value: 'name|id', describe: 'Show only this one, in full' } },
  options: {
    type: {
      kind: 'choices',
      choices: RESOURCE_TYPE_NAMES,
      synonyms: TYPE_SYNONYMS,
      describe: 'Only this type',
    },
    tenant: { kind: 'text', value: 'NAME|ID', describe: 'Only what belongs to this tenant' },
    host: { kind: 'text', value: 'NAME|IP', describe: 'Only what is on this compute host' },
    name: { kind: 'text', value: 'NAME', describe: 'Only what has exactly this name' },
    long: { kind: 'flag', describe: 'Also ids of tenants and all attributes; with --count a line for each tenant' },
    count: { kind: 'flag', describe: 'Only how many there are of each type' },
    ...cloudOptions,
    ...listOptions,
  },
  exclusive: [['nameOrId', 'name'], ['nameOrId', 'host'], ['nameOrId', 'count'], ...CLOUD_EXCLUSIVE],
  columns: RESOURCE_COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-cloud resources --count', says: 'What the only source has, in numbers' },
    { line: 'pump-cloud resources --type server --tenant acme', says: 'The servers of a tenant' },
    { line: 'pump-cloud resources --host 10.0.0.21', says: 'What stands on a host' },
    { line: 'pump-cloud resources --type server web-1', says: 'All about one server' },
    { line: 'pump-cloud resources --target --type image -f value -c id', says: 'Ids of images in the target' },
    { line: 'pump-cloud resources --os-cloud devstack -f json', says: 'Everything of a cloud of clouds.yaml' },
  ],
  check(values) {
    if (values.nameOrId !== undefined && values.type.length !== 1)
      throw new UsageError('<name|id> needs exactly one --type, such as --type server');
    if (values.nameOrId !== undefined) return;
    if (values.count) chosenColumns(COUNT_COLUMNS, values, values.long);
    else chosenColumns(RESOURCE_COLUMNS, values, values.long);
  },
  async run(values, context) {
    await look(oneCloud(values, context), context, async (reader) => {
      const projectId = values.tenant === undefined ? undefined : await tenantId(reader, values.tenant);
      const [type] = values.type;
      if (values.nameOrId !== undefined && type !== undefined) {
        await showOne(reader, context, { type, nameOrId: values.nameOrId, projectId, output: values });
        return;
      }
      const { host } = values;
      if (host !== undefined) await adminOnly('can tell what is on a host', () => hostNamed(reader, host));
      const found = inventory(reader, selectionOf(values, projectId));
      const { terminal } = context;
      const count = values.count
        ? await writeList(terminal, countColumns(values.long), await counted(reader, found, values.long), values, true)
        : await writeList(terminal, columnsFor(values), listed(reader, found), values, values.long);
      if (count === 0) terminal.talk(`${reader.cloud.name}: nothing found`);
    });
    return 0;
  },
});

interface Wanted {
  readonly type: readonly ResourceTypeName[];
  readonly host: string | undefined;
  readonly name: string | undefined;
}

function selectionOf({ type, host, name }: Wanted, projectId: string | undefined): Selection {
  return {
    ...(type.length === 0 ? {} : { types: type }),
    ...(host === undefined ? {} : { host }),
    ...(name === undefined ? {} : { name }),
    ...(projectId === undefined ? {} : { projectId }),
  };
}

/** A table of one type needs no column that says so. */
function columnsFor({ type, format, column }: OutputSettings & Pick<Wanted, 'type'>) {
  const isSaid = format === 'table' && type.length === 1 && column.length === 0;
  return isSaid ? RESOURCE_COLUMNS.filter(({ key }) => key !== 'type') : RESOURCE_COLUMNS;
}

type Pages = AsyncIterable<readonly Resource[]>;

async function* listed(reader: Reader, pages: Pages): AsyncIterable<Listed> {
  for await (const page of pages) for (const resource of page) yield withTenant(reader, resource);
}

async function withTenant(reader: Reader, resource: Resource): Promise<Listed> {
  const { projectId } = resource;
  if (projectId === undefined) return { resource };
  return { resource, tenant: (await tenantNames(reader)).get(projectId) ?? projectId };
}

function countColumns(byTenant: boolean) {
  return COUNT_COLUMNS.filter(({ shown }) => byTenant || shown === 'always');
}

async function counted(reader: Reader, pages: Pages, byTenant: boolean): Promise<readonly Count[]> {
  const counts = new Map<string, { type: ResourceTypeName; tenant?: string; count: number }>();
  for await (const page of pages) {
    for (const resource of page) {
      const { tenant } = byTenant ? await withTenant(reader, resource) : {};
      const key = `${resource.type} ${tenant ?? ''}`;
      const known = counts.get(key);
      if (known === undefined)
        counts.set(key, { type: resource.type, ...(tenant === undefined ? {} : { tenant }), count: 1 });
      else known.count += 1;
    }
  }
  return [...counts.values()];
}

interface One {
  readonly type: ResourceTypeName;
  readonly nameOrId: string;
  readonly projectId: string | undefined;
  readonly output: OutputSettings;
}

async function showOne(
  reader: Reader,
  { terminal }: Context,
  { type, nameOrId, projectId, output }: One,
): Promise<void> {
  const scope = projectId === undefined ? {} : { projectId };
  const resource = await withCandidates(reader, type, nameOrId, () => find(reader, type, nameOrId, scope));
  await writeRecord(terminal, fieldsOf(resource, output), await withTenant(reader, resource), output);
}
