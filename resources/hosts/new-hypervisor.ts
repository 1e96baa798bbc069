import { type Cloud, isApiError } from '../../services/openstack/index.ts';
import { hosts } from '../hosts.ts';
import { Reader } from '../reader.ts';
import { isSameHost } from './same-host.ts';

export interface NewHypervisor {
  readonly host: string;
  readonly hypervisor: string;
}

/** The hypervisor, or what keeps it from being one that takes instances. */
export type Look = { readonly found: NewHypervisor } | { readonly found?: undefined; readonly state: string };

/** One look at a cloud for a hypervisor of one of these names (of its service's host or its own, short or full) that is up and enabled. */
export async function lookForHypervisor(cloud: Cloud, names: readonly string[]): Promise<Look> {
  const isNamed = (name: string) => names.some((wanted) => isSameHost(name, wanted));
  try {
    const named = (await hosts(new Reader(cloud))).filter(
      ({ host, hypervisor }) => isNamed(host) || isNamed(hypervisor),
    );
    const ready = named.find(({ state, status }) => state === 'up' && status === 'enabled');
    if (ready !== undefined) return { found: { host: ready.host, hypervisor: ready.hypervisor } };
    if (named.length === 0) return { state: `no hypervisor of ${cloud.name} is called ${names.join(' or ')}` };
    return {
      state: named.map(({ hypervisor, state, status }) => `${hypervisor} is ${state} and ${status}`).join('; '),
    };
  } catch (error) {
    // A cloud that is being deployed does not answer now and then.
    if (!isApiError(error) || error.retry.when === 'never') throw error;
    return { state: error.message };
  }
}
