import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Simulator } from '../../simulator/index.ts';
import { at, type Client, each, login, start } from './sim-client.ts';

let simulator: Simulator;
let admin: Client;
let ann: Client;

beforeEach(async () => {
  simulator = await start();
  admin = await login(simulator);
  ann = await login(simulator, 'ann', 'secret', 'acme');
});
afterEach(() => simulator.close());

const Q = '/networking/v2.0';
const error = (body: unknown) => at(body, 'NeutronError', 'type');

async function network(client: Client, cidr: string): Promise<{ networkId: unknown; subnetId: unknown }> {
  const networkId = at((await client.post(`${Q}/networks`, { network: { name: 'small' } })).body, 'network', 'id');
  const subnet = await client.post(`${Q}/subnets`, { subnet: { network_id: networkId, ip_version: 4, cidr } });
  return { networkId, subnetId: at(subnet.body, 'subnet', 'id') };
}

describe('addresses', () => {
  it('are given in order, taken as asked, and refused when taken, foreign or used up', async () => {
    const { networkId } = await network(ann, '10.9.0.0/29');
    const port = (more: object = {}) => ann.post(`${Q}/ports`, { port: { network_id: networkId, ...more } });
    expect(at((await port()).body, 'port', 'fixed_ips', 0, 'ip_address')).toBe('10.9.0.2');
    const asked = { fixed_ips: [{ ip_address: '10.9.0.5' }], mac_address: 'FA:16:3E:00:00:01' };
    expect(at((await port(asked)).body, 'port', 'mac_address')).toBe('fa:16:3e:00:00:01');
    expect(error((await port({ fixed_ips: [{ ip_address: '10.9.0.5' }] })).body)).toBe('IpAddressAlreadyAllocated');
    expect(error((await port({ fixed_ips: [{ ip_address: '10.1.0.5' }] })).body)).toBe('InvalidIpForNetwork');
    expect(error((await port({ mac_address: 'fa:16:3e:00:00:01' })).body)).toBe('MacAddressInUse');
    for (let left = 0; left < 3; left++) expect((await port()).status).toBe(201);
    expect(error((await port()).body)).toBe('IpAddressGenerationFailure');
  });

  it('come back when their port is deleted', async () => {
    const { networkId } = await network(ann, '10.9.0.0/29');
    const made = await ann.post(`${Q}/ports`, { port: { network_id: networkId } });
    await ann.call('DELETE', `${Q}/ports/${at(made.body, 'port', 'id')}`);
    const again = await ann.post(`${Q}/ports`, { port: { network_id: networkId } });
    expect(at(again.body, 'port', 'fixed_ips', 0, 'ip_address')).toBe('10.9.0.2');
  });
});

describe('policy', () => {
  it('shows a member its own and the external network, not others’, and hides provider attributes', async () => {
    const gus = await login(simulator, 'gus', 'secret', 'globex');
    const seen = await gus.get(`${Q}/networks`);
    expect(each(seen.body, 'networks', 'name')).toEqual(['public']);
    expect(at(seen.body, 'networks', 0, 'provider:network_type')).toBeUndefined();
    expect(
      (await gus.get(`${Q}/networks/${at((await ann.get(`${Q}/networks?name=net`)).body, 'networks', 0, 'id')}`))
        .status,
    ).toBe(404);
  });

  it('refuses a member shared networks and other projects’ ids', async () => {
    expect(error((await ann.post(`${Q}/networks`, { network: { shared: true } })).body)).toBe('PolicyNotAuthorized');
    const foreign = await ann.post(`${Q}/networks`, { network: { tenant_id: 'b'.repeat(32) } });
    expect(foreign.status).toBe(400);
  });

  it('shares a network with one project by an RBAC policy', async () => {
    const gus = await login(simulator, 'gus', 'secret', 'globex');
    const id = at((await ann.get(`${Q}/networks?name=net`)).body, 'networks', 0, 'id');
    const target_tenant = simulator.cloud('one').state.identity.projects.where('name', 'globex')[0]?.id;
    const policy = { object_type: 'network', object_id: id, action: 'access_as_shared', target_tenant };
    expect((await ann.post(`${Q}/rbac-policies`, { rbac_policy: policy })).status).toBe(201);
    expect(at((await gus.get(`${Q}/networks/${id}`)).body, 'network', 'shared')).toBe(true);
    expect(at((await ann.get(`${Q}/networks/${id}`)).body, 'network', 'shared')).toBe(false);
  });

  it('makes a default security group for a project that looks, which only an admin removes', async () => {
    const gus = await login(simulator, 'gus', 'secret', 'globex');
    const groups = await gus.get(`${Q}/security-groups?name=default`);
    expect(at(groups.body, 'security_groups', 0, 'security_group_rules')).toHaveLength(4);
    const path = `${Q}/security-groups/${at(groups.body, 'security_groups', 0, 'id')}`;
    expect(error((await gus.call('DELETE', path)).body)).toBe('SecurityGroupCannotRemoveDefault');
    expect((await admin.call('DELETE', path)).status).toBe(204);
  });
});

describe('lists', () => {
  it('filter by several values of one key, choose fields, and refuse what is no attribute', async () => {
    const ports = await admin.get(`${Q}/ports`);
    const [a, b] = each(ports.body, 'ports', 'id');
    const chosen = await admin.get(`${Q}/ports?id=${a}&id=${b}&fields=id`);
    expect(each(chosen.body, 'ports', 'id').sort()).toEqual([a, b].sort());
    expect(Object.keys(at(chosen.body, 'ports', 0) as object)).toEqual(['id']);
    const refused = await admin.get(`${Q}/networks?foo=bar`);
    expect(at(refused.body, 'NeutronError', 'message')).toBe("['foo'] is invalid attribute for filtering");
  });

  it('page forwards by the links, without an item twice or left out', async () => {
    const all = each((await admin.get(`${Q}/ports`)).body, 'ports', 'id');
    const paged: unknown[] = [];
    for (let url: unknown = `${Q}/ports?limit=2`; typeof url === 'string'; ) {
      const page = await admin.get(url);
      paged.push(...each(page.body, 'ports', 'id'));
      const links = at(page.body, 'ports_links') as unknown[];
      url = at(
        links.find((link) => at(link, 'rel') === 'next'),
        'href',
      );
    }
    expect(paged).toEqual(all);
  });
});

it('takes a router apart only in order: floating address, interface, router', async () => {
  const { subnetId, networkId } = await network(ann, '10.9.0.0/24');
  const external = at((await ann.get(`${Q}/networks?router:external=true`)).body, 'networks', 0, 'id');
  const made = await ann.post(`${Q}/routers`, {
    router: { name: 'r', external_gateway_info: { network_id: external } },
  });
  const path = `${Q}/routers/${at(made.body, 'router', 'id')}`;
  expect((await ann.call('PUT', `${path}/add_router_interface`, { subnet_id: subnetId })).status).toBe(200);
  const port = at((await ann.post(`${Q}/ports`, { port: { network_id: networkId } })).body, 'port', 'id');
  const floatingip = { floating_network_id: external, port_id: port };
  const floating = await ann.post(`${Q}/floatingips`, { floatingip });
  expect(at(floating.body, 'floatingip', 'router_id')).toBe(at(made.body, 'router', 'id'));
  const removed = await ann.call('PUT', `${path}/remove_router_interface`, { subnet_id: subnetId });
  expect(error(removed.body)).toBe('RouterInterfaceInUseByFloatingIP');
  expect(error((await ann.call('DELETE', path)).body)).toBe('RouterInUse');
  await ann.call('DELETE', `${Q}/floatingips/${at(floating.body, 'floatingip', 'id')}`);
  expect((await ann.call('PUT', `${path}/remove_router_interface`, { subnet_id: subnetId })).status).toBe(200);
  expect((await ann.call('DELETE', path)).status).toBe(204);
});

it('counts against quotas', async () => {
  const id = simulator.cloud('one').state.identity.projects.where('name', 'acme')[0]?.id;
  await admin.call('PUT', `${Q}/quotas/${id}`, { quota: { network: 1 } });
  const refused = await ann.post(`${Q}/networks`, { network: {} });
  expect(refused.status).toBe(409);
  expect(at(refused.body, 'NeutronError', 'message')).toBe("Quota exceeded for resources: ['network'].");
});
