import type { Configuration } from '../config/index.ts';
import { discoveryActivities } from './discovery.ts';
import { OpenClouds } from './open-clouds.ts';
import { reportingFailures } from './report-failure.ts';

/** Every activity, for the clouds of one configuration. Workers register them; workflows know only their types. */
export function createActivities(configuration: Pick<Configuration, 'sources' | 'targets'>) {
  const clouds = new OpenClouds([...configuration.sources, ...configuration.targets]);
  return reportingFailures(discoveryActivities(clouds));
}

export type Activities = ReturnType<typeof createActivities>;
