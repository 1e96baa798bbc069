import { canonicalForeign, layOver } from './cloud-layers.ts';
import {
  type CloudsFile,
  type Findings,
  readCloudsFile,
  type Surroundings,
  searchFolders,
} from './clouds-yaml-files.ts';
import { didYouMean, listWords } from './did-you-mean.ts';
import { find, type Located, type LocatedEntry, type LocatedMap, type Origin, problemAt } from './located.ts';

/** The clouds of clouds.yaml, with secure.yaml and the profiles of clouds-public.yaml; each file is read once. */
export class CloudsYaml {
  readonly #around: Surroundings;
  readonly #findings: Findings;
  readonly #files = new Map<CloudsFile, Located | undefined>();
  #unreadable = false;

  constructor(around: Surroundings, findings: Findings) {
    this.#around = around;
    this.#findings = findings;
  }

  /** One cloud in canonical spelling; for the error when there is none: its name as it may be shown, and its place. */
  cloud(name: string, label: string, asked: Origin, region?: string): LocatedMap | undefined {
    const clouds = this.#clouds();
    // What a file that cannot be read would have said is not known: nothing is missing for its sake.
    if (this.#unreadable) return undefined;
    const found = find(clouds, [name]);
    if (found?.kind === 'map') {
      const entry = inRegion(found, region);
      const profile = this.#profile(entry);
      const own = canonicalForeign(entry);
      return profile === undefined ? own : layOver(canonicalForeign(profile), own);
    }
    if (found !== undefined) this.#findings.problems.push(problemAt(found.origin, 'must be a map'));
    else this.#reportMissing(name, label, asked, clouds);
    return undefined;
  }

  /** Is there an entry of this name? Finds nothing wrong. */
  has(name: string): boolean {
    return find(this.#clouds(), [name]) !== undefined;
  }

  #reportMissing(name: string, label: string, asked: Origin, clouds: Located | undefined): void {
    if (clouds === undefined) {
      const looked = searchFolders(this.#around);
      const problem = problemAt(
        asked,
        `no clouds.yaml is found for the cloud ${label}`,
        `looked in ${listWords(looked, 'and')}`,
      );
      this.#findings.problems.push(problem);
      return;
    }
    const names = clouds.kind === 'map' ? [...clouds.entries.keys()] : [];
    const hint = didYouMean(name, names) ?? (names.length > 0 ? `it has ${listWords(names, 'and')}` : undefined);
    this.#findings.problems.push(problemAt(asked, `the cloud ${label} is not in ${clouds.origin.file}`, hint));
  }

  #clouds(): Located | undefined {
    const clouds = find(this.#file('clouds'), ['clouds']);
    const secure = find(this.#file('secure'), ['clouds']);
    return clouds === undefined || secure === undefined ? (clouds ?? secure) : deepMerge(clouds, secure);
  }

  #profile(entry: LocatedMap): LocatedMap | undefined {
    // `cloud` is the old word for `profile`.
    const named = find(entry, ['profile']) ?? find(entry, ['cloud']);
    if (named?.kind !== 'scalar' || named.value === null) return undefined;
    const found = find(this.#file('clouds-public'), ['public-clouds', named.value]);
    if (found?.kind === 'map') return found;
    // openstacksdk brings profiles of public clouds and fetches others by URL; the entry may do without.
    if (find(entry, ['auth', 'auth_url']) === undefined && find(entry, ['auth_url']) === undefined) {
      const hint = 'Pumphouse brings no profiles of its own: put auth_url into the entry';
      const message = `profile "${named.value}" is not in clouds-public.yaml`;
      this.#findings.problems.push(problemAt(named.origin, message, hint));
    }
    return undefined;
  }

  #file(file: CloudsFile): Located | undefined {
    if (!this.#files.has(file)) {
      const before = this.#findings.problems.length;
      this.#files.set(file, readCloudsFile(file, this.#around, this.#findings));
      if (this.#findings.problems.length > before) this.#unreadable = true;
    }
    return this.#files.get(file);
  }
}

/** `regions:` (or a list under `region_name:`) offers several, each perhaps with values of its own; the first is standard. */
function inRegion(entry: LocatedMap, wanted: string | undefined): LocatedMap {
  const regions = entry.entries.get('regions') ?? entry.entries.get('region_name');
  if (regions?.value.kind !== 'list') return entry;
  const bare: LocatedMap = {
    ...entry,
    entries: new Map([...entry.entries].filter(([key]) => key !== 'regions' && key !== 'region_name')),
  };
  const names = regions.value.items.map((region) => (region.kind === 'map' ? find(region, ['name']) : region));
  const index = names.findIndex((name) => wanted === undefined || (name?.kind === 'scalar' && name.value === wanted));
  const name = names[index];
  if (name === undefined) return bare;
  const region: LocatedEntry = { key: name.origin, value: name };
  const values = find(regions.value.items[index], ['values']);
  const merged = values?.kind === 'map' ? mergeMaps(bare, values) : bare;
  return { ...merged, entries: new Map([...merged.entries, ['region_name', region]]) };
}

/** Maps are merged key by key; of anything else the upper stands. */
function deepMerge(lower: Located, upper: Located): Located {
  return lower.kind === 'map' && upper.kind === 'map' ? mergeMaps(lower, upper) : upper;
}

function mergeMaps(lower: LocatedMap, upper: LocatedMap): LocatedMap {
  const entries = new Map(lower.entries);
  for (const [key, given] of upper.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined ? given : { ...given, value: deepMerge(below.value, given.value) });
  }
  return { ...lower, entries };
}
