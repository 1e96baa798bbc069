import { type SimulatedSwitch, type SwitchOptions, startSwitch } from '../../../simulator/hardware/switch/index.ts';
import { COMMUNITY, INTERFACES, MOVER, MOVERS, PORTS, type Stage, VLANS } from './switch-cases.ts';

export type SimulatedStage = Stage & { readonly simulated: SimulatedSwitch };

/** A simulated switch as all stages have it, and as told. */
export async function simulatedStage(options: Partial<SwitchOptions> = {}): Promise<SimulatedStage> {
  const simulated = await startSwitch({
    name: 'rack-7',
    community: COMMUNITY,
    readCommunity: 'public',
    users: [MOVER, ...MOVERS],
    vlans: VLANS,
    ports: PORTS,
    interfaces: INTERFACES,
    ...options,
  });
  return {
    simulated,
    host: simulated.host,
    port: simulated.port,
    vlansOf: async (port) => simulated.vlansOf(port),
    setPort: async (port, vlans) => simulated.setPort(port, vlans),
    everything: async () => {
      const bitmaps = VLANS.map((vlan) =>
        Object.values(simulated.bitmaps(vlan)).map((octets) => octets.toString('hex')),
      );
      return JSON.stringify([bitmaps, PORTS.map(({ name }) => simulated.portVlan(name))]);
    },
    writes: async () => simulated.written.length,
    close: () => simulated.close(),
  };
}
