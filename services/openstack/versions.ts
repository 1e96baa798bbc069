import { isApiError } from '../api-error.ts';
import type { EndpointAddress } from './catalog.ts';
import type { JsonAnswer } from './json-http.ts';
import type { MicroversionRange } from './microversion-negotiation.ts';
import type { ServiceType } from './service-client.ts';
import {
  type ApiVersion,
  readVersionDocument,
  splitVersionedPath,
  type VersionedPath,
  versionPath,
} from './version-document.ts';

/** A service's API at the version in use. */
export interface ServiceEndpoint {
  /** No slash at the end. */
  readonly url: string;
  /** Undefined where the service or its age has none. */
  readonly microversions: MicroversionRange | undefined;
}

/** Major versions that we speak, best first. */
const WANTED: Readonly<Record<ServiceType, readonly string[]>> = {
  identity: ['3', '2.0'],
  compute: ['2.1', '2.0'],
  network: ['2.0'],
  image: ['2'],
  'block-storage': ['3', '2'],
  placement: ['1'],
};

/** Reads a version document. Most are public; a few (Placement's in Pike) want a token. */
export type ReadDocument = (url: URL) => Promise<JsonAnswer>;

/** Finds the version of a service's API to use, from its version documents; reads each document once. */
export class VersionDiscovery {
  readonly #documents = new Map<string, Promise<readonly ApiVersion[] | undefined>>();

  /** `projectId` goes into paths that need one (Cinder's) where the catalogue leaves it out. */
  async resolve(
    service: ServiceType,
    address: EndpointAddress,
    projectId: string | undefined,
    read: ReadDocument,
    wanted: readonly string[] = WANTED[service],
  ): Promise<ServiceEndpoint> {
    const url = new URL(address.url);
    const path = splitVersionedPath(url.pathname);
    const pinned = address.pinned ? path.segment : undefined;
    let chosen: ApiVersion | undefined;
    // The unversioned document lists everything; where a proxy hides it, the versioned one speaks for itself.
    const documents = path.segment === undefined ? ['/'] : ['/', `/${path.segment}/`];
    for (const [index, document] of documents.entries()) {
      const versions = await this.#document(read, url, path.base + document).catch((error: unknown) => {
        if (index === documents.length - 1 || isApiError(error, 'network', 'timeout')) {
          throw error;
        }
        return undefined;
      });
      chosen ??= choose(versions ?? [], path, wanted, pinned);
      if (chosen) {
        break;
      }
    }
    if (chosen === undefined) {
      // No document to be had: the catalogue's own word, or the only path that such a service can have.
      const segment = path.segment ?? (service === 'placement' ? undefined : `v${wanted[0]}`);
      const versioned = segment === undefined ? path.base : `${path.base}/${segment}`;
      return { url: url.origin + versioned + rest(service, path, projectId), microversions: undefined };
    }
    const { min, max } = chosen;
    return {
      url: url.origin + versionPath(path.base, chosen) + rest(service, path, projectId),
      microversions: min !== undefined && max !== undefined ? { min, max } : undefined,
    };
  }

  #document(read: ReadDocument, endpoint: URL, path: string): Promise<readonly ApiVersion[] | undefined> {
    const url = new URL(path, endpoint.origin);
    const known = this.#documents.get(url.href);
    if (known) {
      return known;
    }
    const document = read(url).then(
      (answer) => readVersionDocument(answer.body),
      (error: unknown) => {
        // An answer that is no document is an answer; silence or a passing 5xx may be otherwise the next time.
        if (!isApiError(error) || error.details.status === undefined || error.retry.when !== 'never') {
          this.#documents.delete(url.href);
          throw error;
        }
        return undefined;
      },
    );
    this.#documents.set(url.href, document);
    return document;
  }
}

function rest(service: ServiceType, path: VersionedPath, projectId: string | undefined): string {
  if (path.rest !== '' || service !== 'block-storage' || projectId === undefined) {
    return path.rest;
  }
  return `/${projectId}`;
}

/** The best version that both sides speak. `pinned` is the segment of an override, whose version is not ours to change. */
function choose(
  versions: readonly ApiVersion[],
  path: VersionedPath,
  wanted: readonly string[],
  pinned: string | undefined,
): ApiVersion | undefined {
  const usable = versions.filter((version) => version.status !== 'EXPERIMENTAL');
  if (pinned !== undefined) {
    return usable.find((version) => versionPath(path.base, version) === `${path.base}/${pinned}`);
  }
  for (const wish of wanted) {
    const found = usable.filter((version) => speaks(version, wish)).sort((a, b) => b.minor - a.minor)[0];
    if (found) {
      return found;
    }
  }
  return undefined;
}

/** `2` means any 2.x (Glance counts its minors up), `2.1` and `2.0` exactly that (Nova's are different APIs). */
function speaks(version: ApiVersion, wish: string): boolean {
  const [major = '', minor] = wish.split('.');
  return version.major === Number(major) && (minor === undefined || version.minor === Number(minor));
}
