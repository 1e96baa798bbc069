import type { Keystone, KeystoneProject } from '../../services/openstack/index.ts';
import type { Making } from '../moving/making.ts';
import { originTag } from '../moving/origin.ts';
import { NotInTarget } from '../moving/translation.ts';
import type { Moving, Resource } from '../resource-type.ts';
import { unlessGone } from '../visibility.ts';
import { inhabited, insideProject } from './inhabited.ts';
import { markedTags, originOf, tagsOf } from './marks.ts';
import type { ProjectAttributes } from './project.ts';

/** What a project is in: another, or its domain. */
interface Above {
  readonly kind: 'project' | 'domain';
  readonly id: string;
}

/** `asResource`: as `project.ts` reads one. */
export function projectMoving(
  asResource: (body: KeystoneProject) => Resource<ProjectAttributes>,
): Moving<ProjectAttributes> {
  return {
    translate: ({ domainId, parentId, ...own }, to) => ({
      ...own,
      domainId: to.id('domain', domainId),
      ...(parentId === undefined ? {} : { parentId: to.id('project', parentId) }),
    }),

    /** By its mark as well: somebody may have given it another name since. */
    async *candidates(target, { id, name }) {
      const keystone = await target.cloud.identity();
      for await (const page of keystone.projects({ name })) yield page.map(asResource).filter((it) => it.name === name);
      for await (const page of keystone.projects({ tag: originTag(id) }))
        yield page.map(asResource).filter(({ origin }) => origin?.id === id);
    },

    async create(making, { id, name, attributes }) {
      const keystone = await making.target.cloud.identity();
      const { domainId, parentId, description, enabled, tags } = attributes;
      if (parentId !== undefined && (await unlessGone(() => keystone.project(parentId))) === undefined)
        throw new NotInTarget({ type: 'project', id: await parentInSource(making, id) });
      const closed = await closedAbove(making, keystone, { domainId, parentId });
      const parent = parentId === undefined ? {} : { parent_id: parentId };
      const fields = { name, domain_id: domainId, ...parent, description, enabled, ...markedTags(tags, making.origin) };
      for (const { kind, id: above } of closed) await keystone.update(kind, above, { enabled: true });
      try {
        return (await keystone.create('project', fields)).id;
      } finally {
        for (const { kind, id: above } of closed.toReversed()) await keystone.update(kind, above, { enabled: false });
      }
    },

    async complete({ target, origin }, id, { attributes: { description, enabled, tags } }) {
      const keystone = await target.cloud.identity();
      const body = await keystone.project(id);
      const found = asResource(body);
      const fields = {
        ...(found.attributes.description === description ? {} : { description }),
        ...(found.attributes.enabled === enabled ? {} : { enabled }),
        ...(found.attributes.tags.join() === tags.join() ? {} : markedTags(tags, found.origin ?? origin)),
      };
      if (Object.keys(fields).length > 0) await keystone.update('project', id, fields);
    },

    async remove({ target }, id) {
      const { cloud } = target;
      const keystone = await cloud.identity();
      const inside = await insideProject(cloud, id);
      if (inside !== undefined) throw inhabited(target, `projects/${id}`, inside);
      // Neutron makes it when it first hears of the project, and would keep it when the project is gone.
      if ((await cloud.networking()) === 'neutron')
        for await (const page of cloud.network.securityGroups({ projectId: id, name: 'default' }))
          for (const group of page) await unlessGone(() => cloud.network.client.delete(`security-groups/${group.id}`));
      await unlessGone(() => keystone.delete('project', id));
    },
  };
}

/** Nothing can be made in what is disabled. What we made so is opened for the moment, from the top; what we did not is left. */
async function closedAbove(
  { origin }: Making,
  keystone: Keystone,
  { domainId, parentId }: { readonly domainId: string; readonly parentId: string | undefined },
): Promise<readonly Above[]> {
  const closed: (Above & { readonly isOurs: boolean })[] = [];
  for (let id = parentId; id !== undefined; ) {
    const body = await keystone.project(id);
    const isOurs = tagsOf(body).mark.origin?.cloud === origin.cloud;
    if (!body.enabled) closed.unshift({ kind: 'project', id, isOurs });
    id = body.parent_id === body.domain_id ? undefined : (body.parent_id ?? undefined);
  }
  const domain = await keystone.domain(domainId);
  const isOurs = originOf(domain).origin?.cloud === origin.cloud;
  if (!domain.enabled) closed.unshift({ kind: 'domain', id: domainId, isOurs });
  return closed.every((above) => above.isOurs) ? closed : [];
}

async function parentInSource({ source }: Making, id: string): Promise<string> {
  return (await (await source.cloud.identity()).project(id)).parent_id ?? '';
}
