import type { CloudSettings } from '../../config/cloud-settings.ts';

/**
 * A cloud that the contract is checked on. `expects` says what this cloud is known to be; everything else that an age
 * changes is asked of the cloud itself.
 */
export interface Subject {
  readonly title: string;
  /** An admin of the whole cloud. */
  readonly admin: () => CloudSettings | Promise<CloudSettings>;
  /** A plain member of one project, who owns something. Without one, the suite makes a user of its own. */
  readonly member?: () => CloudSettings | Promise<CloudSettings>;
  readonly expects: {
    readonly identity: 'v2.0' | 'v3';
    readonly networking: 'neutron' | 'nova-network';
    readonly volumes: boolean;
    readonly placement: boolean;
  };
}
