import type { PowerState } from './server.ts';

/** States that a server was left in by somebody's choice. */
export type PowerGoal = 'active' | 'stopped' | 'paused' | 'suspended' | 'shelved' | 'shelved_offloaded';

/** What nobody chose to be in (an error, a resize that was not confirmed, a rescue) is not brought back. */
export function goalOf({
  vmState,
  powerState,
}: {
  readonly vmState: string;
  readonly powerState: PowerState;
}): PowerGoal {
  switch (vmState) {
    case 'stopped':
    case 'paused':
    case 'suspended':
    case 'shelved':
    case 'shelved_offloaded':
      return vmState;
    default:
      return powerState === 'shutdown' || powerState === 'crashed' ? 'stopped' : 'active';
  }
}
