import type { KeystoneProject } from '../../services/openstack/index.ts';
import { isApiError } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';
import { tagsOf } from './marks.ts';
import { projectMoving } from './project-moving.ts';

export interface ProjectAttributes {
  readonly description: string;
  readonly enabled: boolean;
  readonly domainId: string;
  /** Absent for a project at the top of its domain. */
  readonly parentId?: string;
  readonly tags: readonly string[];
}

/** Identity v3 API, "Projects"; v2.0: tenants. */
export const project: ResourceType<ProjectAttributes> = {
  name: 'project',
  service: 'identity',
  ownedBy: 'project',
  identity: { keepsId: false, key: ['name', 'domainId'] },
  rules: { description: 'exact', enabled: 'exact', domainId: 'reference', parentId: 'reference', tags: 'set' },

  async *list(reader, scope) {
    if (scope.outside !== undefined) return;
    if (scope.projectId !== undefined) {
      yield [await project.get(reader, scope.projectId)];
      return;
    }
    yield* visibleProjects(reader, scope.name);
  },

  /** A plain user may not read a project by id in every cloud, but may list its own. */
  async get(reader, id) {
    const keystone = await reader.cloud.identity();
    try {
      return asResource(await keystone.project(id));
    } catch (error) {
      if (!isApiError(error, 'forbidden')) throw error;
      for await (const page of keystone.ownProjects())
        for (const body of page) if (body.id === id) return asResource(body);
      throw error;
    }
  },

  references({ attributes }) {
    const within = { type: 'domain', id: attributes.domainId, relation: 'requires', why: 'belongs to' } as const;
    if (attributes.parentId === undefined) return [within];
    return [within, { type: 'project', id: attributes.parentId, relation: 'requires', why: 'is nested in' }];
  },

  moving: projectMoving(asResource),
};

async function* visibleProjects(
  reader: Reader,
  name: string | undefined,
): AsyncIterable<Resource<ProjectAttributes>[]> {
  const keystone = await reader.cloud.identity();
  try {
    for await (const page of keystone.projects(name === undefined ? {} : { name })) yield page.map(asResource);
  } catch (error) {
    if (!isApiError(error, 'forbidden')) throw error;
    reader.note('not allowed to list all projects: only those that the login has a role in are shown', 'project');
    for await (const page of keystone.ownProjects()) yield page.map(asResource);
  }
}

function asResource(body: KeystoneProject): Resource<ProjectAttributes> {
  const { own, mark } = tagsOf(body);
  const nested = body.parent_id !== undefined && body.parent_id !== null && body.parent_id !== body.domain_id;
  return {
    type: 'project',
    id: body.id,
    name: body.name,
    ...mark,
    attributes: {
      description: body.description ?? '',
      enabled: body.enabled,
      domainId: body.domain_id,
      ...(nested ? { parentId: body.parent_id! } : {}),
      tags: own,
    },
  };
}
