import { setTimeout as sleep } from 'node:timers/promises';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { isApiError } from '../services/api-error.ts';
import type { Deployment, DeploymentProgress, ProvisionedNode, Provisioner } from '../services/provisioner/index.ts';
import type { KnownNode, ProvisionerActivities } from './hardware-activities.ts';
import { carriedThrough, keptAlive } from './keep-alive.ts';
import type { OpenHosts } from './open-hosts.ts';

/** Nothing tells when a node appears or a task has moved on: looked at again after so long, and then less and less often. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const GROWTH = 1.3;
/** Half a minute, once the pauses have grown. */
const MOST_LOST_LOOKS = 6;
/** A node counts as online for 180 s after its last report, and that is looked at each 30 s (Nailgun's assassind). */
const STALE_ONLINE_MS = 210_000;

/** What the provisioner of a target is asked and told about a host's machine. Errors are its driver's, but where a failure type is named. */
export function provisionerActivities(hosts: OpenHosts): ProvisionerActivities {
  const within = async <T>(target: string, work: (provisioner: Provisioner) => Promise<T>): Promise<T> => {
    const provisioner = hosts.provisioner(target);
    try {
      return await work(provisioner);
    } finally {
      provisioner.close();
    }
  };
  const nothing = () => undefined;
  return {
    inspectProvisioner: ({ target, host, environment: name, roles, layout }) =>
      within(target, (provisioner) =>
        keptAlive(nothing, async () => {
          const environment = await provisioner.environment(name);
          const known = await provisioner.nodesByMac(hosts.host(host).macs);
          return {
            version: await provisioner.version(),
            environment,
            known: known.map(asKnown),
            ...(await provisioner.readiness(environment.id, roles, { layout })),
          };
        }),
      ),

    waitForNode: ({ target, host, ...wait }) =>
      within(target, (provisioner) => waitForNode(provisioner, hosts.host(host).macs, wait, growingPause())),

    // The look-up: a node that has these roles in this environment is left as it is.
    assignNode: ({ target, environmentId, nodeId, ...node }) =>
      within(target, (provisioner) => carriedThrough(nothing, () => provisioner.assign(environmentId, nodeId, node))),

    // The same is written again: what is there already stays.
    layOutNode: ({ target, environmentId, nodeId, layout }) =>
      within(target, (provisioner) => carriedThrough(nothing, () => provisioner.layOut(environmentId, nodeId, layout))),

    nodePortVlans: ({ target, environmentId, nodeId, host, adminVlan }) =>
      within(target, (provisioner) =>
        keptAlive(nothing, () =>
          provisioner.portVlans(environmentId, nodeId, adminVlan, hosts.host(host).switchPort?.mac),
        ),
      ),

    verifyNetworks: ({ target, environmentId, nodeId }) =>
      within(target, (provisioner) =>
        keptAlive(nothing, () => provisioner.verifyNetworks(environmentId, nodeId, cancellationSignal())),
      ),

    // The look-up: a node that is at work, or done, is not deployed again.
    startDeployment: ({ target, environmentId, nodeId }) =>
      within(target, (provisioner) => carriedThrough(nothing, () => provisioner.deploy(environmentId, nodeId))),

    followDeployment: ({ target, deployment, timeLimitMs }) =>
      within(target, (provisioner) => followDeployment(provisioner, deployment, timeLimitMs, growingPause())),

    // The look-up: a node of no environment is free already.
    releaseNode: ({ target, environmentId, nodeId }) =>
      within(target, (provisioner) => carriedThrough(nothing, () => provisioner.release(environmentId, nodeId))),
  };
}

/** The time limit runs from when it was first asked for, whichever worker looks, as that of the next. */
async function followDeployment(
  provisioner: Provisioner,
  deployment: Deployment,
  timeLimitMs: number,
  pause: () => Promise<unknown>,
): Promise<DeploymentProgress & { readonly fqdn?: string }> {
  const until = activityInfo().scheduledTimestampMs + timeLimitMs;
  const failed = (text: string) => ApplicationFailure.nonRetryable(text, 'deployment-failed');
  let text = '';
  return keptAlive(
    () => text,
    async () => {
      for (let lostLooks = 0; ; ) {
        const now = await unlessAway(() => provisioner.progress(deployment));
        ({ text } = now);
        if (now.state === 'done') {
          const { fqdn } = await provisioner.node(deployment.nodeId);
          return { ...now, ...(fqdn === undefined ? {} : { fqdn }) };
        }
        if (now.state === 'failed') throw failed(text);
        // Between the end of a task and what it has made of the node lie seconds.
        lostLooks = now.state === 'lost' ? lostLooks + 1 : 0;
        if (lostLooks > MOST_LOST_LOOKS) throw failed(text);
        if (Date.now() >= until)
          throw failed(`it has not ended within ${minutes(timeLimitMs)}, and may go on: ${text}; look at it in Fuel`);
        await pause();
      }
    },
  );
}

/** The node has no time of its last report: a record that was online before may be called so with nobody there, until it was offline or has had to be. */
async function waitForNode(
  provisioner: Provisioner,
  macs: readonly string[],
  { timeLimitMs, onlineBefore = [] }: { readonly timeLimitMs: number; readonly onlineBefore?: readonly string[] },
  pause: () => Promise<unknown>,
): Promise<{ readonly nodeId: string; readonly name: string }> {
  const began = activityInfo().scheduledTimestampMs;
  const until = began + timeLimitMs;
  const doubted = new Set(onlineBefore);
  let seen = 'no node has its MACs';
  return keptAlive(
    () => seen,
    async () => {
      for (;;) {
        if (Date.now() >= began + STALE_ONLINE_MS) doubted.clear();
        const look = await unlessAway(async () => ({
          state: 'looked' as const,
          nodes: await provisioner.nodesByMac(macs),
        }));
        const nodes = look.state === 'looked' ? look.nodes : [];
        // The agent writes on one of them, and nobody knows on which.
        if (nodes.length > 1) throw ambiguous(nodes);
        const [node] = nodes;
        if (node?.isOnline === false) doubted.delete(node.id);
        const isDoubted = node?.isOnline && doubted.has(node.id);
        if (node?.isOnline && !isDoubted) {
          if (node.errorType === 'discover') throw await undiscovered(provisioner, node);
          // One that has started the bootstrap again is `discover` too, and still somebody's.
          if (node.status === 'discover' && node.environmentId === undefined)
            return { nodeId: node.id, name: node.name };
        }
        if (look.state === 'away') seen = look.text;
        else if (node === undefined) seen = 'no node has its MACs';
        else seen = `${nodeText(node)}${isDoubted ? ', online as before it was switched off' : ''}`;
        if (Date.now() >= until)
          throw ApplicationFailure.nonRetryable(
            `it has not reported itself within ${minutes(timeLimitMs)}: ${seen}; ` +
              'look at its console: does it start from PXE, in the Admin VLAN, and get an address?',
            'not-discovered',
          );
        await pause();
      }
    },
  );
}

/** An hour of waiting is not lost for a minute in which the provisioner does not answer. */
async function unlessAway<T>(look: () => Promise<T>): Promise<T | { readonly state: 'away'; readonly text: string }> {
  try {
    return await look();
  } catch (error) {
    if (!isApiError(error, 'network', 'timeout', 'unavailable')) throw error;
    return { state: 'away', text: error.message };
  }
}

function growingPause(): () => Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  return async () => {
    const signal = cancellationSignal();
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * GROWTH);
  };
}

function minutes(ms: number): string {
  return `${Math.round(ms / 60_000)} minutes`;
}

function ambiguous(nodes: readonly ProvisionedNode[]): ApplicationFailure {
  const list = nodes.map(nodeText).join(', ');
  return ApplicationFailure.nonRetryable(`several nodes have its MACs: ${list}; remove the stale one`, 'ambiguous');
}

async function undiscovered(provisioner: Provisioner, node: ProvisionedNode): Promise<ApplicationFailure> {
  const said = await provisioner.messages(0, { nodeId: node.id });
  const why = said.at(-1) ?? 'it does not fit the Admin network';
  return ApplicationFailure.nonRetryable(`${nodeText(node)}: ${why}`, 'not-discovered');
}

function nodeText({ id, name, status, isOnline, environmentId }: ProvisionedNode): string {
  const where = environmentId === undefined ? '' : `, of environment ${environmentId}`;
  return `node ${id} (${name}) ${status}${isOnline ? '' : ', offline'}${where}`;
}

function asKnown({ id, name, status, isOnline, environmentId }: ProvisionedNode): KnownNode {
  return { id, name, status, isOnline, ...(environmentId === undefined ? {} : { environmentId }) };
}
