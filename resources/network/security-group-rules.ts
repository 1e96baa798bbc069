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
