import pLimit from 'p-limit';
import type { HostSettings } from '../../../config/index.ts';
import type { Host } from '../../../resources/hosts.ts';
import { openPower } from '../../../services/power/index.ts';
import { openProvisioner } from '../../../services/provisioner/index.ts';
import type { CloudPair } from '../plan/cloud-pair.ts';
import { missingFor } from './transfer-choice.ts';

/** A machine of the configuration, a host of the cloud, or both. */
export interface InventoryHost extends Partial<Host> {
  readonly host: string;
  readonly role?: HostSettings['role'];
  /** `on`, `off`, or `unknown` where its controller does not answer. */
  readonly power?: string;
  /** As the target's provisioner knows it: `node 7 discover`. */
  readonly provisioner?: string;
  /** What a transfer needs and the configuration does not say. */
  readonly missing: readonly string[];
}

export interface Inventory {
  readonly hosts: readonly InventoryHost[];
  /** What could not be looked at, and why. */
  readonly unread: readonly string[];
}

/** Management controllers are slow, and each is alone on its line. */
const BMCS_AT_ONCE = 16;

/** Machines of the configuration beside hosts of the cloud, each with what its controller and the target's provisioner say. Changes nothing. */
export async function inventoryOf(
  known: readonly Host[],
  { configuration, target }: Pick<CloudPair, 'configuration'> & { readonly target?: CloudPair['target'] },
): Promise<Inventory> {
  const unread: string[] = [];
  const nodes = await nodesOf(target, unread);
  const limit = pLimit(BMCS_AT_ONCE);
  const machines = await Promise.all(
    configuration.hosts.map((settings) =>
      limit(async (): Promise<InventoryHost> => {
        const found = known.find(({ host }) => host === settings.name);
        const power = await powerOf(settings, unread);
        const provisioner = nodes?.(settings.macs);
        return {
          ...found,
          host: settings.name,
          role: settings.role,
          ...(power === undefined ? {} : { power }),
          ...(provisioner === undefined ? {} : { provisioner }),
          missing: missingFor(settings, settings.role, configuration).map(withoutName),
        };
      }),
    ),
  );
  const others = known
    .filter(({ host }) => !configuration.hosts.some(({ name }) => name === host))
    .map((host): InventoryHost => ({ ...host, missing: ['an entry in hosts of pumphouse.yaml'] }));
  const hosts = [...machines, ...others].sort((a, b) => (a.host < b.host ? -1 : 1));
  return { hosts, unread };
}

async function powerOf(settings: HostSettings, unread: string[]): Promise<string | undefined> {
  if (settings.bmc === undefined) return undefined;
  const driver = openPower(settings);
  try {
    return await driver.powerState();
  } catch (error) {
    unread.push(error instanceof Error ? error.message : String(error));
    return 'unknown';
  } finally {
    driver.close();
  }
}

async function nodesOf(target: CloudPair['target'] | undefined, unread: string[]) {
  if (target?.fuelUrl === undefined) return undefined;
  const provisioner = openProvisioner(target);
  try {
    const nodes = await provisioner.nodes();
    return (macs: readonly string[]) => {
      const ours = nodes.filter((node) => node.macs.some((mac) => macs.includes(mac)));
      return (
        ours.map(({ id, status, isOnline }) => `node ${id} ${status}${isOnline ? '' : ', offline'}`).join('; ') ||
        undefined
      );
    };
  } catch (error) {
    unread.push(error instanceof Error ? error.message : String(error));
    return undefined;
  } finally {
    provisioner.close();
  }
}

/** In a table the host's name stands in the row already. */
function withoutName(missing: string): string {
  return missing.replace(/^hosts: [^:]+: /, '');
}
