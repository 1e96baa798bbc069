import type { PortAttributes } from '../network/port.ts';
import type { Reader } from '../reader.ts';
import type { Resource } from '../resource-type.ts';
import { resourceTypes } from '../resource-types.ts';

/**
 * What is never moved for its own sake: what the cloud makes by itself, ports of routers (they come with their router),
 * and images and volumes that a run made in the source only to carry bytes.
 */
export function isLeftOut({ cloud }: Reader, resource: Resource): boolean {
  if (resourceTypes[resource.type].isMadeByCloud?.(resource) === true) return true;
  if (resource.type === 'port') return belongsToRouter(resource.attributes);
  return (resource.type === 'image' || resource.type === 'volume') && resource.origin?.cloud === cloud.name;
}

function belongsToRouter(attributes: Partial<PortAttributes>): boolean {
  return attributes.deviceOwner?.startsWith('network:') === true;
}
