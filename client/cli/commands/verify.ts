import { defineCommand } from '../command.ts';
import { look } from '../look.ts';
import { tenantSelection } from '../moving/tenant-selection.ts';
import { column } from '../output/column.ts';
import { writeList } from '../output/list.ts';
import { chosenColumns, listOptions } from '../output/settings.ts';
import { cloudPair, pairOptions } from '../plan/cloud-pair.ts';
import { attributeWord, fidelityLines, type NotKept } from '../report/fidelity-lines.ts';
import { type Verified, verified } from '../verify/verified.ts';

const COLUMNS = [
  column<Verified>('type', ({ resource }) => resource.type, { whole: true }),
  column<Verified>('name', ({ resource }) => resource.name || resource.id),
  column<Verified>('id', ({ resource }) => resource.id, { shown: 'long', whole: true }),
  column<Verified>('target_id', ({ targetId }) => targetId, { shown: 'long', whole: true }),
  column<Verified>('result', resultOf, { whole: true }),
  column<Verified>('kept', ({ fidelity }) => fidelity?.kept.length, { shown: 'table' }),
  column<Verified>('kept', ({ fidelity }) => fidelity?.kept, { shown: 'data' }),
  column<Verified>('changed', ({ fidelity }) => fidelity?.changed.map(({ attribute }) => attributeWord(attribute)), {
    shown: 'table',
  }),
  column<Verified>('changed', ({ fidelity }) => fidelity?.changed, { shown: 'data' }),
  column<Verified>('lost', ({ fidelity }) => fidelity?.lost.map(({ attribute }) => attributeWord(attribute)), {
    shown: 'table',
  }),
  column<Verified>('lost', ({ fidelity }) => fidelity?.lost, { shown: 'data' }),
  column<Verified>('problem', ({ problem }) => problem),
];

export const verifyCommand = defineCommand({
  name: 'verify',
  summary: 'Compare what was moved of a tenant with its source, attribute by attribute',
  details:
    'Reads both clouds, and neither Temporal nor a worker. Everything that carries the mark of its source is compared. The exit code is 1 where something ' +
    'is otherwise than a move leaves it: what no move can keep is shown, too, and is no fault.',
  positionals: { tenant: { kind: 'text', value: 'tenant', required: true, describe: 'A tenant, by name or id' } },
  options: {
    long: { kind: 'flag', describe: 'Also ids' },
    wrong: { kind: 'flag', describe: 'Only what is wrong' },
    ...pairOptions,
    ...listOptions,
  },
  columns: [...new Set(COLUMNS.map(({ key }) => key))],
  examples: [
    { line: 'pump-cloud verify acme', says: 'What was kept, changed and lost' },
    { line: 'pump-cloud verify acme --wrong -f json', says: 'Only what is wrong, for a program' },
  ],
  check(values) {
    chosenColumns(COLUMNS, values, values.long);
  },
  run(values, context) {
    const { terminal } = context;
    const { source, target, configuration } = cloudPair(values, context);
    return look(source, context, (from) =>
      look(target, context, async (to) => {
        const { selection, what } = await tenantSelection(from, values.tenant);
        const all: Verified[] = [];
        for await (const each of verified(from, to, configuration.mappings, selection)) all.push(each);
        const moved = all.filter(({ targetId }) => targetId !== undefined);
        const wrong = moved.filter(({ isWrong }) => isWrong);
        const shown = values.wrong ? wrong : moved;
        await writeList(terminal, COLUMNS, shown, values, values.long);
        if (values.format === 'table' && values.column.length === 0)
          for (const line of fidelityLines(shown.flatMap(notKeptOf))) await terminal.write(`${line}\n`);
        await terminal.flush();
        if (moved.length === 0) {
          terminal.complain(`nothing of ${what} in ${target.name} carries the mark of ${source.name}`);
          return 1;
        }
        const others = all.length - moved.length;
        const rest = others === 0 ? '' : `; ${others} more that it has or needs were not made by a move`;
        terminal.talk(`${what}: ${moved.length} compared, ${wrong.length} wrong${rest}`);
        return wrong.length === 0 ? 0 : 1;
      }),
    );
  },
});

function notKeptOf({ resource: { type, id, name }, fidelity }: Verified): readonly NotKept[] {
  return fidelity === undefined ? [] : [{ type, name: name || id, fidelity }];
}

function resultOf({ fidelity, problem, isWrong }: Verified): string {
  if (problem !== undefined) return 'not comparable';
  if (isWrong) return 'wrong';
  return fidelity !== undefined && fidelity.changed.length + fidelity.lost.length > 0 ? 'as expected' : 'kept';
}
