import type { Configuration } from '../config/index.ts';
import { passwordsOf } from '../resources/identity/passwords.ts';
import { addressActivities } from './address-activities.ts';
import { claimActivities } from './claim-activities.ts';
import { discoveryActivities } from './discovery.ts';
import { evacuationActivities } from './evacuation-activities.ts';
import { hostActivities } from './host-activities.ts';
import { imageActivities } from './image-activities.ts';
import { movedActivities } from './moved-activities.ts';
import { besidesActivities } from './moved-besides.ts';
import { copyActivities } from './moved-copies.ts';
import { strandedActivities } from './moved-stranded.ts';
import { OpenClouds } from './open-clouds.ts';
import { OpenHosts } from './open-hosts.ts';
import { OpenMoves } from './open-moves.ts';
import { planActivities } from './plan-activities.ts';
import { powerActivities } from './power-activities.ts';
import { provisionerActivities } from './provisioner-activities.ts';
import { reportingFailures } from './report-failure.ts';
import { resourceActivities } from './resource-activities.ts';
import { loanActivities } from './role-loans.ts';
import { sourceServerActivities } from './source-server-activities.ts';
import { switchActivities } from './switch-activities.ts';
import { targetServerActivities } from './target-server-activities.ts';
import { volumeActivities } from './volume-activities.ts';

export type ActivityConfiguration = Pick<Configuration, 'sources' | 'targets' | 'mappings' | 'passwords'> &
  Partial<Pick<Configuration, 'copy' | 'hosts' | 'switches'>>;

/** Every activity, for the clouds of one configuration. Workers register them; workflows know only their types. */
export function createActivities({
  sources,
  targets,
  mappings,
  passwords,
  copy = {},
  ...inventory
}: ActivityConfiguration) {
  const clouds = new OpenClouds([...sources, ...targets]);
  const moves = new OpenMoves(clouds, mappings, passwordsOf(passwords));
  const hosts = new OpenHosts({ ...inventory, targets });
  return reportingFailures({
    ...discoveryActivities(clouds),
    ...planActivities(moves),
    ...resourceActivities(moves),
    ...imageActivities(moves, copy),
    ...volumeActivities(moves),
    ...sourceServerActivities(moves),
    ...targetServerActivities(moves),
    ...addressActivities(moves),
    ...movedActivities(moves),
    ...besidesActivities(moves),
    ...strandedActivities(moves),
    ...copyActivities(moves),
    ...claimActivities(moves),
    ...loanActivities(clouds),
    ...powerActivities(hosts),
    ...switchActivities(hosts),
    ...provisionerActivities(hosts),
    ...hostActivities(clouds),
    ...evacuationActivities(clouds),
  });
}

export type Activities = ReturnType<typeof createActivities>;
