import { afterAll, beforeAll, describe } from '@jest/globals';
import { Secret } from '../../config/index.ts';
import { openPower, settlePowerOff, settlePowerOn } from '../../services/power/index.ts';
import { nobodyOverRedfish, overRedfish } from '../services/power/machine-room.ts';
import { powerCases } from '../services/power/power-cases.ts';
import { startSushy } from './bmc-process.ts';

const password = 'of-the-emulator';
let sushy: Awaited<ReturnType<typeof startSushy>>;
beforeAll(async () => {
  sushy = await startSushy('admin', password);
}, 300_000);
afterAll(() => sushy?.stop());

describe("over Redfish, against sushy-tools' emulator", () => {
  powerCases(
    async (power) => {
      const host = (secret: string) => overRedfish(sushy.url, { password: new Secret(secret) });
      const driver = openPower(host(password));
      const settling = { signal: new AbortController().signal, pollMs: 500 };
      // It follows an order after one to eleven seconds.
      if (power === 'on') await settlePowerOn(driver, settling);
      else await settlePowerOff(driver, { softTimeoutMs: 0, ...settling });
      driver.close();
      return {
        host: host(password),
        withPassword: host,
        password,
        unreachable: nobodyOverRedfish(),
        obeysSoft: true,
        // It knows no override for once.
        boot: {
          seen: (open) => open.bootOverride(),
          expected: ({ persistence: _persistence, ...wanted }) => wanted,
        },
        close: async () => undefined,
      };
    },
    { timeLimitMs: 10_000, unreachableMs: 1_000, pollMs: 500 },
  );
});
