import type { GroupMember, StrictGroup } from '../../../planning/evacuation-groups.ts';
import { type Cloud, isApiError, type NovaServerGroup } from '../../../services/openstack/index.ts';

/** The groups of instances that are on a host, as far as the scheduler refuses hosts for them: the soft policies never do. */
export async function strictGroupsOf(
  cloud: Cloud,
  host: string,
  instances: readonly { readonly id: string; readonly name: string }[],
): Promise<readonly StrictGroup[]> {
  const here = new Map(instances.map(({ id, name }): [string, GroupMember] => [id, { id, name, host }]));
  const found: StrictGroup[] = [];
  if (here.size === 0) return found;
  for await (const page of cloud.compute.serverGroups(true))
    for (const group of page) {
      const policy = group.policy ?? group.policies?.[0];
      if (policy !== 'affinity' && policy !== 'anti-affinity') continue;
      if (group.members.some((id) => here.has(id)))
        found.push({
          ...{ name: group.name, policy, mostPerHost: mostPerHost(group) },
          members: await membersOf(cloud, group, here),
        });
    }
  return found;
}

/** Before 2.64 there is one on a host. */
function mostPerHost({ rules }: NovaServerGroup): number {
  const most = Number(rules?.max_server_per_host ?? 1);
  return Number.isInteger(most) && most > 0 ? most : 1;
}

/** Those that are gone, or on no host, are in nobody's way. */
async function membersOf(
  cloud: Cloud,
  { members }: NovaServerGroup,
  here: ReadonlyMap<string, GroupMember>,
): Promise<readonly GroupMember[]> {
  const found: GroupMember[] = [];
  for (const id of members) {
    const known = here.get(id);
    if (known !== undefined) {
      found.push(known);
      continue;
    }
    try {
      const server = await cloud.compute.server(id);
      const host = server['OS-EXT-SRV-ATTR:host'];
      if (host) found.push({ id, name: server.name, host });
    } catch (error) {
      if (!isApiError(error, 'not-found')) throw error;
    }
  }
  return found;
}
