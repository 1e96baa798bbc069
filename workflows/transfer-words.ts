import type { PortFacts, PortVlans, PowerFacts, ServiceState } from '../activities/hardware-activities.ts';

/** `untagged 100, tagged 101, 102`. */
export function vlansText({ pvid, untagged, tagged }: PortVlans): string {
  const parts = [
    untagged.length === 0 ? 'nothing untagged' : `untagged ${untagged.join(', ')}`,
    ...(untagged.includes(pvid) ? [] : [`PVID ${pvid}`]),
    ...(tagged.length === 0 ? [] : [`tagged ${tagged.join(', ')}`]),
  ];
  return parts.join(', ');
}

export function portText(port: PortFacts): string {
  const place = `${port.switch} ${port.port}`;
  return port.driver === 'manual' ? `${place}: wired by hand` : `${place}: ${vlansText(port.vlans)}`;
}

export function bootText({ boot: { source, persistence, firmware } }: PowerFacts): string {
  if (source === 'none') return "the firmware's own order";
  return `${source} ${persistence}${firmware === undefined ? '' : ` (${firmware})`}`;
}

export function serviceText({ status, disabledReason, isForcedDown }: ServiceState): string {
  return `${status}${disabledReason === undefined ? '' : ` (${disabledReason})`}${isForcedDown ? ', forced down' : ''}`;
}

export function onlyUntagged(vlan: number): PortVlans {
  return { pvid: vlan, untagged: [vlan], tagged: [] };
}
