import type { ResourceRequest } from './move-request.ts';

type FloatingIpRequest = ResourceRequest & { readonly type: 'floating-ip' };

/** Where a floating IP of the source led to. */
export interface FormerAddress {
  readonly portId?: string;
  readonly fixedIpAddress?: string;
}

/** Floating IPs at cut-over: the same address must never answer in both clouds. */
export interface AddressActivities {
  /** Where it leads to now; nothing is changed. */
  inspectAddress(request: FloatingIpRequest): Promise<FormerAddress>;
  /** Takes it from its port in the source; the project keeps it. */
  detachSourceAddress(request: FloatingIpRequest): Promise<void>;
  attachSourceAddress(request: FloatingIpRequest & { readonly former: FormerAddress }): Promise<void>;
  /** Leads the target's address to the port that stands for the source's. */
  attachTargetAddress(request: FloatingIpRequest & { readonly former: FormerAddress }): Promise<void>;
  detachTargetAddress(request: FloatingIpRequest): Promise<void>;
}
