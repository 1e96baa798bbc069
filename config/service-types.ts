/**
 * The services that are spoken to, by their official names (OpenStack service-types authority), and the names under which
 * each may stand in a catalogue or an override, best first. `computev21`: clouds up to Pike register Nova's 2.1 beside 2.0.
 */
export const SERVICE_TYPE_NAMES = {
  identity: ['identity', 'identityv3'],
  compute: ['compute', 'computev21', 'computev2'],
  network: ['network'],
  image: ['image', 'imagev2'],
  'block-storage': ['block-storage', 'volumev3', 'block-store', 'volumev2', 'volume'],
  placement: ['placement'],
} as const;

/** All of them: what `endpoints` may name. */
export const ENDPOINT_TYPES: readonly string[] = Object.values(SERVICE_TYPE_NAMES).flat();
