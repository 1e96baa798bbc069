import { isApiError } from '../../api-error.ts';
import type { JsonAnswer } from '../json-http.ts';
import { readVersionDocument, splitVersionedPath, versionPath } from '../version-document.ts';
import { authProblem } from './auth-problem.ts';
import type { IdentityVersion } from './identity-api.ts';

/** Where Keystone is and which of its APIs to use. */
export interface IdentityEndpoint {
  readonly version: IdentityVersion;
  /** Scheme, host and port of auth_url, path of the version, no slash at the end. */
  readonly root: URL;
  /** What the operator should know: the version is not the one that the configuration names. */
  readonly note?: string;
}

/** What the configuration says about a cloud's Keystone. */
interface IdentityWish {
  readonly cloud: string;
  readonly authUrl: string;
  /** The version that the operator asks for, whatever `authUrl` names. */
  readonly wanted: IdentityVersion | undefined;
  /** What of this login v2.0 could not do, where there is such. */
  readonly needsV3: string | undefined;
}

interface Offer {
  readonly version: IdentityVersion;
  readonly path: string;
}

/**
 * Finds the Identity API behind `auth_url`, which may be `/`, `/v2.0/`, `/v3` or below a prefix. Hosts in the version
 * documents are ignored: behind a proxy they are wrong.
 */
export async function discoverIdentity(
  { cloud, authUrl, wanted, needsV3 }: IdentityWish,
  get: (url: URL) => Promise<JsonAnswer>,
): Promise<IdentityEndpoint> {
  const url = parseAuthUrl(cloud, authUrl);
  const { base, segment } = splitVersionedPath(url.pathname);
  const offers = await readOffers(url, base, segment, get);
  const v2 = offers.find((offer) => offer.version === 'v2.0');
  const v3 = offers.find((offer) => offer.version === 'v3');
  const named = segment?.startsWith('v2') ? 'v2.0' : segment?.startsWith('v3') ? 'v3' : undefined;
  const configured = wanted ?? named;
  const preferred = configured === 'v2.0' && needsV3 === undefined ? (v2 ?? v3) : (v3 ?? v2);
  if (!preferred) {
    throw authProblem(
      cloud,
      `no Identity API v2.0 or v3 answers at ${url.origin}${url.pathname}`,
      'auth_url must be the address of Keystone, like http://controller:5000/v3',
    );
  }
  const root = new URL(preferred.path, url);
  if (configured === undefined || configured === preferred.version) {
    return { version: preferred.version, root };
  }
  const why =
    configured === 'v2.0' && v2 !== undefined
      ? `${needsV3 ?? 'the login'} needs v3`
      : `the cloud offers only ${preferred.version}`;
  return {
    version: preferred.version,
    root,
    note: `${cloud}: ${wanted === undefined ? 'auth_url' : 'identity_api_version'} names Identity ${configured}, but ${why}: using ${preferred.version}`,
  };
}

function parseAuthUrl(cloud: string, authUrl: string): URL {
  const url = URL.canParse(authUrl) ? new URL(authUrl) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw authProblem(cloud, `auth_url ${authUrl} is no http or https URL`, 'it looks like http://controller:5000/v3');
  }
  url.search = '';
  url.hash = '';
  return url;
}

/** The unversioned document lists everything; where a proxy hides it, the versioned one speaks for itself. */
async function readOffers(
  url: URL,
  base: string,
  segment: string | undefined,
  get: (url: URL) => Promise<JsonAnswer>,
): Promise<readonly Offer[]> {
  let passing: unknown;
  for (const path of segment === undefined ? ['/'] : ['/', `/${segment}/`]) {
    try {
      const answer = await get(new URL(base + path, url));
      const offers = offersOf(answer.body, base);
      if (offers.length > 0) {
        return offers;
      }
    } catch (error) {
      // Something answers there, but it is no version document: a dashboard, a proxy's 404 or 503.
      if (!isApiError(error) || error.details.status === undefined) {
        throw error;
      }
      passing ??= error.retry.when === 'never' ? undefined : error;
    }
  }
  if (passing !== undefined) {
    throw passing;
  }
  return [];
}

/**
 * Nova, Glance and Neutron have versions 2 of their own: a password must not be sent to them. Only Keystone names its media
 * type, in every release.
 */
function offersOf(document: unknown, base: string): readonly Offer[] {
  const versions = (readVersionDocument(document) ?? []).filter(({ mediaTypes }) =>
    mediaTypes.some((type) => type.startsWith('application/vnd.openstack.identity-')),
  );
  return versions.flatMap((version): Offer[] => {
    const path = versionPath(base, version);
    if (version.major === 3) {
      return [{ version: 'v3', path: path === base ? `${base}/v3` : path }];
    }
    return version.major === 2 ? [{ version: 'v2.0', path: path === base ? `${base}/v2.0` : path }] : [];
  });
}
