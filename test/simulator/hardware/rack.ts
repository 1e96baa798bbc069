import { IpmiClient, type IpmiOptions } from 'ipmi-ts';
import { Clock } from '../../../simulator/clock.ts';
import { Bmc } from '../../../simulator/hardware/bmc/bmc.ts';
import type { BmcOptions } from '../../../simulator/hardware/bmc/users.ts';
import { Machine, type PxeAnswer } from '../../../simulator/hardware/machine.ts';
import type { MachineOptions } from '../../../simulator/hardware/machine-options.ts';
import type { RedfishOptions } from '../../../simulator/hardware/redfish/options.ts';
import { Redfish } from '../../../simulator/hardware/redfish/redfish.ts';

export const MINUTE = 60_000;

/** One machine with its controllers, on a clock that tests move. */
export class Rack {
  readonly clock = new Clock();
  readonly machine: Machine;
  /** What answers PXE requests: nobody, to begin with. */
  pxe: PxeAnswer = 'no answer';
  readonly #opened: { close(): Promise<void> }[] = [];

  constructor(options: Partial<MachineOptions> = {}) {
    const interfaces = { eth0: '52:54:00:00:00:01', eth1: '52:54:00:00:00:02' };
    this.machine = new Machine({ name: 'old-1', interfaces, ...options }, this.clock, () => this.pxe);
  }

  async bmc(options: BmcOptions = {}): Promise<Bmc> {
    return this.#keep(await Bmc.start(this.machine, this.clock, options));
  }

  async redfish(options: RedfishOptions = {}): Promise<Redfish> {
    return this.#keep(await Redfish.start(this.machine, this.clock, options));
  }

  async connect(bmc: Bmc, options: Partial<IpmiOptions> = {}): Promise<IpmiClient> {
    const login = { user: 'admin', password: 'admin', timeoutMs: 1000, retransmitMs: 50, ...options };
    return this.#keep(await IpmiClient.connect({ host: bmc.host, port: bmc.port, ...login }));
  }

  async close(): Promise<void> {
    for (const opened of this.#opened.reverse()) await opened.close();
    this.clock.close();
  }

  #keep<T extends { close(): Promise<void> }>(opened: T): T {
    this.#opened.push(opened);
    return opened;
  }
}
