import type { NovaServer } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import { allFlavors } from './flavor.ts';

/**
 * What a server was booted with. `id` is absent when the flavor exists no more, or exists with another size: then the
 * server keeps what it got, and nothing in the cloud says it but the server.
 */
export interface ServerFlavor {
  readonly id?: string;
  readonly name: string;
  readonly vcpus: number;
  readonly ramMib: number;
  readonly diskGib: number;
  readonly ephemeralGib: number;
  readonly swapMib: number;
  readonly extraSpecs: Readonly<Record<string, string>>;
}

/** One note a flavor that is gone, not one a server: thousands may have it. */
export async function flavorOf(reader: Reader, { flavor }: NovaServer): Promise<ServerFlavor> {
  const flavors = await allFlavors(reader);
  if ('id' in flavor) {
    const known = flavors.find((candidate) => candidate.id === flavor.id);
    if (known === undefined) {
      reader.note(
        `servers were booted with flavor ${flavor.id}, which exists no more, and Nova is too old to tell its size`,
        'server',
      );
      return { name: flavor.id, vcpus: 0, ramMib: 0, diskGib: 0, ephemeralGib: 0, swapMib: 0, extraSpecs: {} };
    }
    const { vcpus, ramMib, diskGib, ephemeralGib, swapMib, extraSpecs } = known.attributes;
    return { id: known.id, name: known.name, vcpus, ramMib, diskGib, ephemeralGib, swapMib, extraSpecs };
  }
  const booted = {
    name: flavor.original_name,
    vcpus: flavor.vcpus,
    ramMib: flavor.ram,
    diskGib: flavor.disk,
    ephemeralGib: flavor.ephemeral,
    swapMib: flavor.swap,
  };
  const known = flavors.find(({ name, attributes }) => {
    const { vcpus, ramMib, diskGib, ephemeralGib, swapMib } = attributes;
    const size = { name, vcpus, ramMib, diskGib, ephemeralGib, swapMib };
    return Object.entries(booted).every(([field, value]) => size[field as keyof typeof size] === value);
  });
  if (known === undefined)
    reader.note(`servers were booted with flavor ${booted.name}, which exists no more as it was`, 'server');
  return { ...(known === undefined ? {} : { id: known.id }), ...booted, extraSpecs: flavor.extra_specs ?? {} };
}
