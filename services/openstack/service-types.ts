import { SERVICE_TYPE_NAMES } from '../../config/index.ts';
import type { ServiceType } from './service-client.ts';

/** The names under which a service may stand in a catalogue, best first. */
const NAMES: Readonly<Record<ServiceType, readonly string[]>> = SERVICE_TYPE_NAMES;

export function catalogNames(service: ServiceType): readonly string[] {
  return NAMES[service];
}

/** The official name of a catalogue type; undefined for services that we do not speak to. */
export function officialName(catalogType: string): ServiceType | undefined {
  const services: readonly ServiceType[] = ['identity', 'compute', 'network', 'image', 'block-storage', 'placement'];
  return services.find((service) => NAMES[service].includes(catalogType));
}
