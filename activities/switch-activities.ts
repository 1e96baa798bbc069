import type { SwitchActivities } from './hardware-activities.ts';
import { carriedThrough, keptAlive } from './keep-alive.ts';
import type { OpenHosts } from './open-hosts.ts';

/** The switch port of a host. The look-up of a change: the port as it is now; set already, nothing is written. */
export function switchActivities(hosts: OpenHosts): SwitchActivities {
  const nothing = () => undefined;
  return {
    inspectPort: async ({ host }) => {
      const { name, port, settings, open } = hosts.switchPort(host);
      const driver = open();
      if (driver === undefined || settings.driver === 'manual') return { switch: name, port, driver: 'manual' };
      try {
        const vlans = await keptAlive(nothing, () => driver.portVlans(port));
        return { switch: name, port, driver: settings.driver, vlans };
      } finally {
        driver.close();
      }
    },

    setPort: async ({ host, vlans }) => {
      const { port, open } = hosts.switchPort(host);
      const driver = open();
      try {
        await carriedThrough(nothing, async () => driver?.setPortVlans(port, vlans));
      } finally {
        driver?.close();
      }
    },
  };
}
