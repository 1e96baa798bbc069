import { describe, expect, test } from '@jest/globals';
import { Cloud } from '../../services/openstack/cloud.ts';
import { contract } from '../contract/contract.ts';
import { labCloud, labIsUp, requireLab, vintageMember } from './lab-clouds.ts';

/** Which of the old cloud's profiles are up: each may be, and its Cinder and Identity v3 are the operator's choice. */
const PROFILES = [
  { name: 'vintage-neutron', title: 'OpenStack Pike with Neutron', networking: 'neutron' },
  { name: 'vintage-nova', title: 'OpenStack Pike with nova-network', networking: 'nova-network' },
] as const;

const up = [];
for (const profile of PROFILES) if (await labIsUp('vintage', profile.name)) up.push(profile);

for (const { name, title, networking } of up) {
  const cloud = new Cloud(labCloud('vintage', name));
  const [volumes, placement, { identityVersion }] = [
    await cloud.has('block-storage'),
    await cloud.has('placement'),
    await cloud.whoAmI(),
  ];
  cloud.close();
  contract({
    title: `${title}, Identity ${identityVersion}`,
    admin: () => requireLab('vintage', name),
    member: () => vintageMember(labCloud('vintage', name)),
    expects: { identity: identityVersion, networking, volumes, placement },
  });
}

describe('the old cloud', () => {
  test('is up, in one of its profiles at least', () => {
    expect(up.length > 0 ? '' : 'no: run npm run lab:up -- vintage and npm run lab:seed -- vintage').toBe('');
  });
});
