import { nodeKey } from '../graph.ts';
import { namesOf, type Rule } from './rule.ts';

const CONSEQUENCES = {
  user: 'the user that made them is gone, so they belong to the mover afterwards',
  keypair: 'their keypair is gone: its name and public key stay in the metadata as far as Nova tells them',
  image: 'their image is gone: its id cannot be kept, their disks can',
} as const;

/** Servers name things that exist no more. */
export const lostReferences: Rule = {
  id: 'reference-lost',
  severity: 'warning',
  *find(planned) {
    const absent = new Set(planned.absent.map(nodeKey));
    for (const [type, consequence] of Object.entries(CONSEQUENCES)) {
      const servers = planned
        .made('server')
        .filter(({ references }) => references.some((ref) => ref.type === type && absent.has(nodeKey(ref))));
      if (servers.length > 0) yield `${namesOf(servers)}: ${consequence}.`;
    }
  },
};
