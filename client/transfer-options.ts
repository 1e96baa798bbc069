import type { TransferPolicy } from '../planning/transfer-policy.ts';
import { TRANSFER_DEFAULTS } from '../planning/transfer-policy.ts';
import type { Approval, GateSettings } from '../workflows/move-requests.ts';
import type { GateName } from '../workflows/run-messages.ts';
import type { TransferHostsRequest, TransferRequest } from '../workflows/transfer-requests.ts';
import { transferHostsId, transferId } from '../workflows/workflow-ids.ts';

/** A machine, as the workers' `pumphouse.yaml` names it. */
export interface MachineToTake {
  readonly host: string;
  /** Where its switch port goes meanwhile; absent where no port is to be touched. */
  readonly adminVlan?: number;
}

/** What {@link PumphouseClient.transfer} is asked for. */
export interface TransferOptions {
  readonly source: string;
  readonly target: string;
  /** Of one a run is started; of several one that takes each by a run of its own. */
  readonly machines: readonly [MachineToTake, ...MachineToTake[]];
  /** What they are in the source; compute unless told. */
  readonly role?: 'compute' | 'controller';
  /** How many at a time; 1 unless told, and 1 of controllers whatever is told. */
  readonly atOnce?: number;
  /** The defaults of a careful operator unless told; `transferPolicy` fills in what is left out. */
  readonly policy?: TransferPolicy;
  readonly gates?: Readonly<Partial<Record<GateName, GateSettings>>>;
  /** Gates that need not wait. */
  readonly approved?: Readonly<Partial<Record<GateName, Approval>>>;
}

export interface TransferStart {
  readonly workflowType: 'transferHost' | 'decommissionController' | 'transferHosts';
  readonly workflowId: string;
  readonly summary: string;
  readonly request: TransferRequest | TransferHostsRequest;
}

export function transferStart(options: TransferOptions): TransferStart {
  const { source, target, machines, role = 'compute', atOnce = 1 } = options;
  const { policy = TRANSFER_DEFAULTS, gates = {}, approved = {} } = options;
  const shared = { source, target, policy, gates, approved };
  const [first, ...others] = machines;
  if (others.length === 0)
    return {
      workflowType: role === 'compute' ? 'transferHost' : 'decommissionController',
      workflowId: transferId(role, source, first.host),
      summary: `Take ${first.host} from ${source} to ${target}`,
      request: { ...shared, ...first },
    };
  const names = machines.map(({ host }) => host);
  return {
    workflowType: 'transferHosts',
    workflowId: transferHostsId(source, names),
    summary: `Take ${names.join(', ')} from ${source} to ${target}`,
    request: { ...shared, hosts: machines, role, atOnce: role === 'controller' ? 1 : atOnce },
  };
}
