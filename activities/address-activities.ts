import { NotInTarget } from '../resources/moving/translation.ts';
import { leadTo, ledTo } from '../resources/network/lead-address.ts';
import { Reader } from '../resources/reader.ts';
import { carriedThrough } from './keep-alive.ts';
import type { ResourceRequest } from './move-request.ts';
import type { Move, OpenMoves } from './open-moves.ts';

type FloatingIpRequest = ResourceRequest & { readonly type: 'floating-ip' };

/** Where a floating IP of the source led to. */
export interface FormerAddress {
  readonly portId?: string;
  readonly fixedIpAddress?: string;
}

/** Floating IPs at cut-over: the same address must never answer in both clouds. */
export interface AddressActivities {
  /** Where it leads to now; nothing is changed. */
  inspectAddress(request: FloatingIpRequest): Promise<FormerAddress>;
  /** Takes it from its port in the source; the project keeps it. */
  detachSourceAddress(request: FloatingIpRequest): Promise<void>;
  attachSourceAddress(request: FloatingIpRequest & { readonly former: FormerAddress }): Promise<void>;
  /** Leads the target's address to the port that stands for the source's. */
  attachTargetAddress(request: FloatingIpRequest & { readonly former: FormerAddress }): Promise<void>;
  /** Takes it from that port; one that leads elsewhere is not ours to take. */
  detachTargetAddress(request: FloatingIpRequest & { readonly former: FormerAddress }): Promise<void>;
}

/** Neutron's on both sides; in the source also nova-network's, which servers take and give. */
export function addressActivities(moves: OpenMoves): AddressActivities {
  const alive = <T>(work: () => Promise<T>) => carriedThrough(() => 'floating-ip', work);
  // What leads where changes in a run: nothing of it is remembered.
  const sourceOf = (request: FloatingIpRequest) => new Reader(moves.get(request).source.cloud);
  const targetOf = (request: FloatingIpRequest) => new Reader(moves.get(request).target.cloud);

  return {
    inspectAddress(request) {
      return alive(() => ledTo(sourceOf(request), request.id));
    },

    detachSourceAddress(request) {
      return alive(() => leadTo(sourceOf(request), request.id, {}));
    },

    attachSourceAddress(request) {
      return alive(async () => {
        if (request.former.portId !== undefined) await leadTo(sourceOf(request), request.id, request.former);
      });
    },

    attachTargetAddress(request) {
      return alive(async () => {
        const { portId, fixedIpAddress } = request.former;
        if (portId === undefined) return;
        const move = moves.get(request);
        const [id, port] = [await inTarget(move, request), await inTarget(move, { type: 'port', id: portId })];
        const fixed = fixedIpAddress === undefined ? {} : { fixedIpAddress };
        await leadTo(targetOf(request), id, { portId: port, ...fixed });
      });
    },

    detachTargetAddress(request) {
      return alive(async () => {
        const { correspondence } = moves.get(request);
        const { portId } = request.former;
        const address = await correspondence.targetOf(request);
        const port = portId === undefined ? undefined : await correspondence.targetOf({ type: 'port', id: portId });
        if (address === undefined || port === undefined) return;
        const target = targetOf(request);
        if ((await ledTo(target, address.id)).portId === port.id) await leadTo(target, address.id, {});
      });
    },
  };
}

async function inTarget({ correspondence }: Move, ref: { readonly type: 'floating-ip' | 'port'; readonly id: string }) {
  const match = await correspondence.targetOf(ref);
  if (match === undefined) throw new NotInTarget(ref);
  return match.id;
}
