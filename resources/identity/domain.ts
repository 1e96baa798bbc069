import type { KeystoneDomain } from '../../services/openstack/index.ts';
import { originProperties } from '../moving/origin.ts';
import type { Moving, Resource, ResourceType } from '../resource-type.ts';
import { pagesUnlessForbidden, unlessGone } from '../visibility.ts';
import { inhabited, insideDomain } from './inhabited.ts';
import { originOf } from './marks.ts';

export interface DomainAttributes {
  readonly description: string;
  readonly enabled: boolean;
  readonly tags: readonly string[];
}

/** The domain that every cloud is born with; v2.0 knows no other. */
const DEFAULT_ID = 'default';

const moving: Moving<DomainAttributes> = {
  translate: (attributes) => attributes,

  async *candidates(target, { name }) {
    for await (const page of (await target.cloud.identity()).domains({ name }))
      yield page.map(asResource).filter((found) => found.name === name);
  },

  /** Keystone takes ids that look like its own, since Stein; an older one keeps the wish as a field of no meaning. */
  async create({ target, origin }, { id, name, attributes }) {
    const keystone = await target.cloud.identity();
    const kept = /^[0-9a-f]{32}$/.test(id) ? { explicit_domain_id: id } : {};
    return (await keystone.create('domain', { name, ...attributes, ...kept, ...originProperties(origin) })).id;
  },

  async complete({ target }, id, { attributes }) {
    const keystone = await target.cloud.identity();
    const { description, enabled, tags } = asResource(await keystone.domain(id)).attributes;
    const isAsWanted = description === attributes.description && enabled === attributes.enabled;
    if (isAsWanted && tags.join() === attributes.tags.join()) return;
    await keystone.update('domain', id, { ...attributes });
  },

  /** With a domain Keystone deletes all that lives in it, so it must be empty; and it must be disabled first. */
  async remove({ target }, id) {
    const keystone = await target.cloud.identity();
    await unlessGone(async () => {
      const inside = await insideDomain(keystone, id);
      if (inside !== undefined) throw inhabited(target, `domains/${id}`, inside);
      await keystone.update('domain', id, { enabled: false });
      await keystone.delete('domain', id);
    });
  },

  isKept: (attribute, wanted, found) =>
    wanted.id === DEFAULT_ID && found.id === DEFAULT_ID && attribute !== 'enabled' ? true : undefined,
};

/** Identity v3 API, "Domains". Identity v2.0 shows the one that v3 calls `default`. */
export const domain: ResourceType<DomainAttributes> = {
  name: 'domain',
  service: 'identity',
  ownedBy: 'cloud',
  identity: { keepsId: true, key: ['name'] },
  rules: { description: 'exact', enabled: 'exact', tags: 'set' },

  async *list(reader, scope) {
    const keystone = await reader.cloud.identity();
    if (scope.projectId !== undefined) {
      const { domain_id } = await keystone.project(scope.projectId);
      yield [asResource(await keystone.domain(domain_id))];
      return;
    }
    for await (const page of pagesUnlessForbidden(reader, 'domain', 'domains', keystone.domains()))
      yield page.map(asResource);
  },

  async get(reader, id) {
    return asResource(await (await reader.cloud.identity()).domain(id));
  },

  references: () => [],
  moving,
};

function asResource(body: KeystoneDomain): Resource<DomainAttributes> {
  return {
    type: 'domain',
    id: body.id,
    name: body.name,
    ...originOf(body),
    attributes: { description: body.description ?? '', enabled: body.enabled, tags: [...(body.tags ?? [])].sort() },
  };
}
