import type { Reference } from '../resources/resource-type.ts';
import type { Observation, Survey, TargetFacts } from '../resources/selecting/observation.ts';
import { type Decision, decide } from './decide.ts';
import { DependencyGraph, type NodeKey, nodeKey } from './graph.ts';
import { assignmentLabel, labelled } from './label.ts';
import type { PlanEntry, PlanWarning } from './plan.ts';
import { byName, inPlanOrder, ranks } from './plan-order.ts';
import type { MovePolicy, ServerStrategy } from './policy.ts';
import { warningsOf } from './warnings/rules.ts';

const GIB = 2 ** 30;

/** All that is to be done, in the order in which it is to be done, and what is to be known beforehand. */
export interface Plan {
  readonly entries: readonly PlanEntry[];
  readonly warnings: readonly PlanWarning[];
  /** Of the entries: who needs whom. */
  readonly graph: DependencyGraph;
}

/** `run`: the mark of the run that plans, so that it knows its own work again. */
export function makePlan(survey: Survey, policy: MovePolicy, run?: string): Plan {
  const observations = [...survey.observations].sort(byName);
  const graph = new DependencyGraph();
  for (const seen of observations) graph.add(seen, seen.references);
  for (const { state, ...ref } of survey.absent) graph.addAbsent(ref, state);
  const decisions = decideAll(observations, graph, policy, survey.target, run);
  const servers = serversByPart(observations);
  withTheirServers(observations, decisions, servers);
  const entries = observations.map((seen) => {
    const server = servers.get(nodeKey(seen));
    const takenBy = server === undefined || stays(decisions.get(nodeKey(server))!) ? undefined : server;
    const label = assignmentLabel(seen, graph);
    const entry = entryOf(seen, decisions.get(nodeKey(seen))!, policy, takenBy);
    return label === undefined ? entry : { ...entry, label };
  });
  const ordered = inPlanOrder(entries, ranks(graph));
  return { entries: ordered, warnings: warningsOf({ survey, policy, entries: ordered }), graph };
}

/** What needs something that will not be there is not begun. */
function decideAll(
  observations: readonly Observation[],
  graph: DependencyGraph,
  policy: MovePolicy,
  target: TargetFacts,
  run: string | undefined,
): Map<NodeKey, Decision> {
  const byKey = new Map(observations.map((seen) => [nodeKey(seen), seen]));
  const used = new Set(
    observations.flatMap(({ type, references }) => (type === 'server' ? references.map(nodeKey) : [])),
  );
  const decisions = new Map<NodeKey, Decision>();
  for (const group of graph.creationOrder())
    for (const key of group) {
      const seen = byKey.get(key);
      if (seen === undefined) continue;
      const decided =
        givenToInstallation(seen, byKey, used) ?? strategyHolds(seen, graph, policy) ?? decide(seen, policy, run);
      const own = withoutService(seen, decided, target) ?? decided;
      const lacking = own.action === 'create' || own.action === 'update' ? lacks(seen, graph, decisions) : undefined;
      decisions.set(key, lacking === undefined ? own : { action: 'skip', reason: lacking });
    }
  return decisions;
}

/**
 * What an administrator of the source may do, or logs in with, is no business of the target; a key that a server was
 * booted with is.
 */
function givenToInstallation(
  seen: Observation,
  byKey: ReadonlyMap<NodeKey, Observation>,
  used: ReadonlySet<NodeKey>,
): Decision | undefined {
  if (seen.found !== undefined || !['assignment', 'keypair'].includes(seen.type) || used.has(nodeKey(seen)))
    return undefined;
  const owner = seen.references
    .filter(({ type, relation }) => type === 'user' && relation === 'requires')
    .map((reference) => byKey.get(nodeKey(reference)))
    .find((user) => user?.isOfInstallation === true);
  if (owner === undefined) return undefined;
  const reason = `it is ${labelled(owner)}'s, who belongs to the installation of the cloud`;
  return { action: 'skip', reason, staysByRight: true };
}

/** Booting from the same image needs the image. */
function strategyHolds(seen: Observation, graph: DependencyGraph, policy: MovePolicy): Decision | undefined {
  if (seen.found !== undefined || strategyOf(seen, policy) !== 'image') return undefined;
  const image = seen.references.find(({ type }) => type === 'image');
  if (image === undefined || graph.get(nodeKey(image))?.state !== 'missing') return undefined;
  const reason = `it was booted from image ${image.id}, which is gone: use the strategy snapshot, which copies its disk`;
  return { action: 'conflict', reason };
}

function withoutService(
  { type }: Observation,
  { action }: Decision,
  { target, missingTypes }: TargetFacts,
): Decision | undefined {
  if ((action !== 'create' && action !== 'update') || !missingTypes.includes(type)) return undefined;
  return { action: 'conflict', reason: `${target} has no service for it` };
}

function lacks(seen: Observation, graph: DependencyGraph, decisions: ReadonlyMap<NodeKey, Decision>) {
  for (const reference of seen.references) {
    if (reference.relation !== 'requires' || canDoWithout(seen, reference)) continue;
    const key = nodeKey(reference);
    const node = graph.get(key);
    if (node?.state === 'hidden') return `needs ${labelled(reference)}, which the login may not see`;
    const there = decisions.get(key);
    if (node === undefined || there === undefined) continue;
    if (there.action === 'conflict') return `needs ${labelled(node)}, which is in conflict`;
    if (there.action === 'skip' && there.isDone !== true) return `needs ${labelled(node)}, which is not moved`;
  }
  return undefined;
}

/** A server moves also when its maker, its key or its image cannot: what is lost of them is reported. */
function canDoWithout({ type }: Observation, reference: Reference): boolean {
  return type === 'server' && ['user', 'keypair', 'image'].includes(reference.type);
}

type Servers = ReadonlyMap<NodeKey, Observation>;

/** Ports, volumes and floating IPs by the server that takes them along. */
function serversByPart(observations: readonly Observation[]): Servers {
  const servers = new Map<NodeKey, Observation>();
  for (const seen of observations) {
    if (seen.type !== 'server') continue;
    for (const reference of seen.references)
      if (['port', 'volume', 'floating-ip'].includes(reference.type) && !servers.has(nodeKey(reference)))
        servers.set(nodeKey(reference), seen);
  }
  return servers;
}

/** An address or a disk does not leave without its server. */
function withTheirServers(
  observations: readonly Observation[],
  decisions: Map<NodeKey, Decision>,
  servers: Servers,
): void {
  for (const seen of observations) {
    const key = nodeKey(seen);
    const server = servers.get(key);
    if (server === undefined || decisions.get(key)?.action !== 'create') continue;
    const decision: Decision = stays(decisions.get(nodeKey(server))!)
      ? { action: 'skip', reason: `stays with ${labelled(server)}, which is not moved` }
      : { action: 'create', reason: `moves with ${labelled(server)}` };
    decisions.set(key, decision);
  }
}

function stays({ action, isDone }: Decision): boolean {
  return action === 'conflict' || (action === 'skip' && isDone !== true);
}

function entryOf(
  seen: Observation,
  decision: Decision,
  policy: MovePolicy,
  server: Observation | undefined,
): PlanEntry {
  const { type, id, name, projectId, host, found } = seen;
  const { action, reason, isDone, staysByRight } = decision;
  const strategy = strategyOf(seen, policy);
  const sizeBytes = action === 'create' ? bytesOf(seen, strategy) : undefined;
  return {
    type,
    id,
    name,
    ...(projectId === undefined ? {} : { projectId }),
    action,
    reason,
    ...(found === undefined ? {} : { targetId: found.id }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(found === undefined || found.differences.length === 0 ? {} : { differences: found.differences }),
    ...(isDone === undefined ? {} : { isDone }),
    ...(staysByRight === undefined ? {} : { staysByRight }),
    ...(type === 'server' && host !== undefined ? { host } : {}),
    ...(strategy === undefined ? {} : { strategy }),
    ...(server === undefined ? {} : { movesWith: server.id }),
  };
}

function strategyOf({ facts }: Observation, policy: MovePolicy): ServerStrategy | undefined {
  if (facts.kind !== 'server') return undefined;
  return facts.bootsFromVolume ? 'volume' : policy.server.strategy;
}

/** Upper bounds where the size is only known when it is copied: a disk is at most as large as its flavor allows. */
function bytesOf({ facts }: Observation, strategy: ServerStrategy | undefined): number | undefined {
  switch (facts.kind) {
    case 'image':
      return facts.sizeBytes ?? 0;
    case 'volume':
      return facts.sizeGib * GIB;
    case 'server':
      return strategy === 'snapshot' ? facts.rootDiskGib * GIB : 0;
    default:
      return undefined;
  }
}
