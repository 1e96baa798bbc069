import { describe, test } from '@jest/globals';
import { Cloud } from '../../services/openstack/cloud.ts';
import { contract } from '../contract/contract.ts';
import { labCloud, obstacle, requireLab, vintageMember } from './lab-clouds.ts';

/** Which of the old cloud's profiles are up: each may be, and its Cinder and Identity v3 are the operator's choice. */
const PROFILES = [
  { name: 'vintage-neutron', title: 'OpenStack Pike with Neutron', networking: 'neutron' },
  { name: 'vintage-nova', title: 'OpenStack Pike with nova-network', networking: 'nova-network' },
] as const;

for (const { name, title, networking } of PROFILES) {
  const why = await obstacle('vintage', name);
  if (why !== undefined) {
    // It needs Python 2.7, which not every machine has.
    process.stderr.write(`${title} is not tried: ${why}\n`);
    describe.skip(`${title}: ${why}`, () => test('the contract', () => undefined));
    continue;
  }
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
