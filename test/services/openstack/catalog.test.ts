import { describe, expect, it } from '@jest/globals';
import { Catalog, type CatalogService } from '../../../services/openstack/catalog.ts';

type Side = 'public' | 'internal' | 'admin';

function service(type: string, ...endpoints: [Side, string | undefined, string][]): CatalogService {
  return { type, name: type, endpoints: endpoints.map(([side, region, url]) => ({ interface: side, region, url })) };
}

function catalog(services: readonly CatalogService[], over = {}): Catalog {
  return new Catalog(services, { name: 'old', interface: 'public', endpointOverrides: {}, ...over });
}

describe('the catalogue', () => {
  it.each([
    ['block-storage', ['volume', 'volumev2', 'volumev3'], 'volumev3'],
    ['block-storage', ['volume', 'volumev2'], 'volumev2'],
    ['block-storage', ['block-store', 'volumev2'], 'block-store'],
    ['compute', ['computev21', 'compute'], 'compute'],
    ['compute', ['computev21'], 'computev21'],
  ] as const)('finds %s among %j as %s', (wanted, types, found) => {
    const services = types.map((type) => service(type, ['public', 'R1', `http://api/${type}`]));
    expect(catalog(services).find(wanted)?.url).toBe(`http://api/${found}`);
  });

  it('takes the endpoint of the interface asked for', () => {
    const services = [service('network', ['public', 'R1', 'http://out'], ['internal', 'R1', 'http://in'])];
    expect(catalog(services, { interface: 'internal' }).find('network')?.url).toBe('http://in');
    expect(catalog(services).find('network', 'internal')?.url).toBe('http://in');
  });

  it('has no service without an endpoint of the interface, and names those there are', () => {
    const services = [service('network', ['internal', 'R1', 'http://in'])];
    expect(catalog(services).has('network')).toBe(false);
    expect(() => catalog(services).require('network')).toThrow(
      'old: network: cloud old offers no public endpoint of it; it has: internal',
    );
  });

  it('takes the configured region', () => {
    const services = [service('network', ['public', 'R1', 'http://one'], ['public', 'R2', 'http://two'])];
    expect(catalog(services, { regionName: 'R2' }).find('network')?.url).toBe('http://two');
  });

  it('asks for a region when there are several and none is configured', () => {
    const services = [
      service('network', ['public', 'R1', 'http://one'], ['public', 'R2', 'http://two']),
      service('image', ['public', 'R1', 'http://image']),
    ];
    expect(catalog(services).has('network')).toBe(true);
    expect(() => catalog(services).find('image')).toThrow(
      'old: image: the cloud has several regions (R1, R2) and none is configured; set region_name',
    );
  });

  it('needs no region when all that it uses is in one', () => {
    const services = [
      service('identity', ['public', 'Global', 'http://keystone']),
      service('network', ['public', 'R1', 'http://net']),
      service('object-store', ['public', 'R2', 'http://swift']),
    ];
    expect(catalog(services).find('network')?.url).toBe('http://net');
    expect(catalog(services).find('identity')?.url).toBe('http://keystone');
  });

  it('tells in which regions a service is that the configured one lacks', () => {
    const services = [
      service('network', ['public', 'R1', 'http://net']),
      service('image', ['public', 'R2', 'http://image']),
    ];
    const inR2 = catalog(services, { regionName: 'R2' });
    expect(inR2.has('network')).toBe(false);
    expect(() => inR2.require('network')).toThrow('cloud old offers no network service in region R2; it is in R1');
  });

  it('gives way to a configured endpoint, under any name of the service', () => {
    const services = [service('volumev3', ['public', 'R1', 'http://catalogue/v3'])];
    const overridden = catalog(services, { endpointOverrides: { volumev3: 'http://mine/v3' } });
    expect(overridden.find('block-storage')).toEqual({ url: 'http://mine/v3', pinned: true });
    expect(catalog([], { endpointOverrides: { image: 'http://mine' } }).has('image')).toBe(true);
  });

  it('lists services of types that nobody uses here', () => {
    expect(catalog([service('orchestration', ['public', 'R1', 'http://heat'])]).services).toHaveLength(1);
  });
});
