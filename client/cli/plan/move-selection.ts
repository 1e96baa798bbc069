import type { MoveSelection } from '../../../planning/selection.ts';
import { find } from '../../../resources/find.ts';
import { hostNamed } from '../../../resources/hosts.ts';
import type { Reader } from '../../../resources/reader.ts';
import { RESOURCE_TYPE_NAMES, type ResourceTypeName } from '../../../resources/resource-type.ts';
import { adminOnly } from '../admin-only.ts';
import type { OptionSpecs, PositionalSpecs } from '../option.ts';
import { tenantId, tenantNames, withCandidates } from '../tenants.ts';
import { TYPE_SYNONYMS } from '../type-synonyms.ts';
import { UsageError } from '../usage-error.ts';

const GROUP = 'What is moved';

export const selectionPositionals = {
  tenant: { kind: 'text', value: 'tenant', describe: 'A tenant with all that it owns and needs, by name or id' },
} as const satisfies PositionalSpecs;

export const selectionOptions = {
  instance: { kind: 'texts', value: 'NAME|ID', describe: 'Only this instance and what it needs', group: GROUP },
  host: { kind: 'text', value: 'NAME|IP', describe: 'Only the instances on this host of the source', group: GROUP },
  type: {
    kind: 'choices',
    choices: RESOURCE_TYPE_NAMES,
    synonyms: TYPE_SYNONYMS,
    describe: 'Only this type, of the tenant or of the whole cloud, and what it needs',
    group: GROUP,
  },
} as const satisfies OptionSpecs;

/** The values of both. */
export interface SelectionChoice {
  readonly tenant: string | undefined;
  readonly instance: readonly string[];
  readonly host: string | undefined;
  readonly type: readonly ResourceTypeName[];
}

export function checkSelection({ tenant, instance, host, type }: SelectionChoice): void {
  const narrow = [instance.length > 0, host !== undefined, type.length > 0].filter(Boolean).length;
  if (narrow > 1) throw new UsageError('--instance, --host and --type are different choices: give one of them');
  if (host !== undefined && tenant !== undefined)
    throw new UsageError('a host has instances of many tenants: give a tenant or --host');
  if (narrow === 0 && tenant === undefined)
    throw new UsageError('say what is to be moved: a tenant, --instance, --host or --type');
}

export interface NamedSelection {
  readonly selection: MoveSelection;
  /** As an operator would say it: `tenant acme`. */
  readonly what: string;
}

/** What was chosen, by the source's ids. Unknown and ambiguous names are told with their candidates. */
export async function moveSelection(source: Reader, choice: SelectionChoice): Promise<NamedSelection> {
  const { tenant, instance, host, type } = choice;
  const projectId = tenant === undefined ? undefined : await tenantId(source, tenant);
  const scope = projectId === undefined ? {} : { projectId };
  if (instance.length > 0) {
    const servers = await Promise.all(
      instance.map((name) => withCandidates(source, 'instance', name, () => find(source, 'server', name, scope))),
    );
    const ids = [...new Set(servers.map(({ id }) => id))];
    const names = servers.map(({ name, id }) => name || id).join(', ');
    return {
      selection: { kind: 'resources', type: 'server', ids },
      what: `${ids.length === 1 ? 'instance' : 'instances'} ${names}`,
    };
  }
  if (host !== undefined) {
    const found = await adminOnly('can tell what is on a host', () => hostNamed(source, host));
    return { selection: { kind: 'host', host: found.host }, what: `instances on host ${found.host}` };
  }
  const name = projectId === undefined ? undefined : ((await tenantNames(source)).get(projectId) ?? projectId);
  if (type.length > 0)
    return {
      selection: { kind: 'types', types: type, ...scope },
      what: `${type.join(', ')} of ${name === undefined ? 'all tenants' : `tenant ${name}`}`,
    };
  if (projectId === undefined || name === undefined) throw new UsageError('say what is to be moved');
  return { selection: { kind: 'tenant', projectId, name }, what: `tenant ${name}` };
}
