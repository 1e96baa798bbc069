import type { TransferPolicy } from '../planning/transfer-policy.ts';
import type { Approval, GateSettings } from './move-requests.ts';
import type { GateName } from './run-messages.ts';

/** Takes one machine from the source to the target. */
export interface TransferRequest {
  readonly source: string;
  readonly target: string;
  /** As Nova of the source and `hosts:` of the workers' configuration know it. */
  readonly host: string;
  /**
   * Where its switch port goes meanwhile. Absent: no port is touched, since the machine's PXE interface is in the Admin network by
   * other means.
   */
  readonly adminVlan?: number;
  readonly policy: TransferPolicy;
  readonly gates: Readonly<Partial<Record<GateName, GateSettings>>>;
  readonly approved: Readonly<Partial<Record<GateName, Approval>>>;
}

/** Takes several machines, each as the others. */
export interface TransferHostsRequest extends Omit<TransferRequest, 'host' | 'adminVlan'> {
  readonly hosts: readonly Pick<TransferRequest, 'host' | 'adminVlan'>[];
  readonly role: 'compute' | 'controller';
  /** Of controllers one. */
  readonly atOnce: number;
}
