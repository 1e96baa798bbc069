import { type ApiError, isApiError } from '../../services/openstack/index.ts';
import { exactList } from '../exact-list.ts';
import { project } from '../identity/project.ts';
import type { Reader } from '../reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';
import { quotaMoving } from './quota-moving.ts';

/** Limits by the API's own names; -1 is no limit. */
export type Limits = Readonly<Record<string, number>>;

export interface QuotaAttributes {
  readonly compute: Limits;
  readonly network: Limits;
  readonly volume: Limits;
  /** Per service the names of the limits that differ from the cloud's defaults, as `compute.cores`. */
  readonly changed: readonly string[];
}

/** Projects whose quotas are asked for at the same time: six calls each. */
const PROJECTS_AT_ONCE = 4;

/** Quota sets of Nova, Neutron and Cinder as one resource a project, with the project's id. */
export const quota: ResourceType<QuotaAttributes> = {
  name: 'quota',
  service: 'compute',
  ownedBy: 'project',
  identity: { keepsId: false, key: ['projectId'] },
  rules: { compute: 'exact', network: 'exact', volume: 'exact', changed: 'set' },

  async *list(reader, scope) {
    // A quota is a project's, and of the projects that there are.
    if (scope.outside !== undefined) return;
    for await (const page of exactList(reader, project, scope))
      for (let start = 0; start < page.length; start += PROJECTS_AT_ONCE)
        yield await Promise.all(
          page.slice(start, start + PROJECTS_AT_ONCE).map(({ id, name }) => read(reader, id, name)),
        );
  },

  async get(reader, id) {
    return read(reader, id, (await project.get(reader, id)).name);
  },

  references: () => [],

  moving: {
    ...quotaMoving,
    // By its project alone, which may have another name there.
    async *candidates(target, { projectId = '' }) {
      yield [await quota.get(target, projectId)];
    },
  },
};

async function read(reader: Reader, projectId: string, name: string): Promise<Resource<QuotaAttributes>> {
  const { cloud } = reader;
  const [hasNetwork, hasVolume] = await Promise.all([cloud.has('network'), cloud.has('block-storage')]);
  const [compute, network, volume] = await Promise.all([
    limits(reader, 'compute', projectId, cloud.compute),
    hasNetwork ? limits(reader, 'network', projectId, cloud.network) : NO_LIMITS,
    hasVolume ? limits(reader, 'volume', projectId, cloud.volume) : NO_LIMITS,
  ]);
  const changed = Object.entries({ compute, network, volume }).flatMap(([service, { own, defaults }]) =>
    Object.keys(own)
      .filter((limit) => own[limit] !== defaults[limit])
      .map((limit) => `${service}.${limit}`),
  );
  return {
    type: 'quota',
    id: projectId,
    name,
    projectId,
    attributes: { compute: compute.own, network: network.own, volume: volume.own, changed: changed.sort() },
  };
}

interface QuotaApi {
  quotas(projectId: string): Promise<Readonly<Record<string, number | string>>>;
  defaultQuotas(projectId: string): Promise<Readonly<Record<string, number | string>>>;
}

interface OwnAndDefault {
  readonly own: Limits;
  readonly defaults: Limits;
}

const NO_LIMITS: OwnAndDefault = { own: {}, defaults: {} };

async function limits(reader: Reader, service: string, projectId: string, api: QuotaApi): Promise<OwnAndDefault> {
  try {
    const own = numbers(await api.quotas(projectId));
    return { own, defaults: await defaultsOf(reader, service, projectId, api, own) };
  } catch (error) {
    if (!isApiError(error, 'forbidden', 'not-found', 'invalid')) throw error;
    reader.note(whyUnread(service, error), 'quota');
    return NO_LIMITS;
  }
}

function whyUnread(service: string, { kind }: ApiError): string {
  if (kind === 'forbidden') return `not allowed to read ${service} quotas of other projects`;
  if (kind === 'not-found') return `the cloud has no ${service} quotas`;
  // Nova from Pike on asks Keystone v3 whether the project exists, and says no to all where only v2.0 is served.
  return `the cloud refuses to tell ${service} quotas, as Nova does where only Identity v2.0 is served`;
}

/** Neutron before Ocata has no call for defaults: then every limit counts as the cloud's own. */
async function defaultsOf(reader: Reader, service: string, projectId: string, api: QuotaApi, own: Limits) {
  try {
    return numbers(await api.defaultQuotas(projectId));
  } catch (error) {
    if (!isApiError(error, 'forbidden', 'not-found')) throw error;
    reader.note(`default ${service} quotas cannot be read: limits are compared as they are`, 'quota');
    return own;
  }
}

/** Quota sets carry the project's id beside the limits. */
function numbers(set: Readonly<Record<string, number | string>>): Limits {
  const entries = Object.entries(set).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
