import type { Cloud } from '../../services/openstack/cloud.ts';
import { type CatalogService, isApiError, type ServiceType } from '../../services/openstack/index.ts';
import { officialName } from '../../services/openstack/service-types.ts';
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
  const versions = new Map(
    await Promise.all(SERVICE_TYPES.map(async (type) => [type, await versionOf(cloud, type)] as const)),
  );
  const services = [...(await cloud.services())].sort((a, b) => (a.type < b.type ? -1 : 1));
  return services.flatMap((service) => offersOfService(cloud.name, service, versions));
}

interface VersionInUse {
  readonly origin: string;
  readonly version: string;
  readonly microversions?: string;
}

function offersOfService(
  cloud: string,
  { type, name, endpoints }: CatalogService,
  versions: ReadonlyMap<ServiceType, VersionInUse | undefined>,
): Offer[] {
  const official = officialName(type);
  const inUse = official === undefined ? undefined : versions.get(official);
  const regions = [...new Set(endpoints.map(({ region }) => region))];
  return (regions.length === 0 ? [undefined] : regions).map((region) => {
    const here = endpoints.filter((endpoint) => endpoint.region === region);
    const urls = Object.fromEntries(here.map((endpoint) => [endpoint.interface, endpoint.url]));
    // A catalogue may have a service twice (computev21 beside compute): the version belongs to the one in use.
    const isInUse = inUse !== undefined && Object.values(urls).some((url) => sameApi(url, inUse));
    return { cloud, type, name, region, urls, ...(isInUse ? shown(inUse) : {}) };
  });
}

function shown({ version, microversions }: VersionInUse): Pick<Offer, 'version' | 'microversions'> {
  return { version, ...(microversions === undefined ? {} : { microversions }) };
}

function sameApi(url: string, { origin, version }: VersionInUse): boolean {
  if (!URL.canParse(url) || new URL(url).origin !== origin) return false;
  const own = versionIn(url);
  return own === '' || own === version || own.split('.')[0] !== version.split('.')[0] || !own.includes('.');
}

async function versionOf({ session }: Cloud, type: ServiceType): Promise<VersionInUse | undefined> {
  if (!(await session.has(type))) return undefined;
  try {
    const { url, microversions } = await session.endpoint(type);
    const { identityVersion } = await session.whoAmI();
    const version = type === 'identity' ? identityVersion.replace(/^v/, '') : versionIn(url);
    return {
      origin: new URL(url).origin,
      version,
      ...(microversions === undefined ? {} : { microversions: `${microversions.min}-${microversions.max}` }),
    };
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
