import { describe, expect, test } from '@jest/globals';
import type { ServiceType } from '../../services/openstack/service-client.ts';
import type { Stage } from './contract.ts';

/** Who we are, what the cloud offers, which networking it has. */
export function identity({ subject, cloud }: Stage): void {
  describe('logging in', () => {
    test('tells user, project, roles and when the token ends', async () => {
      const who = await cloud().whoAmI();
      const { scope } = who;
      expect(who.identityVersion).toBe(subject.expects.identity);
      expect(who.user).toMatchObject({ id: expect.stringMatching(/./), name: expect.stringMatching(/./) });
      expect(scope).toMatchObject({ kind: 'project', project: { id: expect.stringMatching(/./) } });
      expect(who.roles.map(({ name }) => name)).toContain('admin');
      expect(who.roles.every(({ id }) => id !== '')).toBe(true);
      expect(who.expiresAt.getTime()).toBeGreaterThan(Date.now());
      expect(await cloud().project()).toEqual(scope.kind === 'project' ? scope.project : undefined);
    });

    test('gives the catalogue: each service with the address of its endpoints', async () => {
      const services = await cloud().services();
      expect(services.length).toBeGreaterThan(2);
      for (const { type, name, endpoints } of services) {
        expect([type, name]).not.toContain('');
        for (const endpoint of endpoints) {
          expect(['public', 'internal', 'admin']).toContain(endpoint.interface);
          expect(URL.canParse(endpoint.url)).toBe(true);
          expect(endpoint.region).toMatch(/./);
        }
      }
    });

    test('tells which services can be used, and where', async () => {
      const { expects } = subject;
      const wanted: Record<ServiceType, boolean> = {
        identity: true,
        compute: true,
        image: true,
        network: expects.networking === 'neutron',
        'block-storage': expects.volumes,
        placement: expects.placement,
      };
      for (const [service, offered] of Object.entries(wanted) as [ServiceType, boolean][]) {
        expect([service, await cloud().has(service)]).toEqual([service, offered]);
        if (offered) expect((await cloud().session.endpoint(service)).url).toMatch(/^https?:.*[^/]$/);
        else await expect(cloud().session.endpoint(service)).rejects.toMatchObject({ kind: 'configuration' });
      }
    });

    test('tells Neutron from nova-network', async () => {
      expect(await cloud().networking()).toBe(subject.expects.networking);
    });
  });
}
