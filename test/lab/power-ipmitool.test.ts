import { afterAll, beforeAll, describe } from '@jest/globals';
import { Secret } from '../../config/index.ts';
import { overIpmi } from '../services/power/machine-room.ts';
import { powerCases } from '../services/power/power-cases.ts';
import { type IpmiSim, startIpmiSim } from './bmc-process.ts';

const password = 'of-the-simulator';
let sim: IpmiSim;
beforeAll(async () => {
  sim = await startIpmiSim(password);
});
afterAll(() => sim.stop());

/** It marks no boot flags valid, forgets how long they last, and calls the disk its default. */
const BOOT = { none: 'none', pxe: 'pxe', disk: 'default' } as const;

describe("by the real ipmitool, against OpenIPMI's BMC", () => {
  powerCases(
    async (power) => {
      sim.set('power', power === 'on' ? '1' : '0');
      sim.set('boot', 'none');
      const host = (secret: string, port = sim.port) =>
        overIpmi(
          { host: '127.0.0.1', port },
          { driver: 'ipmitool', username: 'admin', password: new Secret(secret), cipherSuite: 3 },
        );
      return {
        host: host(password),
        withPassword: (other) => host(other),
        password,
        unreachable: host(password, 1),
        obeysSoft: false,
        boot: {
          seen: async () => ({ device: sim.get('boot') }),
          expected: ({ source }) => ({ device: BOOT[source] }),
        },
        close: async () => undefined,
      };
    },
    { timeLimitMs: 30_000, unreachableMs: 2_000, pollMs: 100 },
  );
});
