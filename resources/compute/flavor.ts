import type { NovaFlavor } from '../../services/openstack/index.ts';
import { originInDescription } from '../moving/origin.ts';
import type { Reader } from '../reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';
import { goneMeanwhile, seesEveryProject, unlessForbidden, unlessGone } from '../visibility.ts';
import { flavorMoving } from './flavor-moving.ts';

export interface FlavorAttributes {
  readonly description: string;
  readonly vcpus: number;
  readonly ramMib: number;
  readonly diskGib: number;
  readonly ephemeralGib: number;
  readonly swapMib: number;
  readonly rxtxFactor: number;
  readonly isPublic: boolean;
  readonly disabled: boolean;
  readonly extraSpecs: Readonly<Record<string, string>>;
  /** Projects that may use a private flavor. */
  readonly accessProjectIds: readonly string[];
}

/** Compute API, "Flavors", with extra specs and access. Of a project: public ones and those it has access to. */
export const flavor: ResourceType<FlavorAttributes> = {
  name: 'flavor',
  service: 'compute',
  ownedBy: 'cloud',
  identity: { keepsId: true, key: ['name'] },
  rules: {
    description: 'exact',
    vcpus: 'exact',
    ramMib: 'exact',
    diskGib: 'exact',
    ephemeralGib: 'exact',
    swapMib: 'exact',
    rxtxFactor: 'exact',
    isPublic: 'exact',
    disabled: 'exact',
    extraSpecs: 'exact',
    accessProjectIds: 'reference',
  },

  async *list(reader, scope) {
    const all = await allFlavors(reader);
    // Who may not read the access list is shown only the flavors that its project may use.
    const readsAccess = await seesEveryProject(reader);
    yield all.filter(
      ({ attributes }) =>
        scope.projectId === undefined ||
        attributes.isPublic ||
        !readsAccess ||
        attributes.accessProjectIds.includes(scope.projectId),
    );
  },

  async get(reader, id) {
    const body = await reader.cloud.compute.flavor(id);
    const only = await unlessGone(() => asResource(reader, body));
    if (only === undefined) throw goneMeanwhile(reader, 'compute', `flavors/${id}`);
    return only;
  },

  references({ attributes }) {
    return attributes.accessProjectIds.map((id) => ({ type: 'project', id, relation: 'admits', why: 'lets in' }));
  },

  moving: {
    ...flavorMoving,
    async *candidates(target, { name }) {
      // Afresh: what a long run remembers of flavors is too old.
      for await (const page of target.cloud.compute.flavors())
        yield await Promise.all(page.filter((body) => body.name === name).map((body) => asResource(target, body)));
    },
  },
};

/** Flavors are few and every server needs them: read once a reader. */
export function allFlavors(reader: Reader): Promise<readonly Resource<FlavorAttributes>[]> {
  return reader.once('flavors', async () => {
    const found: Resource<FlavorAttributes>[] = [];
    for await (const page of reader.cloud.compute.flavors()) {
      const there = await Promise.all(page.map((body) => unlessGone(() => asResource(reader, body))));
      found.push(...there.filter((item) => item !== undefined));
    }
    return found;
  });
}

async function asResource(reader: Reader, body: NovaFlavor): Promise<Resource<FlavorAttributes>> {
  const isPublic = body['os-flavor-access:is_public'] ?? true;
  const [extraSpecs, accessProjectIds] = await Promise.all([
    body.extra_specs ?? extraSpecsOf(reader, body.id),
    isPublic ? [] : accessOf(reader, body.id),
  ]);
  const origin = originInDescription(body.description ?? '');
  return {
    type: 'flavor',
    id: body.id,
    name: body.name,
    ...(origin === undefined ? {} : { origin }),
    attributes: {
      description: origin === undefined ? (body.description ?? '') : '',
      vcpus: body.vcpus,
      ramMib: body.ram,
      diskGib: body.disk,
      ephemeralGib: body['OS-FLV-EXT-DATA:ephemeral'] ?? 0,
      swapMib: body.swap === '' ? 0 : body.swap,
      rxtxFactor: body.rxtx_factor ?? 1,
      isPublic,
      disabled: body['OS-FLV-DISABLED:disabled'] ?? false,
      extraSpecs,
      accessProjectIds: [...accessProjectIds].sort(),
    },
  };
}

async function extraSpecsOf(reader: Reader, id: string): Promise<Readonly<Record<string, string>>> {
  const specs = await unlessForbidden(reader, 'flavor', 'extra specs', () => reader.cloud.compute.flavorExtraSpecs(id));
  return specs ?? {};
}

async function accessOf(reader: Reader, id: string): Promise<readonly string[]> {
  const projects = await unlessForbidden(reader, 'flavor', 'which projects may use private flavors', () =>
    reader.cloud.compute.flavorAccess(id),
  );
  return projects ?? [];
}
