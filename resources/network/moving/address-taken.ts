import { isApiError } from '../../../services/openstack/index.ts';
import type { Reader } from '../../reader.ts';
import { describeUser, userOfAddress } from '../addresses.ts';

/** An address (or MAC) of the target that a moved resource must have, and something else has. */
export class AddressTaken extends Error {
  override readonly name = 'AddressTaken';

  constructor(addresses: readonly string[], cause: Error) {
    super(`the target has in use what must be moved: ${addresses.join('; ')}; free it there, or map it`, { cause });
  }
}

/** What `create` gives; where it is refused because an address is in use, the error says by what. */
export async function unlessTaken<T>(
  target: Reader,
  networkId: string,
  { ipAddresses, macAddress }: { readonly ipAddresses: readonly string[]; readonly macAddress?: string },
  create: () => Promise<T>,
): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (!isApiError(error, 'conflict')) throw error;
    const taken: string[] = [];
    for (const address of ipAddresses) {
      const user = await userOfAddress(target, networkId, { ipAddress: address });
      if (user !== undefined) taken.push(`${address} by ${describeUser(user)}`);
    }
    const user = macAddress === undefined ? undefined : await userOfAddress(target, networkId, { macAddress });
    if (user !== undefined) taken.push(`${macAddress} by ${describeUser(user)}`);
    if (taken.length === 0) throw error;
    throw new AddressTaken(taken, error);
  }
}
