import { find } from '../../../resources/find.ts';
import type { Reader } from '../../../resources/reader.ts';
import type { ResourceTypeName } from '../../../resources/resource-type.ts';
import { type Command, defineCommand } from '../command.ts';
import type { NamedSelection } from '../plan/move-selection.ts';
import { REPORT_COLUMNS } from '../report/report-columns.ts';
import { tenantId, tenantNames, withCandidates } from '../tenants.ts';
import { move } from './move.ts';
import { checkMove, MOVE_EXCLUSIVE, moveOptions } from './move-options.ts';

interface TypeCommand {
  readonly program: string;
  readonly name: string;
  readonly summary: string;
  readonly details?: string;
  readonly types: readonly ResourceTypeName[];
  /** Of whom a part can be asked for; `nobody`: always all of the cloud. */
  readonly owner: 'tenant' | 'user' | 'nobody';
}

const OWNERS = {
  tenant: { value: 'tenant', describe: 'Only those of this tenant, by name or id' },
  user: { value: 'user', describe: 'Only those of this user, by name or id' },
} as const;

/** A command that moves all of a type, or what one tenant or user has of it, with what that needs. */
export function typeCommand(spec: TypeCommand): Command {
  const { program, name, owner } = spec;
  const typed = `${program} ${name}`;
  return defineCommand({
    name,
    summary: spec.summary,
    details: `${spec.details === undefined ? '' : `${spec.details} `}What they need goes along; what the target has already is told and left.`,
    positionals: owner === 'nobody' ? {} : { owner: { kind: 'text', ...OWNERS[owner] } },
    options: moveOptions,
    exclusive: MOVE_EXCLUSIVE,
    columns: REPORT_COLUMNS.map(({ key }) => key),
    examples: [
      { line: `${typed} --dry-run`, says: 'What would be done' },
      ...(owner === 'tenant' ? [{ line: `${typed} acme`, says: 'Those of tenant acme' }] : []),
      ...(owner === 'user' ? [{ line: `${typed} ann`, says: 'Those of user ann' }] : []),
      { line: `${typed} --approve plan -f json`, says: 'Without being asked, the report for a program' },
    ],
    check: checkMove,
    run(values, context) {
      const word = 'owner' in values ? (values.owner as string | undefined) : undefined;
      return move(values, context, async (source) => [await selectionOf(spec, source, word)]);
    },
  });
}

async function selectionOf(
  { types, name, owner }: TypeCommand,
  source: Reader,
  word?: string,
): Promise<NamedSelection> {
  if (word === undefined) return { selection: { kind: 'types', types }, what: `all ${name}` };
  if (owner === 'user') {
    const user = await withCandidates(source, 'user', word, () => find(source, 'user', word));
    return { selection: { kind: 'types', types, userId: user.id }, what: `${name} of user ${user.name}` };
  }
  const projectId = await tenantId(source, word);
  const tenant = (await tenantNames(source)).get(projectId) ?? projectId;
  return { selection: { kind: 'types', types, projectId }, what: `${name} of tenant ${tenant}` };
}
