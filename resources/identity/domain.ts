import type { KeystoneDomain } from '../../services/openstack/index.ts';
import type { Resource, ResourceType } from '../resource-type.ts';
import { pagesUnlessForbidden } from '../visibility.ts';

export interface DomainAttributes {
  readonly description: string;
  readonly enabled: boolean;
  readonly tags: readonly string[];
}

/** Identity v3 API, "Domains". Identity v2.0 shows the one that v3 calls `default`. */
export const domain: ResourceType<DomainAttributes> = {
  name: 'domain',
  service: 'identity',
  ownedBy: 'cloud',
  identity: { keepsId: false, key: ['name'] },
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
};

function asResource(body: KeystoneDomain): Resource<DomainAttributes> {
  return {
    type: 'domain',
    id: body.id,
    name: body.name,
    attributes: { description: body.description ?? '', enabled: body.enabled, tags: [...(body.tags ?? [])].sort() },
  };
}
