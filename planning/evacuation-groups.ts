/** A server group whose policy the scheduler keeps, with the members that stand on a host. */
export interface StrictGroup {
  readonly name: string;
  readonly policy: 'affinity' | 'anti-affinity';
  /** Of anti-affinity: `max_server_per_host`. */
  readonly mostPerHost: number;
  readonly members: readonly GroupMember[];
}

export interface GroupMember {
  readonly id: string;
  readonly name: string;
  readonly host: string;
}

/**
 * Who is kept on a host by its server group, and why, by id. Nova's filters judge each that moves by where the others are at that moment,
 * those on the host that it leaves included: of an affinity group with two members there none can go.
 */
export function keptByGroups(
  going: readonly { readonly id: string }[],
  groups: readonly StrictGroup[],
  targets: readonly string[],
): ReadonlyMap<string, string> {
  const ids = new Set(going.map(({ id }) => id));
  return new Map(
    groups.flatMap((group) => {
      const leaving = group.members.filter(({ id }) => ids.has(id));
      return group.policy === 'affinity' ? keptTogether(group, leaving, targets) : keptApart(group, leaving, targets);
    }),
  );
}

function keptTogether({ name, members }: StrictGroup, leaving: readonly GroupMember[], targets: readonly string[]) {
  return leaving.flatMap(({ id }): readonly (readonly [string, string])[] => {
    const others = members.filter((member) => member.id !== id);
    if (others.length === 0 || others.some(({ host }) => targets.includes(host))) return [];
    const beside = others.map((other) => `${other.name || other.id} on ${other.host}`).join(', ');
    const why =
      `its server group ${name} (affinity) keeps it beside ${beside}, and Nova moves none of them away from the others: ` +
      'its owner can delete the group';
    return [[id, why]];
  });
}

function keptApart(
  { name, members, mostPerHost }: StrictGroup,
  leaving: readonly GroupMember[],
  targets: readonly string[],
) {
  const places = targets
    .map((target) => Math.max(0, mostPerHost - members.filter(({ host }) => host === target).length))
    .reduce((sum, each) => sum + each, 0);
  const why =
    `its server group ${name} (anti-affinity, ${mostPerHost} on a host) has ${places} places on hosts that could take its members, ` +
    'fewer than are to leave: add a host, or its owner can delete the group';
  return leaving.slice(places).map(({ id }) => [id, why] as const);
}
