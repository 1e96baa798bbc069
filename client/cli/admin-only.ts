import { isApiError } from '../../services/openstack/index.ts';
import { Explained } from './failure.ts';

/** Runs `read`; where policy forbids it, says that an admin is needed, and for what. */
export async function adminOnly<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isApiError(error, 'forbidden')) throw new Explained(`${error.message}; only an admin of the cloud ${what}`);
    throw error;
  }
}
