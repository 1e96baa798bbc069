import { type Configuration, selectCloud } from '../config/index.ts';
import type { Plan } from '../planning/make-plan.ts';
import { movePolicy } from '../planning/policy-defaults.ts';
import { Reader } from '../resources/reader.ts';
import { Cloud } from '../services/openstack/index.ts';
import type { MigrateOptions } from './migrate-options.ts';
import { readPlan } from './read-plan.ts';

export type PlanOptions = Pick<MigrateOptions, 'source' | 'target' | 'selection' | 'policy'>;

/** Plans by reading both clouds, as a run would; without Temporal or a worker. */
export async function planMigration(configuration: Configuration, options: PlanOptions): Promise<Plan> {
  const { selection, policy = movePolicy(configuration.policy) } = options;
  const source = new Cloud(selectCloud(configuration, 'source', options.source));
  const target = new Cloud(selectCloud(configuration, 'target', options.target));
  try {
    const readers = { source: new Reader(source), target: new Reader(target) };
    const { mappings, passwords } = configuration;
    return await readPlan({ ...readers, mappings, passwords, selection, policy });
  } finally {
    source.close();
    target.close();
  }
}
