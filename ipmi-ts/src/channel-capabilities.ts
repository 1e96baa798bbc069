import { refusal } from './completion-codes.ts';
import { PRIVILEGE, type Privilege } from './handshake.ts';
import type { Link } from './link.ts';
import { decodeResponse, encodeRequest, NET_FN } from './message.ts';
import { decodeSessionless, encodeSessionless } from './packet.ts';

export interface ChannelCapabilities {
  /** RMCP+, which this package speaks. */
  readonly supportsIpmi2: boolean;
  /** There are users without a name. */
  readonly hasNullUsers: boolean;
}

/** Get Channel Authentication Capabilities, IPMI v2.0 section 22.13; outside of a session. */
export async function channelCapabilities(link: Link, privilege: Privilege): Promise<ChannelCapabilities> {
  const PRESENT_CHANNEL = 0x0e;
  const WITH_IPMI_2 = 0x80;
  const data = Uint8Array.of(PRESENT_CHANNEL | WITH_IPMI_2, PRIVILEGE[privilege]);
  const command = { name: 'Get Channel Authentication Capabilities', netFn: NET_FN.app, cmd: 0x38, data };
  const packet = encodeSessionless(encodeRequest(command, 0));
  const response = await link.exchange(
    command.name,
    () => packet,
    (bytes) => {
      const read = decodeResponse(decodeSessionless(bytes));
      return read.cmd === command.cmd && read.netFn === command.netFn ? read : undefined;
    },
  );
  const refused = refusal(command, response, link.bmc);
  if (refused !== undefined) throw refused;
  const [, types = 0, status = 0, extended = 0] = response.data;
  return {
    supportsIpmi2: (types & 0x80) !== 0 && (extended & 0x02) !== 0,
    hasNullUsers: (status & 0x03) !== 0,
  };
}
