/**
 * The textual convention PortList (RFC 4363 section 5): one bit a bridge port, the first octet holds ports 1 to 8, the highest bit of an octet
 * its lowest port.
 */

export function hasPort(list: Buffer, port: number): boolean {
  const { octet, mask } = bitOf(port);
  return ((list[octet] ?? 0) & mask) !== 0;
}

/** A copy with one port changed. As long as it was, unless the port does not fit: some switches refuse another length. */
export function withPort(list: Buffer, port: number, isMember: boolean): Buffer {
  const { octet, mask } = bitOf(port);
  if (!isMember && octet >= list.length) return Buffer.from(list);
  const changed = Buffer.alloc(Math.max(list.length, octet + 1));
  list.copy(changed);
  const others = (changed[octet] ?? 0) & ~mask;
  changed[octet] = isMember ? others | mask : others;
  return changed;
}

/** Ports that one list has and the other has not, ascending. Where a list ends, its ports are not members. */
export function differingPorts(a: Buffer, b: Buffer): readonly number[] {
  const ports: number[] = [];
  for (let port = 1; port <= Math.max(a.length, b.length) * 8; port += 1) {
    if (hasPort(a, port) !== hasPort(b, port)) ports.push(port);
  }
  return ports;
}

function bitOf(port: number): { readonly octet: number; readonly mask: number } {
  return { octet: Math.floor((port - 1) / 8), mask: 0x80 >> ((port - 1) % 8) };
}
