import { isApiError } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';

/** The name of a QoS policy: ids differ between clouds, policies are mapped by name. */
export async function qosPolicyName(reader: Reader, id: string | null | undefined): Promise<string | undefined> {
  if (id === undefined || id === null) return undefined;
  return reader.once(`qos policy ${id}`, async () => {
    try {
      return (await reader.cloud.network.qosPolicy(id)).name;
    } catch (error) {
      if (!isApiError(error, 'not-found', 'forbidden')) throw error;
      reader.note(`QoS policy ${id} cannot be read: it is shown by its id`);
      return id;
    }
  });
}
