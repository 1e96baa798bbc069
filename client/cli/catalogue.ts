import type { Cloud } from '../../services/openstack/cloud.ts';
import { type CatalogService, isApiError, type ServiceType } from '../../services/openstack/index.ts';
import { column } from './output/column.ts';

/** One service of a cloud in one region. */
export interface Offer {
  readonly cloud: string;
  readonly type: string;
  readonly name: string;
  readonly region: string | undefined;
  /** URL by interface. */
  readonly urls: Readonly<Record<string, string>>;
  /** Of the API in use: `2.1`, `3`. */
  readonly version?: string;
  /** `2.1-2.93`. */
  readonly microversions?: string;
}

export const OFFER_COLUMNS = [
  column<Offer>('cloud', ({ cloud }) => cloud),
  column<Offer>('type', ({ type }) => type),
  column<Offer>('name', ({ name }) => name, { shown: 'long' }),
  column<Offer>('region', ({ region }) => region),
  column<Offer>('version', ({ version }) => version),
  column<Offer>('microversions', ({ microversions }) => microversions),
  column<Offer>('public_url', ({ urls }) => urls.public),
  column<Offer>('internal_url', ({ urls }) => urls.internal, { shown: 'long' }),
  column<Offer>('admin_url', ({ urls }) => urls.admin, { shown: 'long' }),
];

/** What a move needs, and what is left out of one where it is not offered. */
const NEEDED: Readonly<Record<ServiceType, string>> = {
  identity: 'no users and projects',
  compute: 'no servers, flavors and keypairs',
  network: 'no networks',
  image: 'no images',
  'block-storage': 'no volumes',
  placement: 'capacity is known from Nova alone',
};

const SERVICE_TYPES: readonly ServiceType[] = ['identity', 'compute', 'network', 'image', 'block-storage', 'placement'];

/** The catalogue, with the version in use where we speak to the service. */
export async function offersOf(cloud: Cloud): Promise<readonly Offer[]> {
  const inUse = (await Promise.all(SERVICE_TYPES.map((type) => versionInUse(cloud, type)))).filter(isKnown);
  const services = [...(await cloud.services())].sort((a, b) => (a.type < b.type ? -1 : 1));
  return services.flatMap((service) => offersOfService(cloud.name, service, inUse));
}

interface VersionInUse {
  /** The endpoint of the catalogue that leads to it. */
  readonly address: string;
  readonly version: string;
  readonly microversions?: string;
}

function isKnown<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function offersOfService(
  cloud: string,
  { type, name, endpoints }: CatalogService,
  inUse: readonly VersionInUse[],
): Offer[] {
  const regions = [...new Set(endpoints.map(({ region }) => region))];
  return (regions.length === 0 ? [undefined] : regions).map((region) => {
    const here = endpoints.filter((endpoint) => endpoint.region === region);
    const urls = Object.fromEntries(here.map((endpoint) => [endpoint.interface, endpoint.url]));
    // An old catalogue has Nova twice (computev21 beside compute): the version belongs to the one that is used.
    const used = inUse.find(({ address }) => here.some(({ url }) => url === address));
    if (used === undefined) return { cloud, type, name, region, urls };
    const { version, microversions } = used;
    return { cloud, type, name, region, urls, version, ...(microversions === undefined ? {} : { microversions }) };
  });
}

async function versionInUse({ session }: Cloud, type: ServiceType): Promise<VersionInUse | undefined> {
  try {
    const address = (await session.catalog()).find(type)?.url;
    if (address === undefined) return undefined;
    const { url, microversions } = await session.endpoint(type);
    const { identityVersion } = await session.whoAmI();
    const version = type === 'identity' ? identityVersion.replace(/^v/, '') : versionIn(url);
    const range = microversions === undefined ? {} : { microversions: `${microversions.min}-${microversions.max}` };
    return { address, version, ...range };
  } catch (error) {
    // The catalogue is shown whatever a single service does; a later command that needs the service tells why.
    if (isApiError(error)) return undefined;
    throw error;
  }
}

function versionIn(url: string): string {
  return /\/v(\d+(?:\.\d+)?)(?:\/|$)/.exec(new URL(url).pathname)?.[1] ?? '';
}

/** What the cloud does not offer and what that means, one sentence each. */
export async function notOffered(cloud: Cloud): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const type of SERVICE_TYPES) {
    if (await cloud.has(type)) continue;
    const isNovaNetwork = type === 'network' && (await cloud.networking()) === 'nova-network';
    notes.push(
      isNovaNetwork
        ? 'not offered: network; Nova makes the networks itself (nova-network)'
        : `not offered: ${type}; ${NEEDED[type]}`,
    );
  }
  return notes;
}
