import type { PlanWarning } from '../plan.ts';
import { addressLeft } from './address-left.ts';
import { addressTaken } from './address-taken.ts';
import { capacity } from './capacity.ts';
import { differsSince } from './differs-since.ts';
import { diskNotCopied } from './disk-not-copied.ts';
import { downtime } from './downtime.ts';
import { fitsNoHost } from './fits-no-host.ts';
import { flavorGone } from './flavor-gone.ts';
import { floatingIpTaken } from './floating-ip-taken.ts';
import { imageWithoutBytes } from './image-without-bytes.ts';
import { interfaceOrder } from './interface-order.ts';
import { lostReferences } from './lost-references.ts';
import { memoryLost } from './memory-lost.ts';
import { missingService } from './missing-service.ts';
import { missingZone } from './missing-zone.ts';
import { moverRights } from './mover-rights.ts';
import { noPasswords } from './no-passwords.ts';
import { oldMicroversion } from './old-microversion.ts';
import { otherGatewayAddress } from './other-gateway-address.ts';
import { overQuota } from './over-quota.ts';
import { type Known, Planned, type Rule } from './rule.ts';
import { runningInBoth } from './running-in-both.ts';
import { uploadSpace } from './upload-space.ts';
import { volumeTypeMissing } from './volume-type-missing.ts';

/** What operators fear most comes first. */
export const RULES: readonly Rule[] = [
  runningInBoth,
  addressTaken,
  floatingIpTaken,
  addressLeft,
  otherGatewayAddress,
  moverRights,
  missingService,
  missingZone,
  volumeTypeMissing,
  overQuota,
  capacity,
  fitsNoHost,
  flavorGone,
  noPasswords,
  differsSince,
  oldMicroversion,
  imageWithoutBytes,
  diskNotCopied,
  memoryLost,
  interfaceOrder,
  lostReferences,
  uploadSpace,
  downtime,
];

export function warningsOf(known: Known): readonly PlanWarning[] {
  const planned = new Planned(known);
  return RULES.flatMap(({ id, severity, find }) => [...find(planned)].map((text) => ({ id, severity, text })));
}
