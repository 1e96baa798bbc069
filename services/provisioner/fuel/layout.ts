import type { NodeLayout } from '../provisioner.ts';
import type { FuelDisk, FuelInterface, FuelNetworkRef, FuelVolume } from './shapes.ts';

/** Why a layout does not fit a node; nothing was written. */
export class LayoutMismatch extends Error {
  override readonly name = 'LayoutMismatch';
}

/**
 * The node's own interfaces with the networks of those of the other node, and the other node's bonds of them: by name, else by PXE and then
 * by order on the bus. All else is as it was: 9.x wants the whole objects back.
 */
export function interfacesLike(
  own: readonly FuelInterface[],
  template: readonly FuelInterface[],
): readonly FuelInterface[] {
  const bonds = template.filter(isBond);
  const slaves = new Set(bonds.flatMap(slavesOf));
  const isUsed = ({ name, assigned_networks: nets }: FuelInterface) => nets.length > 0 || slaves.has(name);
  const [mine, theirs] = [own.filter((nic) => !isBond(nic)), template.filter((nic) => !isBond(nic))];
  const partners = partnersOf(mine, theirs, isUsed);
  const assigned = new Map([...partners].map(([to, from]) => [to.name, from.assigned_networks]));
  const ownName = new Map([...partners].map(([to, from]) => [from.name, to.name]));
  const lost = theirs.filter((nic) => isUsed(nic) && !ownName.has(nic.name));
  if (lost.length > 0)
    throw new LayoutMismatch(
      `it has no interface for ${lost.map((nic) => `${nic.name} (${useOf(nic, bonds)})`).join(', ')} of the node to copy from`,
    );
  return [
    ...mine.map((nic) => ({ ...nic, assigned_networks: assigned.get(nic.name) ?? [] })),
    ...bonds.map((bond) => bondLike(bond, (name) => ownName.get(name) ?? name)),
  ];
}

/** Its MAC address, its state and what its interfaces can do are the other machine's, and Fuel finds out those of this one. */
function bondLike(bond: FuelInterface, ownName: (name: string) => string): FuelInterface {
  const shared: Record<string, unknown> = { ...bond };
  for (const key of ['id', 'mac', 'state', 'offloading_modes']) delete shared[key];
  const { name, type, assigned_networks } = bond;
  return {
    ...shared,
    name,
    type,
    assigned_networks,
    slaves: slavesOf(bond).map((slave) => ({ name: ownName(slave) })),
  };
}

export function isBond({ type }: FuelInterface): boolean {
  return type === 'bond';
}

function slavesOf({ slaves = [] }: FuelInterface): readonly string[] {
  return slaves.map(({ name }) => name);
}

function useOf({ name, assigned_networks: nets }: FuelInterface, bonds: readonly FuelInterface[]): string {
  const bond = bonds.find((each) => slavesOf(each).includes(name));
  return bond === undefined ? namesOf(nets) : `in ${bond.name}`;
}

function partnersOf(
  own: readonly FuelInterface[],
  template: readonly FuelInterface[],
  isUsed: (nic: FuelInterface) => boolean,
): Map<FuelInterface, FuelInterface> {
  const byName = new Map(template.map((nic) => [nic.name, nic]));
  if (template.filter(isUsed).every(({ name }) => own.some((nic) => nic.name === name)))
    return new Map(own.flatMap((nic) => (byName.has(nic.name) ? [[nic, byName.get(nic.name)!] as const] : [])));
  const ordered = (nics: readonly FuelInterface[]) =>
    [...nics].sort((a, b) => Number(bootsPxe(b)) - Number(bootsPxe(a)) || busOrder(a, b));
  const [mine, theirs] = [ordered(own), ordered(template)];
  return new Map(theirs.flatMap((nic, index) => (mine[index] === undefined ? [] : [[mine[index], nic] as const])));
}

/** 6.0 does not say it: there it is the one that Fuel has given the Admin network. */
function bootsPxe({ pxe, assigned_networks: nets }: FuelInterface): boolean {
  return pxe ?? nets.some(({ name }) => name === 'fuelweb_admin');
}

function busOrder(a: FuelInterface, b: FuelInterface): number {
  return (a.bus_info ?? a.name).localeCompare(b.bus_info ?? b.name);
}

/** By names of the configuration; every network of the environment must be in it once, which Nailgun checks. */
export function interfacesFixed(
  own: readonly FuelInterface[],
  wanted: Extract<NodeLayout, { readonly kind: 'fixed' }>['interfaces'],
  networks: readonly FuelNetworkRef[],
): readonly FuelInterface[] {
  const nics = own.filter((nic) => !isBond(nic));
  const unknown = Object.keys(wanted).filter((name) => !nics.some((nic) => nic.name === name));
  if (unknown.length > 0)
    throw new LayoutMismatch(`it has no interface ${unknown.join(', ')}; it has ${namesOf(nics)}`);
  const ids = new Map(networks.map(({ id, name }) => [name, id]));
  return nics.map((nic) => ({
    ...nic,
    assigned_networks: (wanted[nic.name] ?? []).map((name) => {
      const id = ids.get(name);
      if (id === undefined)
        throw new LayoutMismatch(`the environment has no network ${name}; it has ${namesOf(networks)}`);
      return { id, name };
    }),
  }));
}

/** Disk by disk of the same name; where sizes differ the volume that grows with the disk gives or takes the rest. */
export function disksLike(own: readonly FuelDisk[], template: readonly FuelDisk[]): readonly FuelDisk[] {
  const missing = template.filter(
    ({ name, volumes }) => volumes.some(({ size }) => size > 0) && !own.some((disk) => disk.name === name),
  );
  if (missing.length > 0)
    throw new LayoutMismatch(`it has no disk ${namesOf(missing)} as the node to copy from; it has ${namesOf(own)}`);
  return own.map((disk) => {
    const like = template.find(({ name }) => name === disk.name);
    return like === undefined ? disk : { ...disk, volumes: fitted(disk, like.volumes) };
  });
}

function fitted({ name, size }: FuelDisk, volumes: readonly FuelVolume[]): readonly FuelVolume[] {
  if (volumes.length === 0) return volumes;
  const rest = size - volumes.reduce((sum, volume) => sum + volume.size, 0);
  const growing = growingOf(volumes);
  if (growing === undefined || growing.size + rest < 0)
    throw new LayoutMismatch(
      `its disk ${name} is ${-rest} MiB too small for ${volumes.map((volume) => volume.name).join(', ')}`,
    );
  return volumes.map(({ name: volume, size: mib }) => ({
    name: volume,
    size: volume === growing.name ? mib + rest : mib,
  }));
}

/** Instances live on `vm`; what is of a fixed size by nature comes last. */
function growingOf(volumes: readonly FuelVolume[]): FuelVolume | undefined {
  const others = volumes.filter(({ name }) => name !== 'os');
  const largest = [...(others.length > 0 ? others : volumes)].sort((a, b) => b.size - a.size)[0];
  return volumes.find(({ name }) => name === 'vm') ?? largest;
}

export function disksFixed(
  own: readonly FuelDisk[],
  wanted: Extract<NodeLayout, { readonly kind: 'fixed' }>['disks'],
): readonly FuelDisk[] {
  const unknown = Object.keys(wanted).filter((name) => !own.some((disk) => disk.name === name));
  if (unknown.length > 0) throw new LayoutMismatch(`it has no disk ${unknown.join(', ')}; it has ${namesOf(own)}`);
  return own.map((disk) => {
    const sizes = Object.entries(wanted[disk.name] ?? {});
    const fixed = sizes.reduce((sum, [, size]) => sum + (size === 'rest' ? 0 : size), 0);
    const rests = sizes.filter(([, size]) => size === 'rest').length;
    if (rests > 1) throw new LayoutMismatch(`disk ${disk.name}: only one volume can have the rest`);
    if (fixed > disk.size)
      throw new LayoutMismatch(`its disk ${disk.name} has ${disk.size} MiB, and ${fixed} are wanted`);
    return {
      ...disk,
      volumes: sizes.map(([name, size]) => ({ name, size: size === 'rest' ? disk.size - fixed : size })),
    };
  });
}

function namesOf(items: readonly { readonly name: string }[]): string {
  return items.map(({ name }) => name).join(', ') || 'none';
}
