import { counted, namesOf, type Rule } from './rule.ts';

export const diskNotCopied: Rule = {
  id: 'disk-not-copied',
  severity: 'warning',
  *find(planned) {
    const servers = planned.made('server').filter((seen) => planned.entry(seen).strategy === 'image');
    if (servers.length === 0) return;
    yield `${counted(servers.length, 'server')} boot from their image again (${namesOf(servers)}): all that was written to their disks since is lost; ` +
      'keep it with `policy: { server: { strategy: snapshot } }`.';
  },
};
