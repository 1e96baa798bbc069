import { describe, expect, it } from '@jest/globals';
import { isServiceAccount, isServiceDomain, isServiceProject } from '../../../resources/identity/service-accounts.ts';

const user = (name: string, projectNames: readonly string[] = ['acme'], domainId = 'default') =>
  isServiceAccount({ name, domainId, projectNames });

describe('what belongs to the installation', () => {
  it.each([
    'admin',
    'nova',
    'neutron',
    'glance',
    'cinder',
    'placement',
    'heat',
    'swift',
    'keystone',
    'heat_domain_admin',
  ])('is the user %s', (name) => expect(user(name)).toBe(true));

  it('is who has roles in the services’ project alone, whatever the name', () => {
    expect(user('backup-bot', ['service'])).toBe(true);
    expect(user('backup-bot', ['services'], 'd1')).toBe(true);
    expect(user('backup-bot', ['services', 'acme'])).toBe(false);
  });

  it('is not a user of a tenant, nor one with no role, nor one that a domain of its own calls like a service', () => {
    expect(user('ann')).toBe(false);
    expect(user('ann', [])).toBe(false);
    expect(user('swift', ['acme'], 'd1')).toBe(false);
  });

  it('are the projects admin and service in the default domain, and the domain of Heat', () => {
    for (const name of ['admin', 'service', 'services', 'invisible_to_admin'])
      expect(isServiceProject({ name, domainId: 'default' })).toBe(true);
    expect(isServiceProject({ name: 'admin', domainId: 'd1' })).toBe(false);
    expect(isServiceProject({ name: 'acme', domainId: 'default' })).toBe(false);
    expect([isServiceDomain({ name: 'heat' }), isServiceDomain({ name: 'Default' })]).toEqual([true, false]);
  });
});
