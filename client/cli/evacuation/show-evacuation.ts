import type { CloudSettings } from '../../../config/index.ts';
import { roomText, sumOf } from '../../../planning/evacuation-capacity.ts';
import type { EvacuationPolicy } from '../../../planning/evacuation-policy.ts';
import { type EvacuatedInstance, planEvacuation } from '../../../planning/plan-evacuation.ts';
import { counted } from '../../../planning/quantities.ts';
import { surveyHost } from '../../../resources/compute/evacuation/survey.ts';
import type { Context, ExitCode } from '../command.ts';
import { look } from '../look.ts';
import { column } from '../output/column.ts';
import { writeList } from '../output/list.ts';
import type { OutputSettings } from '../output/settings.ts';

type Row = EvacuatedInstance & { readonly host: string; readonly to: string | undefined };

const COLUMNS = [
  column<Row>('host', ({ host }) => host, { whole: true }),
  column<Row>('type', () => 'server', { shown: 'data' }),
  column<Row>('id', ({ id }) => id, { shown: 'data' }),
  column<Row>('name', ({ name }) => name),
  column<Row>('project_id', ({ projectId }) => projectId),
  column<Row>('status', ({ status }) => status),
  column<Row>('way', ({ way }) => (way.steps.length === 0 ? 'stays' : way.steps.join(', else '))),
  column<Row>('to', ({ to, way }) => (way.steps.length === 0 ? undefined : to)),
  column<Row>('why', ({ way }) => way.why),
];

export interface EvacuationChoice extends OutputSettings {
  readonly hosts: readonly string[];
  readonly to: string | undefined;
  readonly policy: EvacuationPolicy;
}

/** How each instance would leave, and what room there is. Fails where something stands in the way of beginning. */
export async function showEvacuation(
  settings: CloudSettings,
  { hosts, to, policy, ...output }: EvacuationChoice,
  context: Context,
): Promise<ExitCode> {
  const { terminal } = context;
  const surveys = await look(settings, context, async ({ cloud }) => {
    const all = [];
    for (const host of hosts) all.push(planEvacuation(await surveyHost(cloud, host, to), to, policy));
    return all;
  });
  const rows = surveys.flatMap(({ host, instances }) => instances.map((instance): Row => ({ ...instance, host, to })));
  await writeList(terminal, COLUMNS, rows, output);
  for (const { host, instances, targets, migrations, life, obstacles } of surveys) {
    const wanted = roomText(sumOf(instances.filter(({ way }) => way.steps.length > 0)));
    terminal.talk(
      `${host}${life === 'up' ? '' : ', which is down'}: ${counted(instances.length, 'instance')}; to be moved: ${wanted}`,
    );
    for (const target of targets) terminal.talk(`  free on ${target.host}: ${roomText(target)}`);
    for (const migration of migrations) terminal.talk(`  under way: ${migration}`);
    for (const obstacle of obstacles) terminal.complain(obstacle);
  }
  return surveys.every(({ obstacles, instances }) => obstacles.length === 0 || instances.length === 0) ? 0 : 1;
}
