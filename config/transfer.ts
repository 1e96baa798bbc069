import { z } from 'zod';
import { boolean, duration, integer, nonEmptyList, oneOf, section, text } from './fields.ts';
import { find, follow, type Located, problemAt } from './located.ts';
import type { Problem } from './problems.ts';

const role = text('A role of the provisioner: compute, controller, cinder, ceph-osd …');
const MIB = /^\d{1,9}$/;

const volumeSize = z
  .string()
  .refine((value) => value === 'rest' || MIB.test(value), 'must be a number of MiB, or rest')
  .transform((value): number | 'rest' => (value === 'rest' ? value : Number(value)))
  .meta({
    description: 'MiB, or rest: what the others leave.',
    editor: { anyOf: [{ type: 'integer', minimum: 0 }, { type: 'string' }] },
  });

export const transferSchema = z.strictObject({
  environment: text('Name of the environment of Fuel. Default: the only one.').optional(),
  admin_vlan: integer("VLAN of Fuel's Admin network, for hosts whose switch_port does not say it.", 1, 4094).optional(),
  roles: section('What a transferred compute host becomes. Default: compute.', nonEmptyList(role)),
  controller_roles: section('What a transferred controller becomes. Default: controller.', nonEmptyList(role)),
  keep_hostname: boolean('The host keeps its short name in the target. Default: true.').optional(),
  layout: oneOf(
    "Disks and interfaces: as of a node with the same roles, as written here, or the provisioner's own. Default: copied.",
    ['copied', 'fixed', 'default'],
  ).optional(),
  like: text('For layout: copied, the name of the node. Default: the first that is ready.').optional(),
  interfaces: section(
    'For layout: fixed, interface to the names of its networks.',
    z.record(z.string(), nonEmptyList(text('Name of a network of the environment.'))),
  ),
  disks: section('For layout: fixed, disk to volumes to MiB.', z.record(z.string(), z.record(z.string(), volumeSize))),
  verify_networks: boolean('Test frames are sent between the nodes before the deployment. Default: true.').optional(),
  power_off_timeout: duration(
    'How long the system may take to shut down before the power is cut. Default: 5m.',
  ).optional(),
  silence_timeout: duration(
    'How long Nova may take for down what is switched off; one that still reports then is another machine. Default: 10m.',
  ).optional(),
  discovery_timeout: duration('How long the machine may take to report itself to Fuel. Default: 20m.').optional(),
  deployment_timeout: duration('How long Fuel may take to install and deploy it. Default: 3h.').optional(),
  hypervisor_timeout: duration("How long the target's Nova may take to show it. Default: 15m.").optional(),
  controllers_left: integer(
    'How many controllers of the source must be left when one is taken; the last one is asked about. Default: more than half.',
    0,
    100,
  ).optional(),
});

export type TransferKeys = z.output<typeof transferSchema>;

/** Only what the file says: defaults are `transferPolicy`'s business. */
export interface TransferSettings {
  readonly environment?: string;
  readonly adminVlan?: number;
  readonly roles?: readonly string[];
  readonly controllerRoles?: readonly string[];
  readonly keepHostname?: boolean;
  readonly layout?:
    | { readonly kind: 'default' }
    | { readonly kind: 'copied'; readonly from?: string }
    | {
        readonly kind: 'fixed';
        /** Interface → names of networks. */
        readonly interfaces: Readonly<Record<string, readonly string[]>>;
        /** Disk → volume → MiB. */
        readonly disks: Readonly<Record<string, Readonly<Record<string, number | 'rest'>>>>;
      };
  readonly verifyNetworks?: boolean;
  readonly powerOffTimeoutMs?: number;
  readonly silenceTimeoutMs?: number;
  readonly discoveryTimeoutMs?: number;
  readonly deploymentTimeoutMs?: number;
  readonly hypervisorTimeoutMs?: number;
  readonly controllersLeft?: number;
}

type Given = { -readonly [K in keyof TransferSettings]?: TransferSettings[K] | null | undefined };

export function transferOf(keys: TransferKeys | null | undefined): TransferSettings {
  const given: Given = {
    environment: keys?.environment,
    adminVlan: keys?.admin_vlan,
    roles: keys?.roles,
    controllerRoles: keys?.controller_roles,
    keepHostname: keys?.keep_hostname,
    layout: keys === null || keys === undefined ? undefined : layoutOf(keys),
    verifyNetworks: keys?.verify_networks,
    powerOffTimeoutMs: keys?.power_off_timeout,
    silenceTimeoutMs: keys?.silence_timeout,
    discoveryTimeoutMs: keys?.discovery_timeout,
    deploymentTimeoutMs: keys?.deployment_timeout,
    hypervisorTimeoutMs: keys?.hypervisor_timeout,
    controllersLeft: keys?.controllers_left,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
}

function layoutOf({ layout, like, interfaces, disks }: TransferKeys): TransferSettings['layout'] | undefined {
  switch (layout) {
    case 'fixed':
      return { kind: 'fixed', interfaces: interfaces ?? {}, disks: disks ?? {} };
    case 'default':
      return { kind: 'default' };
    case 'copied':
    case undefined:
      return like === undefined ? undefined : { kind: 'copied', from: like };
    default:
      return layout satisfies never;
  }
}

/** What goes with which layout. `meant`: key paths that are there but misspelt. */
export function checkTransfer(root: Located, meant: ReadonlySet<string>, problems: Problem[]): void {
  const node = find(root, ['transfer', 'layout']);
  const layout = node?.kind === 'scalar' ? (node.value ?? 'copied') : 'copied';
  const wanted: Readonly<Record<string, string>> = { like: 'copied', interfaces: 'fixed', disks: 'fixed' };
  for (const [key, needed] of Object.entries(wanted)) {
    const given = find(root, ['transfer', key]);
    if (given !== undefined && layout !== needed)
      problems.push(
        problemAt(given.origin, `has no effect without layout: ${needed}`, 'write that, or remove the key'),
      );
  }
  if (layout !== 'fixed') return;
  for (const key of ['interfaces', 'disks']) {
    const { node: at } = follow(root, ['transfer', key]);
    const keyPath = `transfer.${key}`;
    if (find(root, ['transfer', key]) === undefined && !meant.has(keyPath))
      problems.push(problemAt({ ...at.origin, keyPath }, 'missing', 'layout: fixed needs it'));
  }
}
