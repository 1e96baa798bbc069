import { COMMUNITY, INTERFACES, PORTS, type Stage, switchCases, VLANS } from '../services/switch/switch-cases.ts';
import { startSnmpd } from './snmpd-process.ts';

/** snmpd with the tables of lab/switch, judged by net-snmp's own snmpwalk. */
async function snmpdStage(bitmapBytes: number): Promise<Stage> {
  const tables = { vlans: VLANS, ports: PORTS, interfaces: INTERFACES, bitmapBytes };
  const { port, load, save, walk, stop } = await startSnmpd(tables, COMMUNITY);
  return {
    host: '127.0.0.1',
    port,
    vlansOf: async (name) => {
      const { pvid, untagged, tagged } = load().ports.find((one) => one.name === name)!;
      return { pvid, untagged, tagged };
    },
    setPort: async (name, vlans) => {
      const state = load();
      save({ ...state, ports: state.ports.map((one) => (one.name === name ? { ...one, ...vlans } : one)) });
    },
    everything: () => walk(COMMUNITY),
    writes: async () => load().writes ?? 0,
    close: stop,
  };
}

switchCases("net-snmp's agent with the tables of a switch, bitmaps of 8 octets", () => snmpdStage(8));
switchCases("net-snmp's agent with the tables of a switch, bitmaps of 64 octets", () => snmpdStage(64));
