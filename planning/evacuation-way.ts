import type { EvacuationPolicy } from './evacuation-policy.ts';

/** How an instance leaves its host: `offload`: it is shelved, and its copy on the host is given up. */
export type EvacuationStep = 'live' | 'cold' | 'rebuild' | 'offload';

/**
 * `silent`: Nova hears nothing of it, and its guests may run all the same. `fenced`: somebody has said that it is off for certain (Compute
 * API, "Update Compute Service": forced_down).
 */
export type HostLife = 'up' | 'silent' | 'fenced';

export interface EvacuationWay {
  /** In which order it is tried; none where it stays. */
  readonly steps: readonly EvacuationStep[];
  /** It is resumed before and suspended after. */
  readonly resumed?: true;
  /** Why it stays, or goes as it does. */
  readonly why?: string;
}

/**
 * How an instance can go, by what Nova allows in its state: Compute API, "Live-Migrate Server" (active, paused), "Migrate Server" (active,
 * stopped), "Evacuate Server" (active, stopped, error; of a host that is down).
 */
export function evacuationWay(vmState: string, host: HostLife, policy: EvacuationPolicy): EvacuationWay {
  if (host !== 'up') return offTheDead(vmState, host, policy);
  switch (vmState) {
    case 'active':
      return { steps: policy.ways };
    case 'paused':
      return policy.ways.includes('live')
        ? { steps: ['live'], why: 'paused: only live' }
        : stays('it is paused, and can only be moved live, which ways does not have');
    case 'stopped':
      return { steps: ['cold'], why: 'not running' };
    case 'suspended':
      return policy.suspended === 'resume'
        ? { steps: policy.ways, resumed: true, why: 'resumed before and suspended after' }
        : stays('it is suspended, and Nova moves none that is: resume it, or set evacuation.suspended: resume');
    case 'shelved':
      return { steps: ['offload'], why: 'shelved: its image is kept' };
    case 'resized':
      return stays('its resize waits for its owner: confirm or revert it');
    case 'error':
      return stays('it is in ERROR: reset or rebuild it, then ask again');
    case 'soft-delete':
      return stays('it is deleted, and kept until Nova reclaims it: delete it with --force, or restore it');
    case 'rescued':
      return stays('it is in rescue: its owner ends that');
    default:
      return stays(`Nova moves none that is ${vmState}`);
  }
}

function offTheDead(vmState: string, host: 'silent' | 'fenced', { hostDown }: EvacuationPolicy): EvacuationWay {
  if (hostDown === 'leave')
    return stays('its host is down: what is only on its disk would be lost; set evacuation.host_down: rebuild');
  if (!['active', 'stopped', 'error'].includes(vmState)) return stays(`Nova rebuilds none that is ${vmState}`);
  if (host === 'silent')
    return stays(
      'its host does not report, and may still run it: see that the host is off, say so (openstack compute service set --down HOST nova-compute), ' +
        'then ask again',
    );
  return { steps: ['rebuild'], why: 'its host is down' };
}

function stays(why: string): EvacuationWay {
  return { steps: [], why };
}
