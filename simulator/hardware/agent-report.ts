import { createHash } from 'node:crypto';
import type { Json } from '../http/json.ts';
import type { Machine } from './machine.ts';

/** What Fuel's agent tells of the machine that it runs on, in the shape of the agent of 9.2. `system`: `bootstrap` says that it is free. */
export function agentReport(machine: Machine, ip: string, system: 'bootstrap' | 'fuel node'): Json {
  const { settings, pxeMac } = machine;
  const body: Json = {
    mac: pxeMac,
    ip,
    os_platform: 'ubuntu',
    manufacturer: 'Supermicro',
    platform_name: 'X9DRW',
    meta: {
      system: {
        manufacturer: 'Supermicro',
        serial: settings.serial,
        uuid: uuidOf(machine),
        product: 'X9DRW',
        version: '0123456789',
        family: 'To be filled by O.E.M.',
        fqdn: system === 'bootstrap' ? 'bootstrap.domain.tld' : `${machine.name}.domain.tld`,
      },
      interfaces: interfacesOf(machine, ip),
      cpu: {
        total: settings.cpus,
        real: 1,
        spec: Array.from({ length: settings.cpus }, () => ({
          frequency: 2600,
          model: 'Intel(R) Xeon(R) CPU E5-2620 v2',
        })),
      },
      disks: disksOf(machine),
      memory: {
        slots: 8,
        maximum_capacity: 4 * settings.memoryBytes,
        total: settings.memoryBytes,
        devices: [{ frequency: 1600, type: 'DDR3', size: settings.memoryBytes }],
      },
      pci_devices: {},
      numa_topology: {
        supported_hugepages: [2048, 1_048_576],
        numa_nodes: [{ id: 0, cpus: [0], memory: settings.memoryBytes }],
        distances: [['1.0']],
      },
    },
    ...(system === 'bootstrap' ? { status: 'discover' } : {}),
    is_agent: true,
  };
  const checksum = createHash('sha1').update(JSON.stringify(body)).digest('hex');
  return { ...body, agent_checksum: checksum };
}

function interfacesOf({ settings, pxeMac }: Machine, ip: string): readonly Json[] {
  return Object.entries(settings.interfaces).map(([name, mac], index) => ({
    name,
    mac,
    state: 'up',
    driver: 'igb',
    bus_info: `0000:0${4 + index}:00.0`,
    max_speed: 1000,
    current_speed: 1000,
    pxe: mac === pxeMac,
    offloading_modes: [],
    interface_properties: {
      sriov: { sriov_totalvfs: 0, available: false, pci_id: '' },
      pci_id: '8086:1521',
      numa_node: 0,
      max_queues: 8,
    },
    ...(mac === pxeMac ? { ip, netmask: '255.255.255.0' } : {}),
  }));
}

function disksOf({ settings }: Machine): readonly Json[] {
  return Object.entries(settings.disks).map(([name, size], index) => ({
    name,
    model: 'ST1000NM0033',
    size,
    disk: `disk/by-path/pci-0000:00:1f.2-scsi-${index}:0:0:0`,
    extra: [`disk/by-id/wwn-${settings.serial}-${name}`],
    removable: '0',
    paths: null,
  }));
}

function uuidOf({ name }: Machine): string {
  const hex = createHash('sha1').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
