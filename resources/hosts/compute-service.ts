import { ApiError, type Cloud, type NovaComputeService, NovaHosts } from '../../services/openstack/index.ts';
import { UnknownName } from '../find.ts';

/** What an operator, or a run, has made of a compute service. */
export interface ServiceState {
  readonly status: 'enabled' | 'disabled';
  readonly disabledReason?: string;
  readonly isForcedDown: boolean;
}

/** The nova-compute of a host, by the host's very name. An `unavailable` error while the database of its cell does not answer. */
export async function computeService(cloud: Cloud, host: string): Promise<NovaComputeService> {
  const [service] = await hostsOf(cloud).services({ binary: 'nova-compute', host });
  if (service === undefined) throw new UnknownName(cloud.name, 'compute host', host);
  if (service.status !== 'UNKNOWN') return service;
  throw new ApiError({
    cloud: cloud.name,
    service: 'compute',
    method: 'GET',
    path: 'os-services',
    kind: 'unavailable',
    retry: { when: 'back-off' },
    reason: `the cell of host ${host} is down: Nova knows no more than that the host exists`,
    hint: "check the database and message queue of the host's cell",
  });
}

export function stateOf(service: NovaComputeService): ServiceState {
  const { status, disabled_reason: reason, forced_down: isForcedDown = false } = service;
  // Nova keeps a reason only of what is disabled.
  if (status !== 'disabled') return { status: 'enabled', isForcedDown };
  return { status, ...(reason == null || reason === '' ? {} : { disabledReason: reason }), isForcedDown };
}

/**
 * Disables it for a run, whose reason names the run; gives what it was before that run. The look-up: a service that somebody has disabled
 * is left as it is, reason and all. So a run's reason stands only where it was enabled before, and what is found with it, by a
 * second try or a second worker, was enabled: no try takes what an earlier one did for what was there before.
 */
export async function disableService(cloud: Cloud, host: string, reason: string): Promise<ServiceState> {
  const service = await computeService(cloud, host);
  const state = stateOf(service);
  if (isOurs(state, reason)) return { status: 'enabled', isForcedDown: state.isForcedDown };
  if (state.status === 'enabled') await hostsOf(cloud).disable(service, reason);
  return state;
}

/** Enables it if it was, and if it is the run that has disabled it: whatever else it is by now is somebody else's doing. */
export async function restoreService(
  cloud: Cloud,
  host: string,
  { reason, former }: { readonly reason: string; readonly former: ServiceState },
): Promise<void> {
  const service = await computeService(cloud, host);
  if (former.status === 'enabled' && isOurs(stateOf(service), reason)) await hostsOf(cloud).enable(service);
}

function isOurs({ status, disabledReason }: ServiceState, reason: string): boolean {
  return status === 'disabled' && disabledReason === NovaHosts.reason(reason);
}

export function hostsOf(cloud: Cloud): NovaHosts {
  return new NovaHosts(cloud.compute.client);
}
