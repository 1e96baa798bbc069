import type { NodeRequest } from '../activities/hardware-activities.ts';
import type { Compensations } from './compensations.ts';
import type { HostRun } from './host-run.ts';
import { insist, type Meanings } from './insist.ts';
import { OFF_AGAIN, pxeOnce, seeItStillEmpty, setPort } from './take-out.ts';
import { changing, looking, queueing, takingBackHost, waiting } from './transfer-activities.ts';
import { type Before, refuse } from './transfer-preflight.ts';
import { vlansText } from './transfer-words.ts';

const RELEASE = 'take it out of its environment again';
/** Until its disks are written it can go back to the source as it was. */
const BRING_BACK = 'bring it back to the source: its disks have not been touched';
const LEAVE = 'end here, with the machine as it is now: a person goes on with it';
/** Its system is in memory: nothing is lost when it is cut off. */
const NOTHING_TO_SHUT_DOWN_MS = 1;
const VERIFICATION_MS = 20 * 60_000;

export interface Installed {
  readonly nodeId: string;
  readonly fqdn?: string;
}

/**
 * From a machine that is off to one that is deployed. What fails waits at the gate `park`. Until the deployment has begun, `reject` brings
 * the machine back; `onDeploying` is called when it has.
 */
export async function installMachine(
  run: HostRun,
  before: Before,
  roles: readonly string[],
  undo: Compensations,
  onDeploying: () => void,
): Promise<Installed> {
  run.enter('discovery');
  const nodeId = await discover(run, before, roles, undo);
  const node: NodeRequest = { target: run.request.target, environmentId: before.provisioner.environment.id, nodeId };
  await assign(run, node, roles, undo);
  await layOut(run, node);
  await wire(run, before, node);
  if (run.request.policy.verifyNetworks) await verify(run, node);
  run.enter('deployment');
  return deploy(run, before, node, onDeploying);
}

async function discover(
  run: HostRun,
  { power, provisioner, service }: Before,
  roles: readonly string[],
  undo: Compensations,
): Promise<string> {
  const isOfNova = service !== undefined;
  const { host, target, policy } = run.request;
  const { discoveryTimeoutMs: timeLimitMs } = policy;
  const powerOff = (summary: { readonly summary: string }) =>
    takingBackHost.powerOff.executeWithOptions(summary, [{ host, softTimeoutMs: NOTHING_TO_SHUT_DOWN_MS }]);
  undo.add(OFF_AGAIN, () => run.takeBack(OFF_AGAIN, powerOff).then(() => run.seen('power', 'off')), RELEASE);
  const start = () =>
    run.step(`switch ${host} on`, (summary) => changing.powerOn.executeWithOptions(summary, [{ host }]));
  const bringBack: Meanings = { reject: BRING_BACK };
  await insist(
    run,
    { name: `switch ${host} on`, body: (summary) => changing.powerOn.executeWithOptions(summary, [{ host }]) },
    bringBack,
  );
  run.seen('power', 'on');
  // What Fuel still calls online of an earlier life is no sign of this start.
  const onlineBefore = provisioner.known.filter(({ isOnline }) => isOnline).map(({ id }) => id);
  const found = await insist(
    run,
    {
      name: `wait until ${host} has reported itself to the provisioner`,
      body: (summary) =>
        waiting(timeLimitMs).waitForNode.executeWithOptions(summary, [{ host, target, timeLimitMs, onlineBefore }]),
      tell: ({ nodeId, name }) => `node ${nodeId} (${name})`,
      // The override for one start is used up, whatever it has started from.
      again: async () => {
        if (isOfNova) await seeItStillEmpty(run);
        if (await isReported(run, { environment: policy.environment, roles })) return;
        await run.step(`switch ${host} off`, powerOff);
        await pxeOnce(run, power.boot.firmware);
        await start();
      },
    },
    bringBack,
  );
  if (found === undefined) return refuse([`${host} was not found`]);
  run.seen('node', `${found.nodeId} (${found.name})`);
  return found.nodeId;
}

/**
 * Whether it has reported itself meanwhile: then it is not switched off again. One that somebody has put to work in Fuel by hand is theirs.
 *
 * @throws {ApplicationFailure} `refused`, when it belongs to an environment
 */
async function isReported(
  run: HostRun,
  { environment, roles }: { readonly environment: string | undefined; readonly roles: readonly string[] },
): Promise<boolean> {
  const { host, target, policy } = run.request;
  const request = { host, target, roles, layout: policy.layout, ...(environment === undefined ? {} : { environment }) };
  const { known } = await run.step(`see whether ${host} has reported itself by now`, (summary) =>
    looking.inspectProvisioner.executeWithOptions(summary, [request]),
  );
  const online = known.filter(({ isOnline }) => isOnline);
  const taken = online.find(({ environmentId }) => environmentId !== undefined);
  if (taken !== undefined)
    refuse([
      `node ${taken.id} (${taken.name}) has its MACs and is ${taken.status} in an environment: it is not switched off`,
    ]);
  return online.length > 0;
}

async function assign(run: HostRun, node: NodeRequest, roles: readonly string[], undo: Compensations): Promise<void> {
  const { host, policy } = run.request;
  const hostname = policy.keepHostname ? { hostname: host.split('.')[0] ?? host } : {};
  undo.add(RELEASE, () =>
    run.takeBack(RELEASE, (summary) => takingBackHost.releaseNode.executeWithOptions(summary, [node])),
  );
  await insist(
    run,
    {
      name: `assign it as ${roles.join(', ')}`,
      body: (summary) => changing.assignNode.executeWithOptions(summary, [{ ...node, roles, ...hostname }]),
    },
    { reject: BRING_BACK, skip: 'it is assigned by hand: go on' },
  );
}

async function layOut(run: HostRun, node: NodeRequest): Promise<void> {
  const { layout } = run.request.policy;
  await insist(
    run,
    {
      name: 'lay out its disks and interfaces',
      body: (summary) => changing.layOutNode.executeWithOptions(summary, [{ ...node, layout }]),
    },
    { reject: BRING_BACK, skip: 'they are laid out by hand: go on' },
  );
}

/** The port must carry what its interface was given, before the networks can be verified. */
async function wire(run: HostRun, { port }: Before, node: NodeRequest): Promise<void> {
  const { host, adminVlan } = run.request;
  if (port === undefined || adminVlan === undefined) return;
  const meanings = { reject: BRING_BACK, skip: 'the port is as it should be: go on' };
  const vlans = await insist(
    run,
    {
      name: 'see what its switch port must carry',
      body: (summary) => looking.nodePortVlans.executeWithOptions(summary, [{ ...node, host, adminVlan }]),
      tell: vlansText,
    },
    meanings,
  );
  if (vlans === undefined) return;
  const name = `put port ${port.port} of ${port.switch} into the networks of the target`;
  if (port.driver === 'manual') return setPort(run, port, vlans, name);
  await insist(
    run,
    {
      name,
      body: (summary) => changing.setPort.executeWithOptions(summary, [{ host, vlans }]),
      tell: () => vlansText(vlans),
    },
    meanings,
  );
  run.seen('port', `${port.switch} ${port.port}: ${vlansText(vlans)}`);
}

async function verify(run: HostRun, node: NodeRequest): Promise<void> {
  await insist(
    run,
    {
      name: 'verify the networks',
      body: async (summary) => {
        const verifying = waiting(VERIFICATION_MS).verifyNetworks;
        const { missing, elsewhere } = await verifying.executeWithOptions(summary, [node]);
        // Another machine that is just being wired is no reason to wait with this one.
        run.note(...elsewhere.map((line) => `at another node: ${line}`));
        if (missing.length > 0) refuse(missing);
      },
    },
    { reject: BRING_BACK, skip: 'deploy it all the same' },
  );
}

async function deploy(
  run: HostRun,
  { service }: Before,
  node: NodeRequest,
  onDeploying: () => void,
): Promise<Installed> {
  const { deploymentTimeoutMs } = run.request.policy;
  let hasBegun = false;
  const deployed = await insist(
    run,
    {
      name: 'deploy it',
      body: async (summary) => {
        // The last moment before its disks are written.
        if (!hasBegun && service !== undefined) await seeItStillEmpty(run);
        const deployment = await queueing.startDeployment.executeWithOptions(summary, [node]);
        hasBegun = true;
        onDeploying();
        run.seen('deployment', `task ${deployment.id}`);
        const timeLimitMs = deploymentTimeoutMs;
        const following = waiting(timeLimitMs).followDeployment;
        return following.executeWithOptions({ summary: 'follow its deployment' }, [
          { ...node, deployment, timeLimitMs },
        ]);
      },
      tell: ({ text, fqdn }) => [text, ...(fqdn === undefined ? [] : [fqdn])].join(', '),
    },
    () => ({ skip: 'it is deployed by hand: go on', reject: hasBegun ? LEAVE : BRING_BACK }),
  );
  // Deployed by hand or not: from here on it is the target's.
  onDeploying();
  const fqdn = deployed?.fqdn;
  return { nodeId: node.nodeId, ...(fqdn === undefined ? {} : { fqdn }) };
}
