import type { NovaComputeService, NovaHypervisor } from '../services/openstack/index.ts';
import { AmbiguousName, UnknownName } from './find.ts';
import type { Reader } from './reader.ts';

/** A compute host as the operator sees it: Nova's compute service and its hypervisor in one. */
export interface Host {
  /** The compute service's host: what servers and ports are on. */
  readonly host: string;
  /** The hypervisor's own name. */
  readonly hypervisor: string;
  readonly ip: string;
  readonly hypervisorType: string;
  readonly zone: string;
  readonly state: 'up' | 'down';
  readonly status: 'enabled' | 'disabled';
  readonly disabledReason?: string;
  readonly servers: number;
  readonly vcpus: number;
  readonly vcpusUsed: number;
  readonly memoryMib: number;
  readonly memoryUsedMib: number;
  readonly diskGib: number;
  readonly diskUsedGib: number;
}

/** All compute hosts, by name. Admins only: others get an `ApiError` of kind `forbidden`. */
export function hosts(reader: Reader): Promise<readonly Host[]> {
  return reader.once('hosts', async () => {
    const { compute } = reader.cloud;
    const services = new Map((await compute.computeServices()).map((service) => [service.host, service]));
    const found: Host[] = [];
    for await (const page of compute.hypervisors())
      for (const hypervisor of page) found.push(asHost(hypervisor, services.get(hypervisor.service.host)));
    return found.sort((a, b) => (a.host < b.host ? -1 : 1));
  });
}

/** The one host with this name (of service or hypervisor) or IP. */
export async function hostNamed(reader: Reader, nameOrIp: string): Promise<Host> {
  const found = (await hosts(reader)).filter((host) => [host.host, host.hypervisor, host.ip].includes(nameOrIp));
  if (found.length === 0) throw new UnknownName(reader.cloud.name, 'host', nameOrIp);
  // One service may have many hypervisors: each of Ironic's nodes is one.
  if (new Set(found.map(({ host }) => host)).size > 1) {
    const candidates = found.map((host) => ({ id: host.host, name: host.hypervisor }));
    throw new AmbiguousName(reader.cloud.name, 'host', nameOrIp, candidates);
  }
  return found[0]!;
}

function asHost(hypervisor: NovaHypervisor, service: NovaComputeService | undefined): Host {
  const disabledReason = hypervisor.service.disabled_reason;
  return {
    host: hypervisor.service.host,
    hypervisor: hypervisor.hypervisor_hostname,
    ip: hypervisor.host_ip,
    hypervisorType: hypervisor.hypervisor_type,
    zone: service?.zone ?? '',
    state: hypervisor.state,
    status: hypervisor.status,
    ...(disabledReason === null || disabledReason === undefined ? {} : { disabledReason }),
    servers: hypervisor.running_vms,
    vcpus: hypervisor.vcpus,
    vcpusUsed: hypervisor.vcpus_used,
    memoryMib: hypervisor.memory_mb,
    memoryUsedMib: hypervisor.memory_mb_used,
    diskGib: hypervisor.local_gb,
    diskUsedGib: hypervisor.local_gb_used,
  };
}
