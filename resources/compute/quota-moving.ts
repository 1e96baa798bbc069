import { type Cloud, isApiError } from '../../services/openstack/index.ts';
import { project } from '../identity/project.ts';
import type { Making, Undo } from '../moving/making.ts';
import type { Translation } from '../moving/translation.ts';
import type { Moving, Resource } from '../resource-type.ts';
import { unlessGone } from '../visibility.ts';
import type { Limits, QuotaAttributes } from './quota.ts';

type Quota = Resource<QuotaAttributes>;

const SERVICES = ['compute', 'network', 'volume'] as const;
type Service = (typeof SERVICES)[number];

/** A limit as `compute.cores`, before and after. */
type Changes = Record<string, { readonly from: number; readonly to: number }>;

/** What Nova calls the limits that are Neutron's business since there is Neutron. */
const NETWORK_LIMITS: Readonly<Record<string, string | undefined>> = {
  floating_ips: 'floatingip',
  security_groups: 'security_group',
  security_group_rules: 'security_group_rule',
  fixed_ips: undefined,
};

/** Cinder's limits of one volume type: `gigabytes_fast`. */
const OF_VOLUME_TYPE = /^(volumes|gigabytes|snapshots)_(?=.)/;

const NO_LIMIT = -1;

/**
 * Quotas exist by nature. Only limits that differ from the defaults of the source are brought over; the rest is the target's own
 * business, and so is a limit that somebody has set higher there.
 */
export const quotaMoving: Omit<Moving<QuotaAttributes>, 'candidates'> = {
  translate,

  notCreated: () => ({ action: 'update', reason: 'the new project gets the limits of the source' }),

  /**
   * Sets what is missing, never below what the project uses. A try that was cut short finds its own limits in place and cannot tell
   * what was there before: so in a project that this run has made, limits that are as wanted are taken for this run's, and
   * come from the defaults; in any other they are taken for the project's own, and are left by `revert`.
   */
  async update(making, present, wanted): Promise<Undo> {
    const changes: Changes = {};
    const projectId = present.id;
    const isNew = await isMadeByRun(making, projectId);
    for (const service of SERVICES) {
      const api = apiOf(making.target.cloud, service);
      const found = present.attributes[service];
      const limits = Object.entries(wantedLimits(service, wanted, present)).flatMap(([name, limit]) => {
        const from = found[name];
        return from === undefined ? [] : [{ name, limit, from }];
      });
      const use = limits.some(({ limit, from }) => isLess(limit, from)) ? await useOf(api, projectId) : {};
      const set: Record<string, number> = {};
      for (const { name, limit, from } of limits) {
        const to = atLeast(limit, use === undefined ? from : (use[name] ?? 0));
        if (to === from) continue;
        set[name] = to;
        changes[`${service}.${name}`] = { from, to };
      }
      if (isNew) Object.assign(changes, await doneBefore(api, service, wanted, present));
      if (Object.keys(set).length > 0) await api.setQuotas(projectId, set);
    }
    return changes;
  },

  /** What somebody has changed since is left. */
  async revert(making, projectId, undo) {
    const there = await unlessGone(() => project.get(making.target, projectId));
    if (there === undefined) return;
    for (const service of SERVICES) {
      const ours = Object.entries(undo as Changes).filter(([name]) => name.startsWith(`${service}.`));
      if (ours.length === 0) continue;
      const api = apiOf(making.target.cloud, service);
      const [present, use] = [await api.quotas(projectId), await useOf(api, projectId)];
      const set: Record<string, number> = {};
      for (const [key, { from, to }] of ours) {
        const name = key.slice(service.length + 1);
        if (present[name] === to)
          set[name] = atLeast(from, use === undefined && isLess(from, to) ? to : (use?.[name] ?? 0));
      }
      if (Object.keys(set).length > 0) await api.setQuotas(projectId, set);
    }
  },

  isKept(attribute, wanted, found) {
    if (attribute === 'changed') return true;
    return Object.keys(wantedLimits(attribute, wanted, found)).length === 0;
  },

  losses: {
    compute: 'the target does not know all of these limits, or does not tell them',
    network: 'the target does not know all of these limits, or does not tell them',
    volume: 'the target does not know all of these limits, or does not tell them',
  },
};

/** Limits that are not as they should be: changed in the source, and otherwise or unknown in the target. */
function wantedLimits(service: Service, wanted: Quota, { attributes: found }: Quota): Limits {
  const present = found[service];
  const limits = Object.entries(changedOf(service, wanted)).filter(([name, limit]) => {
    const there = present[name];
    // A limit on volumes of a type that is not there limits nothing.
    if (there === undefined) return !OF_VOLUME_TYPE.test(name);
    const isTargetsOwn = found.changed.includes(`${service}.${name}`);
    return there !== limit && !(isTargetsOwn && isLess(limit, there));
  });
  return Object.fromEntries(limits);
}

function changedOf(service: Service, { attributes }: Quota): Limits {
  const names = new Set(attributes.changed.filter((name) => name.startsWith(`${service}.`)));
  return Object.fromEntries(Object.entries(attributes[service]).filter(([name]) => names.has(`${service}.${name}`)));
}

/** Limits that an earlier try has set, of a project that had the defaults before. */
async function doneBefore(api: QuotaApi, service: Service, wanted: Quota, present: Quota): Promise<Changes> {
  const found = present.attributes[service];
  const ours = Object.entries(changedOf(service, wanted)).filter(
    ([name, limit]) => found[name] === limit && present.attributes.changed.includes(`${service}.${name}`),
  );
  if (ours.length === 0) return {};
  const defaults = await api.defaultQuotas(present.id);
  return Object.fromEntries(
    ours.flatMap(([name, to]) => {
      const from = defaults[name];
      return typeof from === 'number' ? [[`${service}.${name}`, { from, to }]] : [];
    }),
  );
}

function translate(attributes: QuotaAttributes, to: Translation): QuotaAttributes {
  const { compute, network, volume, changed } = attributes;
  const isNovaNetwork = Object.keys(network).length === 0;
  const moved: Record<Service, Record<string, number>> = { compute: {}, network: { ...network }, volume: {} };
  const names: string[] = changed.filter((name) => name.startsWith('network.'));
  const put = (from: string, service: Service, name: string, limit: number) => {
    moved[service][name] = limit;
    if (changed.includes(from)) names.push(`${service}.${name}`);
  };
  for (const [name, limit] of Object.entries(compute)) {
    if (!Object.hasOwn(NETWORK_LIMITS, name)) put(`compute.${name}`, 'compute', name, limit);
    const neutrons = NETWORK_LIMITS[name];
    if (neutrons !== undefined && isNovaNetwork) put(`compute.${name}`, 'network', neutrons, limit);
  }
  for (const [name, limit] of Object.entries(volume)) {
    const [prefix] = OF_VOLUME_TYPE.exec(name) ?? [];
    const there = prefix === undefined ? name : prefix + to.name('volume-type', name.slice(prefix.length));
    put(`volume.${name}`, 'volume', there, limit);
  }
  return { ...moved, changed: names.sort() };
}

async function isMadeByRun({ target, origin }: Making, projectId: string): Promise<boolean> {
  return (await project.get(target, projectId)).origin?.run === origin.run;
}

interface QuotaApi {
  quotas(projectId: string): Promise<Readonly<Record<string, number | string>>>;
  defaultQuotas(projectId: string): Promise<Readonly<Record<string, number | string>>>;
  quotaUse(projectId: string): Promise<Readonly<Record<string, number>>>;
  setQuotas(projectId: string, limits: Limits): Promise<void>;
}

function apiOf(cloud: Cloud, service: Service): QuotaApi {
  switch (service) {
    case 'compute':
      return cloud.compute;
    case 'network':
      return cloud.network;
    case 'volume':
      return cloud.volume;
    default:
      return service satisfies never;
  }
}

/** Undefined where the cloud does not tell: then nothing is lowered. */
async function useOf(api: QuotaApi, projectId: string): Promise<Limits | undefined> {
  try {
    return await api.quotaUse(projectId);
  } catch (error) {
    if (!isApiError(error, 'not-found', 'forbidden', 'invalid')) throw error;
    return undefined;
  }
}

function isLess(limit: number, than: number): boolean {
  return limit !== NO_LIMIT && (than === NO_LIMIT || limit < than);
}

function atLeast(limit: number, least: number): number {
  return isLess(limit, least) ? least : limit;
}
