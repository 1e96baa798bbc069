import { contract } from '../contract/contract.ts';
import { labCloud, requireLab, withZed } from './lab-clouds.ts';

const expects = { identity: 'v3', networking: 'neutron', volumes: true, placement: true } as const;

await withZed(() => {
  contract({
    title: 'OpenStack Zed, the source',
    admin: () => requireLab('zed', 'source'),
    member: () => labCloud('zed', 'source-member'),
    expects,
  });
  contract({ title: 'OpenStack Zed, the target', admin: () => requireLab('zed', 'target'), expects });
});
