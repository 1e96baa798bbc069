import { type HostRoom, type Room, withoutPlace } from './evacuation-capacity.ts';
import type { EvacuationPolicy } from './evacuation-policy.ts';
import { type EvacuationWay, evacuationWay, type HostLife } from './evacuation-way.ts';

export interface InstanceOnHost extends Room {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  /** Of Nova: ACTIVE, SHUTOFF … */
  readonly status: string;
  /** Of Nova: active, stopped … */
  readonly vmState: string;
}

export interface EvacuatedInstance extends InstanceOnHost {
  readonly way: EvacuationWay;
}

/** A host that is to be emptied, what is on it, and where that could go, as the cloud is now. */
export interface HostSurvey {
  readonly host: string;
  readonly life: HostLife;
  readonly instances: readonly InstanceOnHost[];
  /** Hosts that could take some, the named one alone where one is named. */
  readonly targets: readonly HostRoom[];
  /** Migrations to or from it that have not ended. */
  readonly migrations: readonly string[];
  /** What stands in the way of beginning. */
  readonly obstacles: readonly string[];
}

/** What emptying a host would do. */
export interface EvacuationPlan extends Omit<HostSurvey, 'instances'> {
  readonly instances: readonly EvacuatedInstance[];
}

/** `to`: the only host that may take them. */
export function planEvacuation(survey: HostSurvey, to: string | undefined, policy: EvacuationPolicy): EvacuationPlan {
  const instances = survey.instances.map((instance): EvacuatedInstance => {
    return { ...instance, way: evacuationWay(instance.vmState, survey.life, policy) };
  });
  const homeless = withoutPlace(
    instances.filter(({ way: { steps } }) => steps.length > 0 && !steps.includes('offload')),
    survey.targets,
  );
  const { obstacles } = survey;
  const noPlaces = obstacles.length > 0 ? [] : homeless.map((instance) => noPlace(instance, to));
  return { ...survey, instances, obstacles: [...obstacles, ...noPlaces] };
}

function noPlace({ name, id, vcpus, ramMib, diskGib }: EvacuatedInstance, to: string | undefined): string {
  const where = to === undefined ? 'no other enabled host' : `host ${to}`;
  return `${where} has room for ${name || id} (${vcpus} vCPUs, ${ramMib} MiB, ${diskGib} GiB) beside the others`;
}
