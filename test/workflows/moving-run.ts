import { WithStartWorkflowOperation, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { createActivities } from '../../activities/index.ts';
import { connectClient, type TemporalClient } from '../../client/connection.ts';
import { Secret } from '../../config/secret.ts';
import { claimsId } from '../../planning/claims-id.ts';
import { movePolicy } from '../../planning/policy-defaults.ts';
import { type ServerAttributes, server } from '../../resources/compute/server.ts';
import { digestOf } from '../../resources/digest.ts';
import { inventory } from '../../resources/inventory.ts';
import type { Mappings } from '../../resources/moving/correspondence.ts';
import { Reader } from '../../resources/reader.ts';
import type { Resource } from '../../resources/resource-type.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import {
  type CloudOptions,
  type Population,
  populate,
  type SimulatedCloud,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { connectWorker } from '../../workers/connection.ts';
import { createLog } from '../../workers/log.ts';
import { installRuntime } from '../../workers/runtime.ts';
import { registerSearchAttributes } from '../../workers/search-attributes.ts';
import { createWorker } from '../../workers/worker.ts';
import type { finalizeMigration, rollbackMigration } from '../../workflows/afterwards.ts';
import type { migrateTenant } from '../../workflows/migrate.ts';
import type { AfterwardsRequest, MigrateRequest } from '../../workflows/move-requests.ts';
import type { GateName } from '../../workflows/run-messages.ts';
import type { RunProgress } from '../../workflows/run-report.ts';
import { afterwardsId, migrateTenantId } from '../../workflows/workflow-ids.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';
import { testTarget, unique } from '../temporal.ts';
import { disturbed, type Interference } from './interference.ts';
import { cloudName } from './simulated-run.ts';

export type { Interference };

export type MigrationHandle = WorkflowHandleWithFirstExecutionRunId<typeof migrateTenant>;

/** A source with a population, an empty target, Temporal, and workers of a test's own. */
export interface MovingRun {
  readonly simulator: Simulator;
  readonly source: SimulatedCloud;
  readonly target: SimulatedCloud;
  readonly temporal: TemporalClient;
  readonly taskQueue: string;
  /** Logins as the admin. */
  readonly sourceCloud: Cloud;
  readonly targetCloud: Cloud;
  tenant(name: string): Promise<string>;
  startWorker(interfere?: Interference): Promise<{ readonly worker: Worker; readonly end: Promise<void> }>;
  working<T>(body: () => Promise<T>, interfere?: Interference): Promise<T>;
  /** Lends the mover a role in a tenant on both sides, as a run does for its instances; `targetId` is its project there. */
  lendRoles(tenant: string, targetId: string): Promise<void>;
  migrate(tenant: string, change?: Partial<MigrateRequest>): Promise<MigrationHandle>;
  rollback(
    tenant: string,
    change?: Partial<AfterwardsRequest>,
  ): Promise<WorkflowHandleWithFirstExecutionRunId<typeof rollbackMigration>>;
  /** Without an approval beforehand. */
  finalize(
    tenant: string,
    change?: Partial<AfterwardsRequest>,
  ): Promise<WorkflowHandleWithFirstExecutionRunId<typeof finalizeMigration>>;
  close(): Promise<void>;
}

const quick = { buildMs: 20, deleteMs: 20, powerMs: 20, migrateMs: 20, snapshotMs: 20, volumeMs: 20, attachMs: 20 };

/** What operators have prepared in a new cloud before anything moves there. */
const PREPARED: Population = { publicNetwork: { name: 'public', cidr: '198.18.0.0/16' } };

export interface MovingOptions {
  readonly source?: Partial<CloudOptions>;
  readonly target?: Partial<CloudOptions>;
  readonly prepared?: Population;
  readonly mappings?: Mappings;
}

export async function movingRun(population: Population, options: MovingOptions = {}): Promise<MovingRun> {
  const names = { source: cloudName(), target: cloudName() };
  const simulator = await startSimulator({
    clouds: [
      { name: names.source, durations: quick, ...options.source },
      { name: names.target, durations: quick, ...options.target },
    ],
    fill: (cloud) => populate(cloud, cloud.name === names.source ? population : (options.prepared ?? PREPARED)),
  });
  const [source, target] = [simulator.cloud(names.source), simulator.cloud(names.target)];
  const settings = { source: simulatedSettings(source), target: simulatedSettings(target) };
  const [sourceCloud, targetCloud] = [new Cloud(settings.source), new Cloud(settings.target)];
  // What these tests make fail is told by the runs.
  installRuntime(createLog('error'), undefined);
  const connection = await connectWorker(testTarget());
  await registerSearchAttributes(connection, testTarget().namespace, () => undefined);
  const temporal = await connectClient(testTarget());
  const taskQueue = unique('queue');
  const create = (interfere?: Interference) =>
    createWorker({
      connection,
      namespace: testTarget().namespace,
      taskQueue,
      activities: disturbed(
        createActivities({
          sources: [settings.source],
          targets: [settings.target],
          mappings: options.mappings ?? {},
          passwords: { kind: 'generate', secret: new Secret('a secret of these tests') },
        }),
        interfere,
      ),
      shutdownGraceMs: 100,
      shutdownForceMs: 2_000,
    });
  const tenant = async (name: string) => {
    for await (const page of inventory(new Reader(sourceCloud), { types: ['project'], name }))
      for (const { id } of page) return id;
    throw new Error(`the source has no tenant ${name}`);
  };
  const afterwards = async (kind: 'finalize' | 'rollback', name: string) => {
    const what = `tenant ${name}`;
    const selection = { kind: 'tenant', projectId: await tenant(name), name } as const;
    const { source, target } = names;
    const request: AfterwardsRequest = {
      source,
      target,
      selection,
      what,
      policy: movePolicy({}),
      approved: {},
      gates: {},
    };
    return { id: afterwardsId(kind, source, target, selection.projectId), request };
  };
  return {
    simulator,
    source,
    target,
    temporal,
    taskQueue,
    sourceCloud,
    targetCloud,
    tenant,
    async startWorker(interfere) {
      const worker = await create(interfere);
      return { worker, end: worker.run() };
    },
    async working(body, interfere) {
      return (await create(interfere)).runUntil(body);
    },
    async lendRoles(name, targetId) {
      const loans = [
        { cloud: names.source, projectId: await tenant(name) },
        { cloud: names.target, projectId: targetId },
      ];
      for (const loan of loans)
        await temporal.client.workflow.executeUpdateWithStart('lend', {
          args: [{ ...loan, holder: 'the test' }],
          startWorkflowOperation: new WithStartWorkflowOperation('claims', {
            workflowId: claimsId(names.source, names.target),
            taskQueue,
            args: [],
            workflowIdConflictPolicy: 'USE_EXISTING',
          }),
        });
    },
    async migrate(name, change = {}) {
      const projectId = await tenant(name);
      const request: MigrateRequest = {
        source: names.source,
        target: names.target,
        selection: { kind: 'tenant', projectId, name },
        what: `tenant ${name}`,
        policy: movePolicy({}),
        gates: {},
        approved: { plan: { by: 'the test' } },
        keepSource: true,
        dataTaskQueue: taskQueue,
        ...change,
      };
      return temporal.client.workflow.start<typeof migrateTenant>('migrateTenant', {
        workflowId: migrateTenantId(names.source, names.target, projectId),
        taskQueue,
        args: [request],
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
    },
    async rollback(name, change = {}) {
      const { id, request } = await afterwards('rollback', name);
      const options = { workflowId: id, taskQueue, args: [{ ...request, ...change }] as [AfterwardsRequest] };
      return temporal.client.workflow.start<typeof rollbackMigration>('rollbackMigration', options);
    },
    async finalize(name, change = {}) {
      const { id, request } = await afterwards('finalize', name);
      const options = { workflowId: id, taskQueue, args: [{ ...request, ...change }] as [AfterwardsRequest] };
      return temporal.client.workflow.start<typeof finalizeMigration>('finalizeMigration', options);
    },
    async close() {
      sourceCloud.close();
      targetCloud.close();
      await temporal.close();
      await connection.close();
      await simulator.close();
    },
  };
}

/** Everything in a cloud, as it is told from outside. */
export async function everything(cloud: Cloud): Promise<readonly Resource[]> {
  const all: Resource[] = [];
  for await (const page of inventory(new Reader(cloud), {})) all.push(...page);
  return all;
}

export async function servers(cloud: Cloud): Promise<readonly Resource<ServerAttributes>[]> {
  const all: Resource<ServerAttributes>[] = [];
  for await (const page of server.list(new Reader(cloud), {})) all.push(...page);
  return all;
}

/** What a cloud has and in which condition, in a form that two looks can be compared by. */
export async function portrait(cloud: Cloud): Promise<readonly string[]> {
  const all = await everything(cloud);
  return all
    .map((resource) => {
      const { vmState, powerState } = resource.attributes as { vmState?: string; powerState?: string };
      const condition = [vmState, powerState].filter((item) => item !== undefined).join(' ');
      return `${resource.type} ${resource.name} ${resource.id} ${digestOf(resource)} ${condition}`.trim();
    })
    .sort();
}

/** Roles that the mover's user has in tenants now: `cloud/project` of each. */
export function lentRoles({ source, target }: MovingRun): readonly string[] {
  return [source, target].flatMap(({ name, state, credentials }) => {
    const [mover] = state.identity.users.where('name', credentials.username);
    const [own] = state.identity.projects.where('name', credentials.project);
    const held = state.identity.assignments.all().filter(({ actorId }) => actorId === mover?.id);
    const elsewhere = held.filter(({ target, targetId }) => target === 'project' && targetId !== own?.id);
    return elsewhere.map(({ targetId }) => `${name}/${targetId}`);
  });
}

/** How a run stands when it waits at a gate. A look every now and then: one after the other would slow down what is waited for. */
export async function atGate(
  handle: Pick<MigrationHandle, 'query' | 'workflowId'>,
  gate: GateName,
): Promise<RunProgress> {
  return until(handle, (progress) => progress.gate?.name === gate);
}

export async function until(
  handle: Pick<MigrationHandle, 'query' | 'workflowId'>,
  isSo: (progress: RunProgress) => boolean,
): Promise<RunProgress> {
  for (;;) {
    const progress = await handle.query<RunProgress, []>('progress');
    if (isSo(progress)) return progress;
    if (progress.stage === 'done') throw new Error(`${handle.workflowId} has ended before`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
