import type { MovePolicy } from '../planning/policy.ts';
import { DEFAULTS } from '../planning/policy-defaults.ts';
import { type MoveSelection, selectionWords } from '../planning/selection.ts';
import type { AfterwardsRequest, Approval, GateSettings, MigrateRequest } from '../workflows/move-requests.ts';
import type { GateName } from '../workflows/run-messages.ts';
import { afterwardsId, migrateResourcesId, migrateTenantId } from '../workflows/workflow-ids.ts';

/** What {@link PumphouseClient.migrate} is asked for. Clouds are named as the workers' `pumphouse.yaml` names them. */
export interface MigrateOptions {
  readonly source: string;
  readonly target: string;
  /** By ids of the source. */
  readonly selection: MoveSelection;
  /** The selection as an operator would say it, `instances web-1, web-2`; made from its ids unless told. */
  readonly what?: string;
  /** The defaults of a careful operator unless told; `movePolicy` fills in what is left out. */
  readonly policy?: MovePolicy;
  readonly gates?: Readonly<Partial<Record<GateName, GateSettings>>>;
  /** Gates that need not wait. */
  readonly approved?: Readonly<Partial<Record<GateName, Approval>>>;
  /** End with the sources stopped and locked, without the gate `delete-source`. */
  readonly keepSource?: boolean;
}

export type AfterwardsOptions = Omit<MigrateOptions, 'keepSource'>;

export function migrateRequest(options: MigrateOptions, dataTaskQueue: string): MigrateRequest {
  return { ...afterwardsRequest(options), keepSource: options.keepSource ?? false, dataTaskQueue };
}

export function afterwardsRequest(options: AfterwardsOptions): AfterwardsRequest {
  const { source, target, selection, policy = DEFAULTS, gates = {}, approved = {} } = options;
  return { source, target, selection, what: whatOf(options), policy, gates, approved };
}

/** A whole tenant has a workflow of its own, any other selection another; each selection has its id. */
export function migrationOf({ source, target, selection }: Pick<MigrateOptions, 'source' | 'target' | 'selection'>) {
  return selection.kind === 'tenant'
    ? { workflowType: 'migrateTenant', workflowId: migrateTenantId(source, target, selection.projectId) }
    : { workflowType: 'migrateResources', workflowId: migrateResourcesId(source, target, selectionWords(selection)) };
}

export function afterwardsOf(kind: 'finalize' | 'rollback', { source, target, selection }: AfterwardsOptions) {
  const words = selection.kind === 'tenant' ? selection.projectId : selectionWords(selection).join(' ');
  return {
    workflowType: kind === 'finalize' ? 'finalizeMigration' : 'rollbackMigration',
    workflowId: afterwardsId(kind, source, target, words),
  };
}

/** `tenant acme`, `servers 0f3c…, 1a2b…`. */
export function whatOf({ selection, what }: Pick<MigrateOptions, 'selection' | 'what'>): string {
  if (what !== undefined) return what;
  switch (selection.kind) {
    case 'tenant':
      return `tenant ${selection.name}`;
    case 'types': {
      const { types, projectId, userId } = selection;
      const ofTenant = projectId === undefined ? '' : ` of tenant ${projectId}`;
      return `${types.join(', ')}${ofTenant}${userId === undefined ? '' : ` of user ${userId}`}`;
    }
    case 'resources':
      return `${selection.type} ${selection.ids.join(', ')}`;
    case 'host':
      return `servers on ${selection.host}`;
    default:
      return selection satisfies never;
  }
}
