import type { NamedLimits } from '../../resources/selecting/observation.ts';
import type { Planned, Rule } from './rule.ts';

/** What is to be made in a project, against its limits as they will be once its quota has been moved. */
export const overQuota: Rule = {
  id: 'over-quota',
  severity: 'blocking',
  *find(planned) {
    for (const [projectId, use] of useByProject(planned)) {
      const limits = limitsAfter(planned, projectId);
      for (const [name, wanted] of Object.entries(use)) {
        const limit = limits[name];
        if (limit === undefined || limit < 0 || wanted <= limit) continue;
        yield `project ${nameOf(planned, projectId)} would need ${wanted} of ${name} in ${planned.target.target}, whose limit will be ${limit}: ` +
          "what comes last is refused; raise the project's quota in the source or, with `policy: { quota: { select: none } }`, in the target.";
      }
    }
  },
};

type Use = Record<string, number>;

function useByProject(planned: Planned): ReadonlyMap<string, Use> {
  const uses = new Map<string, Use>();
  for (const seen of planned.observations) {
    const { type, projectId, facts } = seen;
    if (projectId === undefined || planned.entry(seen).action !== 'create') continue;
    const use = uses.get(projectId) ?? {};
    uses.set(projectId, use);
    const add = (name: string, amount: number) => {
      use[name] = (use[name] ?? 0) + amount;
    };
    const counted = COUNTED[type as keyof typeof COUNTED];
    if (counted !== undefined) add(counted, 1);
    if (facts.kind === 'volume') add('volume.gigabytes', facts.sizeGib);
    if (facts.kind === 'server') {
      add('compute.cores', facts.size.vcpus);
      add('compute.ram', facts.size.ramMib);
    }
  }
  return uses;
}

const COUNTED = {
  server: 'compute.instances',
  'server-group': 'compute.server_groups',
  volume: 'volume.volumes',
  network: 'network.network',
  subnet: 'network.subnet',
  port: 'network.port',
  router: 'network.router',
  'floating-ip': 'network.floatingip',
  'security-group': 'network.security_group',
} as const;

function limitsAfter(planned: Planned, projectId: string): NamedLimits {
  const quota = planned.all('quota').find((seen) => seen.projectId === projectId);
  if (quota === undefined) return planned.target.defaultLimits;
  if (planned.entry(quota).action === 'update') return quota.facts.wanted;
  return quota.facts.found ?? planned.target.defaultLimits;
}

function nameOf({ observations }: Planned, projectId: string): string {
  return observations.find(({ type, id }) => type === 'project' && id === projectId)?.name ?? projectId;
}
