import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../resources/digest.ts';
import { referencesOf } from '../../resources/references.ts';
import type { NeutronPort } from '../../services/openstack/index.ts';
import { look, type OneCloud, oneCloud } from './one-cloud.ts';

describe('networks, ports and routers of Neutron', () => {
  let one: OneCloud;

  beforeEach(async () => {
    one = await oneCloud({}, { publicNetwork: {}, tenants: [{ name: 'acme', networks: [{ name: 'net' }] }] });
  });
  afterEach(() => one.close());

  /** The cloud's ports with something changed in each. */
  function change(changed: Partial<NeutronPort>): void {
    const { network } = one.cloud;
    const read = network.ports.bind(network);
    network.ports = async function* (filter) {
      for await (const page of read(filter)) yield page.map((body) => ({ ...body, ...changed }));
    };
  }

  it.each(['network:dhcp', 'network:router_ha_interface', 'network:distributed', 'network:floatingip_agent_gateway'])(
    'a port for %s, which Neutron makes itself, is no part of the digest',
    async (device_owner) => {
      change({ device_owner });
      const digests = (await look(one.cloud, 'port')).items.map(digestOf);
      expect(digests.length).toBeGreaterThan(0);
      expect(new Set(digests)).toEqual(new Set(['0000000000000000']));
    },
  );

  it('a router’s ports, which tenants ask for, are part of the digest', async () => {
    change({ device_owner: 'network:ha_router_replicated_interface' });
    expect((await look(one.cloud, 'port')).items.map(digestOf)).not.toContain('0000000000000000');
  });

  it('a binding profile counts unless it is empty', async () => {
    change({ 'binding:profile': {} });
    const plain = (await look(one.cloud, 'port')).items;
    expect(plain.every(({ attributes }) => !('bindingProfile' in attributes))).toBe(true);
    change({ 'binding:profile': { pci_slot: '0000:03:10.1' } });
    const { items } = await look(one.cloud, 'port');
    expect(items.map(digestOf)).not.toEqual(plain.map(digestOf));
  });

  it('a router needs the subnet that its gateway has an address in', async () => {
    const [router] = (await look(one.cloud, 'router')).items;
    expect(referencesOf(router!)).toContainEqual({
      type: 'subnet',
      id: expect.any(String),
      relation: 'requires',
      why: expect.stringMatching(/^has its gateway address 203\.0\.113\.\d+ in$/),
    });
  });

  it('a network is transparent to VLANs or not, where the cloud says so', async () => {
    const { network } = one.cloud;
    const read = network.networks.bind(network);
    const told = [true, null];
    network.networks = async function* (filter) {
      for await (const page of read(filter))
        yield page.map((body, index) => ({ ...body, vlan_transparent: told[index] ?? null }));
    };
    const { items } = await look(one.cloud, 'network');
    expect(items.map(({ attributes }) => 'vlanTransparent' in attributes && attributes.vlanTransparent)).toEqual([
      true,
      false,
    ]);
  });
});
