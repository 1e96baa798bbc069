import { badRequest, type Call, notFound, Refusal } from '../http/call.ts';
import { type Json, text } from '../http/json.ts';
import { requireMinor } from './dialect.ts';
import type { LegacyFloatingIp } from './nova-network-state.ts';
import type { Server } from './state.ts';

/** `addFloatingIp` of a server, up to 2.43. An admin reaches the addresses of every project. */
export function addFloatingIp(call: Call, server: Server, given: Json): undefined {
  const row = actedOn(call, given);
  const fixed = text(given.fixed_address) ?? server.fixedIps[0]?.address;
  if (fixed === undefined) throw badRequest('No nw_info cache associated with instance');
  if (!server.fixedIps.some(({ address }) => address === fixed)) {
    throw badRequest('Specified fixed address not assigned to instance');
  }
  call.cloud.novaNetwork.floatingIps.change(row, { serverId: server.id, fixedAddress: fixed });
  return undefined;
}

export function removeFloatingIp(call: Call, server: Server, given: Json): undefined {
  const row = actedOn(call, given);
  if (row.serverId !== server.id) {
    throw new Refusal(409, `Floating IP ${row.id} is not associated with instance ${server.id}.`);
  }
  call.cloud.novaNetwork.floatingIps.change(row, { serverId: null, fixedAddress: null });
  return undefined;
}

function actedOn(call: Call, given: Json): LegacyFloatingIp {
  requireMinor(call, 0, 44);
  const row = call.cloud.novaNetwork.floatingIps.get(text(given.address) ?? '');
  if (row === undefined || (row.projectId !== call.caller.projectId && !call.caller.isAdmin)) {
    throw notFound('floating IP not found');
  }
  return row;
}
