import { createHash } from 'node:crypto';
import { isApiError, type NeutronSecurityGroup } from '../../../services/openstack/index.ts';
import type { Making, Undo } from '../../moving/making.ts';
import { unlessGone } from '../../visibility.ts';
import { ADDED_RULE } from '../marks.ts';
import { ruleKey, ruleOf, type SecurityGroupRule } from '../security-group-rules.ts';
import { addRules } from './add-rules.ts';

/*
 * Rules have no tags, and a description of their own that must be kept. So before a run adds rules to a project's default group,
 * it writes down on the group which: one tag a rule, with the run and a digest of what the rule says. A rule that
 * was there before has no such tag, and a second try finds what the first one added. The tags stay as the group's
 * provenance until the run is reverted.
 */

/** Undo of so many rules fits into a payload; the tags know of all. */
const MOST_IDS = 300;

/** Adds `missing` to a default group; the rules added by this run, also by an earlier try, are the undo. */
export async function mergeIntoDefault(
  making: Making,
  group: NeutronSecurityGroup,
  missing: readonly SecurityGroupRule[],
): Promise<Undo> {
  const { network } = making.target.cloud;
  const before = group.tags ?? [];
  const marks = missing.filter((rule) => rule.remoteAddressGroupId === undefined).map((rule) => tagOf(making, rule));
  const tags = [...new Set([...before, ...marks])];
  if (tags.length > before.length) {
    try {
      await network.write.setTags('security_group', group.id, tags);
    } catch (error) {
      if (!isApiError(error, 'not-found')) throw error;
      making.target.note(
        'Neutron has no tags for security groups: if adding rules to a default group is tried twice, those of the first try stay',
        'security-group',
      );
    }
  }
  await addRules(making, group.id, missing);
  const after = await network.securityGroup(group.id);
  const known = new Set([...tags, ...marks]);
  const added = after.security_group_rules.filter((rule) => known.has(tagOf(making, ruleOf(rule))));
  return { rules: added.slice(0, MOST_IDS).map(({ id }) => id) };
}

/** Takes away what {@link mergeIntoDefault} of this run added, and its tags. */
export async function revertDefault(making: Making, id: string, undo: Undo): Promise<void> {
  const { network } = making.target.cloud;
  const group = await unlessGone(() => network.securityGroup(id));
  if (group === undefined) return;
  const noted = Array.isArray(undo.rules) ? undo.rules : [];
  const tags = new Set(group.tags ?? []);
  for (const rule of group.security_group_rules)
    if (noted.includes(rule.id) || tags.has(tagOf(making, ruleOf(rule))))
      await network.write.remove('security_group_rule', rule.id);
  const own = [...tags].filter((tag) => !tag.startsWith(`${ADDED_RULE}=${making.origin.run}.`));
  if (own.length < tags.size) await network.write.setTags('security_group', id, own);
}

/** At most 60 characters: what Neutron takes for a tag. */
function tagOf({ origin }: Making, rule: SecurityGroupRule): string {
  const digest = createHash('sha256').update(ruleKey(rule)).digest('hex').slice(0, 24);
  return `${ADDED_RULE}=${origin.run}.${digest}`;
}
