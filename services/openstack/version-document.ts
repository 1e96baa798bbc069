import { z } from 'zod';
import { type Microversion, parseMicroversion } from './microversion.ts';

/** One major version of an API as its version document lists it. */
export interface ApiVersion {
  /** `2.1`, `2.0`, `3`, as the id says without its `v`. */
  readonly id: string;
  readonly major: number;
  readonly minor: number;
  /** Where it is, as the document says: often the wrong host, sometimes the wrong path. */
  readonly href: string | undefined;
  readonly status: string;
  readonly min: Microversion | undefined;
  readonly max: Microversion | undefined;
  /** As `application/vnd.openstack.identity-v3+json`; few services tell them. */
  readonly mediaTypes: readonly string[];
}

const entry = z.object({
  id: z.string(),
  status: z.string().default(''),
  links: z.array(z.object({ rel: z.string().optional(), href: z.string() })).default([]),
  version: z.string().nullish(),
  max_version: z.string().nullish(),
  min_version: z.string().nullish(),
  'media-types': z.array(z.object({ type: z.string() })).default([]),
});
const document = z.union([
  z.object({ versions: z.object({ values: z.array(entry) }) }).transform((doc) => doc.versions.values),
  z.object({ versions: z.array(entry) }).transform((doc) => doc.versions),
  z.object({ version: entry }).transform((doc) => [doc.version]),
]);

/** Reads Keystone's `{"versions": {"values": […]}}`, the others' `{"versions": […]}` and a single `{"version": {…}}`. */
export function readVersionDocument(body: unknown): readonly ApiVersion[] | undefined {
  const parsed = document.safeParse(body);
  if (!parsed.success) {
    return undefined;
  }
  return parsed.data.flatMap((version) => {
    const [, id = '', major = '', minor = '0'] = /^v?((\d+)(?:\.(\d+))?)/.exec(version.id) ?? [];
    return major === ''
      ? []
      : [
          {
            id,
            major: Number(major),
            minor: Number(minor),
            href: (version.links.find((link) => link.rel === 'self') ?? version.links[0])?.href,
            status: version.status.toUpperCase(),
            min: parseMicroversion(version.min_version ?? ''),
            max: parseMicroversion(version.max_version ?? version.version ?? ''),
            mediaTypes: version['media-types'].map(({ type }) => type),
          },
        ];
  });
}

/** An endpoint's path taken apart: `/compute/v2.1/PROJECT` is base `/compute`, segment `v2.1`, rest `/PROJECT`. */
export interface VersionedPath {
  readonly base: string;
  /** `v2.1`, `v3`; undefined for an endpoint without a version. */
  readonly segment: string | undefined;
  /** What follows the version, without a slash at the end. */
  readonly rest: string;
}

export function splitVersionedPath(path: string): VersionedPath {
  const trimmed = path.replace(/\/+$/, '');
  const [, base, segment, rest] = /^(.*?)\/(v\d+(?:\.\d+)?)(\/.*)?$/.exec(trimmed) ?? [];
  return segment === undefined
    ? { base: trimmed, segment: undefined, rest: '' }
    : { base: base ?? '', segment, rest: rest ?? '' };
}

/**
 * The path of a version below `base`. Documents may name the path as the service itself sees it, without the prefix that
 * a proxy adds, so only a path below our base is believed; of any other the version segment is taken.
 */
export function versionPath(base: string, version: ApiVersion): string {
  const path = version.href === undefined ? '' : pathOf(version.href);
  if (path !== '' && (base === '' || path.startsWith(`${base}/`))) {
    return path;
  }
  const segment = /\/(v\d+(?:\.\d+)?)$/.exec(path)?.[1];
  return segment === undefined ? base : `${base}/${segment}`;
}

function pathOf(href: string): string {
  return URL.canParse(href, 'http://host') ? new URL(href, 'http://host').pathname.replace(/\/+$/, '') : '';
}
