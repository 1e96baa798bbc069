import type { EvacuationPolicy } from '../planning/evacuation-policy.ts';
import type { EvacuationWay } from '../planning/evacuation-way.ts';

/** Empties one host of a cloud. */
export interface EvacuateHostRequest {
  readonly cloud: string;
  /** As Nova knows it. */
  readonly host: string;
  /** Where everything goes; the scheduler chooses when it is not told. */
  readonly to?: string;
  readonly policy: EvacuationPolicy;
}

/** Brings one instance off its host. */
export interface EvacuateInstanceRequest {
  readonly cloud: string;
  readonly host: string;
  readonly to?: string;
  readonly id: string;
  readonly name: string;
  readonly way: EvacuationWay;
  /** What may have to be copied, for the time limits. */
  readonly diskGib: number;
  readonly ramMib: number;
  readonly policy: Pick<EvacuationPolicy, 'storage' | 'convergeTimeoutMs' | 'onSlow'>;
}

export interface EvacuatedInstanceResult {
  readonly host: string;
  readonly step: 'live' | 'cold' | 'rebuild' | 'offload' | 'none';
  readonly notes: readonly string[];
  /** What it is not as it was before, in words. */
  readonly but?: string;
}
