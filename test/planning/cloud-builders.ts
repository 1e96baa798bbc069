import { movePolicy } from '../../planning/policy-defaults.ts';
import type { Reference, ResourceTypeName } from '../../resources/resource-type.ts';
import type { Facts, Observation, Survey, TargetFacts } from '../../resources/selecting/observation.ts';

export const POLICY = movePolicy({});

export type Seen = Partial<Observation> & { readonly needs?: readonly string[]; readonly contains?: readonly string[] };

/** `server/web-1`, as it was seen; what it needs and contains by the same names. */
export function seen(key: string, { needs = [], contains = [], ...more }: Seen = {}): Observation {
  const { type, id } = refOf(key);
  return {
    type,
    id,
    name: id,
    references: [...needs.map((to) => reference(to, 'requires')), ...contains.map((to) => reference(to, 'contains'))],
    canUpdate: true,
    isOfInstallation: false,
    facts: FACTS[type] ?? { kind: 'none' },
    ...more,
  };
}

export function server(
  key: string,
  facts: Partial<Extract<Facts, { kind: 'server' }>> = {},
  more: Seen = {},
): Observation {
  return seen(key, { ...more, facts: { ...SERVER, ...facts } });
}

const SERVER: Extract<Facts, { kind: 'server' }> = {
  kind: 'server',
  size: { vcpus: 1, ramMib: 512, diskGib: 1 },
  rootDiskGib: 1,
  bootsFromVolume: false,
  vmState: 'active',
  flavorName: 'small',
  isFlavorGone: false,
  interfaceOrderKnown: true,
  isLocked: false,
  failedToMove: false,
};

const FACTS: { readonly [T in ResourceTypeName]?: Facts } = {
  server: SERVER,
  port: { kind: 'port', macAddress: 'fa:16:3e:00:00:01', ipAddresses: ['10.0.0.5'] },
  network: { kind: 'network', isExternal: false },
  router: { kind: 'router', gatewayAddresses: [] },
  'floating-ip': { kind: 'floating-ip', address: '203.0.113.5' },
  image: { kind: 'image', status: 'active', sizeBytes: 1000 },
  volume: { kind: 'volume', sizeGib: 2 },
  flavor: { kind: 'flavor', isPublic: true, size: { vcpus: 1, ramMib: 512, diskGib: 1 } },
  quota: { kind: 'quota', wanted: {} },
};

export function surveyOf(observations: readonly Observation[], target: Partial<TargetFacts> = {}): Survey {
  return { observations, absent: [], target: { ...TARGET, ...target } };
}

const TARGET: TargetFacts = {
  source: 'old',
  target: 'new',
  missingTypes: [],
  defaultLimits: {},
  computeMicroversion: '2.93',
  ports: [],
  floatingIps: [],
  notAdminIn: [],
};

export const equal = (
  how: 'made' | 'mapped' | 'same-id' | 'same-key' = 'same-key',
): NonNullable<Observation['found']> => ({
  how,
  id: 'there',
  differences: [],
  losable: [],
  isUnfinished: false,
});

export const differing = (...attributes: readonly string[]): NonNullable<Observation['found']> => ({
  how: 'same-key',
  id: 'there',
  differences: attributes.map((attribute) => ({ attribute, wanted: 'a', found: 'b' })),
  losable: [],
  isUnfinished: false,
});

function reference(key: string, relation: Reference['relation']): Reference {
  return { ...refOf(key), relation, why: 'needs' };
}

function refOf(key: string): { type: ResourceTypeName; id: string } {
  const slash = key.indexOf('/');
  return { type: key.slice(0, slash) as ResourceTypeName, id: key.slice(slash + 1) };
}
