import type { NovaNetworkSecurityGroup, NovaServer } from '../../../services/openstack/index.ts';
import type { Reader } from '../../reader.ts';
import type { ListScope, Resource } from '../../resource-type.ts';
import { seesEveryProject } from '../../visibility.ts';
import { inOrder } from '../in-order.ts';
import type { SecurityGroupAttributes } from '../security-group.ts';
import { OUTWARD, type SecurityGroupRule } from '../security-group-rules.ts';
import { matches, oneOf } from './one-of-list.ts';

interface Groups {
  readonly all: readonly NovaNetworkSecurityGroup[];
  /** Ids by `PROJECT/NAME`: a name is unique within its project. */
  readonly ids: ReadonlyMap<string, string>;
}

function allGroups(reader: Reader): Promise<Groups> {
  return reader.once('nova-network security groups', async () => {
    const all = await reader.cloud.novaNetwork.securityGroups(await seesEveryProject(reader));
    return { all, ids: new Map(all.map((group) => [`${group.tenant_id}/${group.name}`, String(group.id)])) };
  });
}

export async function securityGroups(
  reader: Reader,
  scope: ListScope,
): Promise<readonly Resource<SecurityGroupAttributes>[]> {
  const { all, ids } = await allGroups(reader);
  return all
    .filter((body) => matches(scope, { projectId: body.tenant_id }))
    .map((body) => asSecurityGroup(reader, body, ids));
}

export async function oneSecurityGroup(reader: Reader, id: string): Promise<Resource<SecurityGroupAttributes>> {
  return oneOf(reader, 'security-group', await securityGroups(reader, {}), id);
}

/** A server names its groups. */
export async function groupIdsOf(reader: Reader, server: NovaServer): Promise<readonly string[]> {
  const { ids } = await allGroups(reader);
  const own = (server.security_groups ?? []).map(({ name }) => ids.get(`${server.tenant_id}/${name}`));
  return [...new Set(own.filter((id) => id !== undefined))].sort();
}

function asSecurityGroup(
  reader: Reader,
  body: NovaNetworkSecurityGroup,
  ids: Groups['ids'],
): Resource<SecurityGroupAttributes> {
  return {
    type: 'security-group',
    id: String(body.id),
    name: body.name,
    projectId: body.tenant_id,
    attributes: {
      description: body.description ?? '',
      stateful: true,
      // nova-network filters nothing on the way out, which Neutron must be told.
      rules: inOrder([...OUTWARD, ...body.rules.map((rule) => asRule(reader, body, rule, ids))]),
      access: [],
      tags: [],
    },
  };
}

function asRule(
  reader: Reader,
  group: NovaNetworkSecurityGroup,
  rule: NovaNetworkSecurityGroup['rules'][number],
  ids: Groups['ids'],
): SecurityGroupRule {
  const remote = sourceGroupId(reader, group, rule.group, ids);
  return {
    direction: 'ingress',
    etherType: rule.ip_range.cidr?.includes(':') === true ? 'IPv6' : 'IPv4',
    ...(rule.ip_protocol === null ? {} : { protocol: rule.ip_protocol }),
    // -1 is nova-network's "any".
    ...(rule.from_port === null || rule.from_port === -1 ? {} : { portMin: rule.from_port }),
    ...(rule.to_port === null || rule.to_port === -1 ? {} : { portMax: rule.to_port }),
    ...(rule.ip_range.cidr === undefined ? {} : { remoteCidr: rule.ip_range.cidr }),
    ...(remote === undefined ? {} : { remoteGroupId: remote }),
    description: '',
  };
}

/**
 * A rule names its source group. One that is not to be seen stays a reference, to `PROJECT/NAME`: without it the rule
 * would let in everybody.
 */
function sourceGroupId(
  reader: Reader,
  group: NovaNetworkSecurityGroup,
  source: NovaNetworkSecurityGroup['rules'][number]['group'],
  ids: Groups['ids'],
): string | undefined {
  if (source.name === undefined && source.tenant_id === undefined) return undefined;
  const key = `${source.tenant_id ?? group.tenant_id}/${source.name ?? ''}`;
  const id = ids.get(key);
  if (id === undefined)
    reader.note(
      `security group ${group.name} (${group.id}) lets in members of ${key}, which cannot be seen`,
      'security-group',
    );
  return id ?? key;
}
