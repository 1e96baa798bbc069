import type { Cloud } from '../cloud.ts';
import { addService, startCompute, stopCompute } from '../nova/compute-host.ts';
import type { FuelNode } from './fuel-link.ts';
import type { Machine } from './machine.ts';

/** What a machine is in the clouds: its services are up while its system runs, whichever of the two that is. */
export class CloudMember {
  readonly #machine: Machine;
  readonly #source: Cloud;
  readonly #target: Cloud;
  readonly #downMs: number;
  /** Programs of Nova that the old system starts: nova-compute, or those of a controller. */
  readonly #programs: readonly string[];
  #node: FuelNode | undefined;
  #running: { readonly cloud: Cloud; readonly host: string } | undefined;

  /** `downMs`: Nova notices that a service is silent so much later. */
  constructor(machine: Machine, source: Cloud, target: Cloud, downMs: number) {
    this.#machine = machine;
    this.#source = source;
    this.#target = target;
    this.#downMs = downMs;
    this.#programs = source.nova.services.where('host', machine.name).map(({ binary }) => binary);
    const runs = this.#system();
    if (runs === undefined) this.#silence({ cloud: source, host: machine.name });
    else this.#running = runs;
    machine.watch(() => this.#follow());
  }

  /** Its deployment is done. */
  joinTarget(node: FuelNode): void {
    this.#node = node;
    this.#follow();
  }

  /** Its disk is written anew: what it was in the target is silent from now on. */
  leaveTarget(): void {
    this.#node = undefined;
    this.#follow();
  }

  #follow(): void {
    const now = this.#system();
    if (now?.cloud === this.#running?.cloud && now?.host === this.#running?.host) return;
    const before = this.#running;
    this.#running = now;
    if (before !== undefined) this.#silence(before);
    if (now !== undefined) this.#start(now);
  }

  #system(): { readonly cloud: Cloud; readonly host: string } | undefined {
    const { bootedInto, installed, name } = this.#machine;
    if (bootedInto !== 'disk') return undefined;
    if (installed === 'old cloud') return { cloud: this.#source, host: name };
    return installed === 'fuel node' && this.#node ? { cloud: this.#target, host: this.#node.fqdn } : undefined;
  }

  #start({ cloud, host }: { readonly cloud: Cloud; readonly host: string }): void {
    const isOld = cloud === this.#source;
    const programs = isOld ? this.#programs : (this.#node?.roles ?? []).flatMap(programsOf);
    for (const binary of programs) {
      if (binary === 'nova-compute') this.#startCompute(cloud, host);
      else startProgram(cloud, binary, host);
    }
  }

  #startCompute(cloud: Cloud, host: string): void {
    const { cpus, memoryBytes, disks } = this.#machine.settings;
    const localGb = Math.floor(Object.values(disks).reduce((sum, bytes) => sum + bytes, 0) / 2 ** 30);
    startCompute(cloud, { host, vcpus: cpus, memoryMb: Math.floor(memoryBytes / 2 ** 20), localGb });
  }

  #silence({ cloud, host }: { readonly cloud: Cloud; readonly host: string }): void {
    cloud.nova.running.delete(host);
    cloud.clock.after(this.#downMs, () => {
      if (this.#running?.cloud !== cloud || this.#running.host !== host) stopCompute(cloud, host);
    });
  }
}

/** Of those that the simulated clouds show. */
function programsOf(role: string): readonly string[] {
  if (role === 'compute') return ['nova-compute'];
  return role === 'controller' ? ['nova-conductor', 'nova-scheduler'] : [];
}

function startProgram(cloud: Cloud, binary: string, host: string): void {
  const { services } = cloud.nova;
  const known = services.where('host', host).find((row) => row.binary === binary);
  if (known === undefined) addService(cloud, binary, host, 'internal');
  else services.change(known, { up: true });
}
