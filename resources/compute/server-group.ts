import { type NovaServerGroup, NovaWriting } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';
import { ownProjectId, seesEveryProject } from '../visibility.ts';

export interface ServerGroupAttributes {
  /** `affinity`, `anti-affinity`, `soft-affinity` or `soft-anti-affinity`. */
  readonly policy: string;
  /** `max_server_per_host` of anti-affinity (2.64). */
  readonly rules: Readonly<Record<string, unknown>>;
  readonly userId?: string;
  readonly serverIds: readonly string[];
}

/** Compute API, "Server groups". */
export const serverGroup: ResourceType<ServerGroupAttributes> = {
  name: 'server-group',
  service: 'compute',
  ownedBy: 'project',
  identity: { keepsId: false, key: ['projectId', 'name'] },
  // Who made it has no more right to it than the project's other members: it is shown only.
  rules: { policy: 'exact', rules: 'exact', userId: 'state', serverIds: 'state' },

  async *list(reader, scope) {
    const owner = await ownProjectId(reader);
    for await (const page of reader.cloud.compute.serverGroups(await seesEveryProject(reader))) {
      yield page
        .map((body) => asResource(body, owner))
        .filter(({ projectId }) => scope.projectId === undefined || scope.projectId === projectId);
    }
  },

  async get(reader, id) {
    return asResource(await reader.cloud.compute.serverGroup(id), await ownProjectId(reader));
  },

  references({ attributes }) {
    return attributes.serverIds.map((id) => ({ type: 'server', id, relation: 'contains', why: 'places' }));
  },

  moving: {
    unmarked: true,

    translate: ({ userId, ...attributes }, to) => ({
      ...attributes,
      ...(userId === undefined ? {} : { userId: to.idIfThere('user', userId) ?? userId }),
      serverIds: attributes.serverIds.flatMap((id) => to.idIfThere('server', id) ?? []).sort(),
    }),

    /** A group belongs to the project of whom makes it. */
    async create(making, { name, projectId, attributes }) {
      if (projectId === undefined) throw new Error(`server group ${name} belongs to no project`);
      const { policy, rules } = attributes;
      return new NovaWriting(making.inProject(projectId).compute.client).createServerGroup({ name, policy, rules });
    },

    async remove({ target }, id) {
      await new NovaWriting(target.cloud.compute.client).deleteServerGroup(id);
    },
  },
};

/** Server id → group id. Servers tell their group only from microversion 2.71 on; groups always tell their servers. */
export function groupOfServers(reader: Reader): Promise<ReadonlyMap<string, string>> {
  return reader.once('server groups by server', async () => {
    const groups = new Map<string, string>();
    for await (const page of serverGroup.list(reader, {}))
      for (const { id, attributes } of page) for (const serverId of attributes.serverIds) groups.set(serverId, id);
    return groups;
  });
}

function asResource(body: NovaServerGroup, ownProject: string | undefined): Resource<ServerGroupAttributes> {
  // Before 2.13 a group does not say whose it is; then only the own project's can be meant.
  const projectId = body.project_id ?? ownProject;
  return {
    type: 'server-group',
    id: body.id,
    name: body.name,
    ...(projectId === undefined ? {} : { projectId }),
    attributes: {
      policy: body.policy ?? body.policies?.[0] ?? '',
      rules: body.rules ?? {},
      ...(body.user_id === undefined ? {} : { userId: body.user_id }),
      serverIds: [...body.members].sort(),
    },
  };
}
