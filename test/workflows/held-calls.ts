import type { FaultRule, SimulatedFuel } from '../../simulator/index.ts';
import type { TakingRun } from './taking-run.ts';

/** Longer than any test. */
const NEVER_MS = 10 * 60_000;

/** A call of a worker that is not answered before it is released. */
export interface Hold {
  /** The call has come. */
  readonly isHeld: () => boolean;
  readonly release: () => void;
}

/** Of Nova: it is carried out, and the worker never hears of it. */
export function heldAtNova(run: TakingRun, call: Pick<FaultRule, 'cloud' | 'method' | 'path'>): Hold {
  const fault = run.simulator.faults.add({ ...call, service: 'compute', fault: { kind: 'hang', afterwards: true } });
  return { isHeld: () => fault.hits() > 0, release: fault.remove };
}

/** Of a machine's controller: the first is carried out, and no word is said of it; those after it are not even heard. */
export function heldAtController(run: TakingRun, host: string, command: string): Hold {
  const { faults } = run.site.machine(host).bmc;
  const carriedOut = faults.add({ command, times: 1, fault: { kind: 'slow', delayMs: NEVER_MS } });
  const unheard = faults.add({ command, fault: { kind: 'mute' } });
  return {
    isHeld: () => carriedOut.hits() > 0,
    release() {
      carriedOut.remove();
      unheard.remove();
    },
  };
}

/** Its system was told to shut down, and does not; the worker has looked since. */
export function notShuttingDown(run: TakingRun, host: string): Hold {
  const { machine, bmc } = run.site.machine(host);
  machine.setSoftOff('hangs');
  const isHeld = () => {
    const told = bmc.commands.indexOf('Chassis Control');
    return told >= 0 && bmc.commands.includes('Get Chassis Status', told);
  };
  return { isHeld, release: () => undefined };
}

/** Of the switch: the first that writes is carried out, and nothing is answered from then on. */
export function heldAtSwitch({ aSwitch }: TakingRun): Hold {
  let isHeld = false;
  aSwitch.before = ({ kind }) => {
    if (kind !== 'write' || isHeld) return;
    isHeld = true;
    aSwitch.behave({ answersAfterMs: NEVER_MS });
  };
  return {
    isHeld: () => isHeld,
    release() {
      aSwitch.before = () => undefined;
      aSwitch.behave({ answersAfterMs: 0 });
    },
  };
}

type FuelMoment = Parameters<SimulatedFuel['before']>[0];
type FuelCall = Parameters<SimulatedFuel['before']>[1];

/** Calls of Fuel, of workers or of an agent: held before they are carried out, or before they are answered. */
export class HeldAtFuel {
  readonly #holds = new Set<(moment: FuelMoment, call: FuelCall) => Promise<void> | undefined>();

  constructor(fuel: SimulatedFuel) {
    fuel.before = (moment, call) => {
      for (const hold of this.#holds) {
        const held = hold(moment, call);
        if (held !== undefined) return held;
      }
      return undefined;
    };
  }

  /** `what`: of `PUT clusters/1/changes?nodes=7`. */
  hold(when: FuelMoment, what: RegExp, isMeant: (call: FuelCall) => boolean = () => true): Hold {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isHeld = false;
    const hold = (moment: FuelMoment, call: FuelCall) => {
      if (moment !== when || !what.test(`${call.method} ${call.path}`) || !isMeant(call)) return undefined;
      isHeld = true;
      return released;
    };
    this.#holds.add(hold);
    return {
      isHeld: () => isHeld,
      release: () => {
        this.#holds.delete(hold);
        release();
      },
    };
  }
}
