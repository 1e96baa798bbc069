import { ApplicationFailure } from '@temporalio/workflow';
import type {
  HostFacts,
  HostInstance,
  PortFacts,
  PowerFacts,
  ProvisionerFacts,
  ServiceState,
} from '../activities/hardware-activities.ts';
import { finalizeCommands } from '../planning/finalize-command.ts';
import { counted } from '../planning/quantities.ts';
import type { HostRun } from './host-run.ts';
import { looking } from './transfer-activities.ts';
import { bootText, portText, serviceText } from './transfer-words.ts';

const SHOWN = 10;

/** How everything was before the run, and how it is again when the run is undone. */
export interface Before {
  readonly power: PowerFacts;
  /** Absent: no port is touched. */
  readonly port?: PortFacts;
  /** Of nova-compute; absent where the host runs none. */
  readonly service?: ServiceState;
  readonly provisioner: ProvisionerFacts;
}

/** The run names itself in what it disables: what it finds disabled with this reason it has disabled itself. */
export function reasonOfRun({ what, request }: HostRun, workflowId: string): string {
  return `pumphouse: ${what} goes to ${request.target} (${workflowId})`;
}

/** @throws {ApplicationFailure} `refused`: nothing was changed */
export function refuse(reasons: readonly string[]): never {
  throw ApplicationFailure.nonRetryable(reasons.join('; '), 'refused');
}

/**
 * A run of this host that was terminated has left it half-way: what is found now is not how it was before, and the way back would end here.
 *
 * @throws {ApplicationFailure} `refused`, with where to read how it was
 */
export function requireWhole(
  run: HostRun,
  { power, port }: Pick<Before, 'power' | 'port'>,
  facts: HostFacts,
  workflowId: string,
): void {
  const { host, source, adminVlan } = run.request;
  const isOff = power.state === 'off';
  const isIsolated =
    adminVlan !== undefined &&
    port !== undefined &&
    port.driver !== 'manual' &&
    port.vlans.untagged.includes(adminVlan);
  if (facts.service.disabledReason === reasonOfRun(run, workflowId) && (isOff || isIsolated))
    refuse([
      `an earlier run of ${host} was ended from outside and has left it half-way (${isOff ? 'off' : 'on'}${isIsolated ? `, its port in VLAN ${adminVlan}` : ''}): ` +
        `pump-runs report ${workflowId} says how it was; put port, boot order and power back by hand, enable its service in ${source}, then ask again`,
    ]);
  if (isOff && facts.service.state === 'up')
    refuse([
      `the management controller of ${host} says that it is off, and its nova-compute reports to ${source}: the controller is another machine's, ` +
        'or it was switched off this very minute',
    ]);
}

/** Looks at everything that the run will touch, and changes nothing. */
export async function lookAtMachine(run: HostRun, roles: readonly string[]): Promise<Omit<Before, 'service'>> {
  const { host, target, adminVlan, policy } = run.request;
  const power = await run.step(
    'look at its management controller',
    (summary) => looking.inspectPower.executeWithOptions(summary, [{ host }]),
    (facts) => `${facts.state}, starts from ${bootText(facts)}`,
  );
  run.seen('power', power.state);
  run.seen('starts from', bootText(power));
  const port = adminVlan === undefined ? undefined : await lookAtPort(run);
  const environment = policy.environment === undefined ? {} : { environment: policy.environment };
  const provisioner = await run.step(
    `look at the provisioner of ${target}`,
    (summary) =>
      looking.inspectProvisioner.executeWithOptions(summary, [
        { host, target, roles, layout: policy.layout, ...environment },
      ]),
    ({ version, environment: { name, status } }) => `${version}, environment ${name}: ${status}`,
  );
  run.note(...provisioner.warnings);
  const obstacles = [...provisioner.obstacles, ...knownObstacles(provisioner, host)];
  if (obstacles.length > 0) refuse(obstacles);
  return { power, ...(port === undefined ? {} : { port }), provisioner };
}

async function lookAtPort(run: HostRun): Promise<PortFacts> {
  const { host } = run.request;
  const look = (summary: { readonly summary: string }) => looking.inspectPort.executeWithOptions(summary, [{ host }]);
  const port = await run.step('look at its switch port', look, portText);
  run.seen('port', portText(port));
  return port;
}

/** A machine that has an environment already is somebody's. */
function knownObstacles({ known }: ProvisionerFacts, host: string): readonly string[] {
  return known.flatMap(({ id, name, status, environmentId }) =>
    environmentId === undefined
      ? []
      : [`node ${id} (${name}, ${status}) has the MACs of ${host} and belongs to an environment already`],
  );
}

export async function lookAtHost(run: HostRun): Promise<HostFacts> {
  const { source: cloud, target, host } = run.request;
  const facts = await run.step(
    `look at ${host} in ${cloud}`,
    (summary) => looking.inspectHost.executeWithOptions(summary, [{ cloud, target, host }]),
    ({ service, instanceCount }) => `${serviceText(service)}, ${service.state}, ${counted(instanceCount, 'instance')}`,
  );
  run.seen('compute service', serviceText(facts.service));
  return facts;
}

/** @throws {ApplicationFailure} `refused` with the list of what is on it, and the way to empty it */
export function requireEmpty(run: HostRun, facts: HostFacts): void {
  const { host, source } = run.request;
  const { instances, instanceCount, movedCount, movedTenants, migrations, allocations, held } = facts;
  const moved = instances.filter(({ movedTo }) => movedTo !== undefined);
  const present = instances.filter(({ movedTo }) => movedTo === undefined);
  const reasons: string[] = [];
  if (instanceCount > movedCount)
    reasons.push(
      `${host} is not empty: ${counted(instanceCount - movedCount, 'instance')} (${listed(present)}); empty it with: pump-cloud evacuate ${host}, ` +
        `or move them: pump-nova instances ${host}`,
    );
  if (movedCount > 0)
    reasons.push(
      `${counted(movedCount, 'instance')} on ${host} moved to ${movedTo(moved)} and left in ${source}, stopped and locked (${listed(moved)}): ` +
        `delete with: ${finalizeCommands(movedTenants)}`,
    );
  if (migrations.length > 0) reasons.push(`instances are on their way to or from ${host}: ${migrations.join(', ')}`);
  reasons.push(
    ...held.map(
      (allocation) =>
        `Placement of ${source} counts on ${host}: ${allocation}: what is being built or moved there must end first; what nobody has any more, remove`,
    ),
  );
  if (reasons.length > 0) refuse(reasons);
  run.note(...allocations.map((allocation) => `Placement of ${source} still counts on ${host}: ${allocation}`));
}

function listed(instances: readonly HostInstance[]): string {
  const names = instances.slice(0, SHOWN).map(({ id, name, status }) => `${name || id} ${status}`);
  return instances.length > SHOWN ? `${names.join(', ')} and more` : names.join(', ');
}

function movedTo(instances: readonly HostInstance[]): string {
  return [...new Set(instances.map((instance) => instance.movedTo))].join(', ');
}
