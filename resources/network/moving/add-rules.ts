import { isApiError } from '../../../services/openstack/index.ts';
import type { Making } from '../../moving/making.ts';
import { ruleRequest, type SecurityGroupRule } from '../security-group-rules.ts';

/**
 * Adds rules that are not there. One that names an address group is left out: without the group it would let in everybody.
 * One that Neutron takes for the same as another (`6` is `tcp`) is there already.
 */
export async function addRules(
  { target }: Pick<Making, 'target'>,
  groupId: string,
  rules: readonly SecurityGroupRule[],
): Promise<void> {
  for (const rule of rules) {
    if (rule.remoteAddressGroupId !== undefined) {
      target.note(`security group ${groupId}: a rule for an address group is left out`, 'security-group');
      continue;
    }
    try {
      await target.cloud.network.write.create('security_group_rule', ruleRequest(groupId, rule));
    } catch (error) {
      if (!isApiError(error, 'conflict')) throw error;
    }
  }
}
