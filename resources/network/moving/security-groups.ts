import type { NeutronSecurityGroupRule } from '../../../services/openstack/index.ts';
import { originDescription } from '../../moving/origin.ts';
import type { Moving, Resource } from '../../resource-type.ts';
import { inOrder } from '../in-order.ts';
import type { SecurityGroupAttributes } from '../security-group.ts';
import { ruleKey, ruleOf, type SecurityGroupRule } from '../security-group-rules.ts';
import { takenBy } from './abilities.ts';
import { addRules } from './add-rules.ts';
import { mergeIntoDefault, revertDefault } from './default-group.ts';
import { finish } from './finish.ts';
import { accessThere, letIn } from './let-in.ts';

type SecurityGroup = Resource<SecurityGroupAttributes>;

/** Every project has this group by nature: it is added to, never made and never cut down. */
export const DEFAULT_GROUP = 'default';

/** Networking API, "Security groups" and "Security group rules". */
export const securityGroupMoving: Moving<SecurityGroupAttributes> = {
  translate(attributes, to) {
    const rules = attributes.rules.map(({ remoteGroupId, ...rule }) => ({
      ...rule,
      ...(remoteGroupId === undefined ? {} : { remoteGroupId: to.id('security-group', remoteGroupId) }),
    }));
    return { ...attributes, rules: inOrder(rules), access: accessThere(attributes.access, to) };
  },

  notCreated: ({ name }) =>
    name === DEFAULT_GROUP
      ? { action: 'update', reason: 'every project has its default group: the rules that it lacks are added' }
      : undefined,

  async create({ target, origin }, { name, projectId, attributes }) {
    const request = await takenBy(target, 'security-group', {
      name,
      project_id: projectId,
      description: originDescription(origin),
      // Only groups without state need saying: older Neutrons do not know the word.
      stateful: attributes.stateful ? undefined : false,
    });
    return (await target.cloud.network.write.create('security_group', request)).id;
  },

  /** The two rules that Neutron gives every new group go, unless the source's has them too. */
  async complete(making, id, wanted) {
    const { attributes } = wanted;
    const { network } = making.target.cloud;
    const present = (await network.securityGroup(id)).security_group_rules;
    const own = new Set(attributes.rules.map(ruleKey));
    for (const rule of present)
      if (!own.has(ruleKey(ruleOf(rule)))) await network.write.remove('security_group_rule', rule.id);
    await addRules(making, id, missing(attributes.rules, present));
    await letIn(making, 'security_group', id, wanted);
    await finish(making, 'security-group', 'security_group', id, attributes);
  },

  update: async (making, present, wanted) => {
    const body = await making.target.cloud.network.securityGroup(present.id);
    return mergeIntoDefault(making, body, missing(wanted.attributes.rules, body.security_group_rules));
  },

  revert: revertDefault,

  async remove({ target }, id) {
    await target.cloud.network.write.remove('security_group', id);
  },

  isKept(attribute, wanted, found) {
    if (attribute !== 'rules') return undefined;
    const there = new Set(found.attributes.rules.map(ruleKey));
    const all = wanted.attributes.rules.every((rule) => there.has(ruleKey(rule)));
    return all && (isDefault(wanted) || wanted.attributes.rules.length === found.attributes.rules.length);
  },

  tagged: true,

  losses: {
    rules: 'the target has rules of its own here, or lacks the address groups that rules name',
    access:
      'projects that are not in the target cannot be let in there; old Neutrons lend no groups, and a default group is not lent anew',
    stateful: 'the target knows only groups with state',
    description: 'the default group keeps what the target says of it',
    tags: 'the default group keeps its own tags, as every group where Neutron has none for groups',
  },
};

function isDefault({ name }: SecurityGroup): boolean {
  return name === DEFAULT_GROUP;
}

function missing(
  wanted: readonly SecurityGroupRule[],
  present: readonly NeutronSecurityGroupRule[],
): readonly SecurityGroupRule[] {
  const there = new Set(present.map((rule) => ruleKey(ruleOf(rule))));
  return wanted.filter((rule) => !there.has(ruleKey(rule)));
}
