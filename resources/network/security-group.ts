import type { NeutronSecurityGroup } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Reference, Resource, ResourceType } from '../resource-type.ts';
import { type Access, accessTo, admitted } from './access.ts';
import { inOrder } from './in-order.ts';
import { marksOf } from './marks.ts';
import { securityGroupMoving } from './moving/security-groups.ts';
import { oneSecurityGroup, securityGroups } from './nova-network/security-groups.ts';
import { ownerOf } from './owner.ts';
import { ruleOf, type SecurityGroupRule } from './security-group-rules.ts';

export interface SecurityGroupAttributes {
  readonly description: string;
  readonly stateful: boolean;
  readonly rules: readonly SecurityGroupRule[];
  readonly access: readonly Access[];
  readonly tags: readonly string[];
}

/** Networking API, "Security groups", with their rules; on nova-network, `os-security-groups`. */
export const securityGroup: ResourceType<SecurityGroupAttributes> = {
  name: 'security-group',
  service: 'network',
  ownedBy: 'project',
  identity: { keepsId: false, key: ['projectId', 'name'] },
  rules: { description: 'exact', stateful: 'exact', rules: 'reference', access: 'set', tags: 'set' },

  async *list(reader, scope) {
    if ((await reader.cloud.networking()) === 'nova-network') {
      yield await securityGroups(reader, scope);
      return;
    }
    for await (const page of reader.cloud.network.securityGroups(scope))
      yield await Promise.all(page.map((body) => asResource(reader, body)));
  },

  async get(reader, id) {
    if ((await reader.cloud.networking()) === 'nova-network') return oneSecurityGroup(reader, id);
    return asResource(reader, await reader.cloud.network.securityGroup(id));
  },

  references({ id: own, attributes }) {
    const references: Reference[] = [...admitted(attributes.access)];
    for (const { remoteGroupId: id } of attributes.rules)
      if (id !== undefined && id !== own)
        references.push({ type: 'security-group', id, relation: 'requires', why: 'lets in members of' });
    return references;
  },

  moving: securityGroupMoving,
};

async function asResource(reader: Reader, body: NeutronSecurityGroup): Promise<Resource<SecurityGroupAttributes>> {
  const { mark, own } = marksOf(body);
  return {
    type: 'security-group',
    id: body.id,
    name: body.name,
    ...ownerOf(body),
    ...mark,
    attributes: {
      description: own.description,
      stateful: body.stateful ?? true,
      rules: inOrder(body.security_group_rules.map(ruleOf)),
      access: await accessTo(reader, body.id),
      tags: own.tags,
    },
  };
}
