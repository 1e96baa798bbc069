import { type HostRoom, type Room, withoutPlace } from './evacuation-capacity.ts';
import { keptByGroups, type StrictGroup } from './evacuation-groups.ts';
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
  /** Server groups with members on it, soft ones left out. */
  readonly groups: readonly StrictGroup[];
  /** Hosts that could take some, the named one alone where one is named. */
  readonly targets: readonly HostRoom[];
  /** Migrations to or from it that have not ended. */
  readonly migrations: readonly string[];
  /** What stands in the way of beginning. */
  readonly obstacles: readonly string[];
}

/** What emptying a host would do. */
export interface EvacuationPlan extends Omit<HostSurvey, 'instances' | 'groups'> {
  readonly instances: readonly EvacuatedInstance[];
}

/** `to`: the only host that may take them. */
export function planEvacuation(
  { groups, ...survey }: HostSurvey,
  to: string | undefined,
  policy: EvacuationPolicy,
): EvacuationPlan {
  const { targets, obstacles } = survey;
  const wanted = survey.instances.map((instance): EvacuatedInstance => {
    return { ...instance, way: evacuationWay(instance.vmState, survey.life, policy) };
  });
  const names = targets.map(({ host }) => host);
  const kept = keptByGroups(wanted.filter(isMoved), groups, names);
  const instances = wanted.map((instance) => {
    const why = kept.get(instance.id);
    return why === undefined ? instance : { ...instance, way: { steps: [], why } };
  });
  const homeless = withoutPlace(instances.filter(isMoved), targets);
  const noPlaces = obstacles.length > 0 ? [] : homeless.map((instance) => noPlace(instance, to));
  return { ...survey, instances, obstacles: [...obstacles, ...noPlaces] };
}

/** It takes room elsewhere. */
function isMoved({ way: { steps } }: EvacuatedInstance): boolean {
  return steps.length > 0 && !steps.includes('offload');
}

function noPlace({ name, id, vcpus, ramMib, diskGib }: EvacuatedInstance, to: string | undefined): string {
  const where = to === undefined ? 'no other enabled host' : `host ${to}`;
  return `${where} has room for ${name || id} (${vcpus} vCPUs, ${ramMib} MiB, ${diskGib} GiB) beside the others`;
}
