import { EVACUATION_DEFAULTS, type EvacuationPolicy } from '../planning/evacuation-policy.ts';
import type { EvacuateHostRequest } from '../workflows/evacuation-requests.ts';

/** What {@link PumphouseClient.evacuate} is asked for. */
export interface EvacuateOptions {
  readonly cloud: string;
  /** As Nova knows it. */
  readonly host: string;
  /** Where everything goes; the scheduler chooses when it is not told. */
  readonly to?: string;
  /** The defaults of a careful operator unless told; `evacuationPolicy` fills in what is left out. */
  readonly policy?: EvacuationPolicy;
}

export function evacuateRequest({ policy = EVACUATION_DEFAULTS, ...options }: EvacuateOptions): EvacuateHostRequest {
  return { ...options, policy };
}
