import type { ServiceType } from './service-client.ts';

/**
 * The names under which a service may stand in a catalogue, best first (OpenStack service-types authority, plus
 * `computev21`, as clouds up to Pike register Nova's 2.1 beside 2.0).
 */
const NAMES: Readonly<Record<ServiceType, readonly string[]>> = {
  identity: ['identity', 'identityv3'],
  compute: ['compute', 'computev21', 'computev2'],
  network: ['network'],
  image: ['image', 'imagev2'],
  'block-storage': ['block-storage', 'volumev3', 'block-store', 'volumev2', 'volume'],
  placement: ['placement'],
};

export function catalogNames(service: ServiceType): readonly string[] {
  return NAMES[service];
}

/** The official name of a catalogue type; undefined for services that we do not speak to. */
export function officialName(catalogType: string): ServiceType | undefined {
  const services: readonly ServiceType[] = ['identity', 'compute', 'network', 'image', 'block-storage', 'placement'];
  return services.find((service) => NAMES[service].includes(catalogType));
}
