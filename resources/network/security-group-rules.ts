/** A rule without its own id, which means nothing in another cloud. */
export interface SecurityGroupRule {
  readonly direction: 'ingress' | 'egress';
  readonly etherType: string;
  /** Absent: any. */
  readonly protocol?: string;
  readonly portMin?: number;
  readonly portMax?: number;
  readonly remoteCidr?: string;
  readonly remoteGroupId?: string;
  readonly remoteAddressGroupId?: string;
  readonly description: string;
}

/** Rules have no order of their own; a fixed one keeps digests and listings still. */
export function inOrder(rules: readonly SecurityGroupRule[]): readonly SecurityGroupRule[] {
  const key = (rule: SecurityGroupRule) => JSON.stringify(Object.entries(rule).sort());
  return [...rules].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
