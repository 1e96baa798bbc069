import type { BootedServer } from '../../activities/server-activities.ts';
import type { ServerAttributes } from '../../resources/compute/server.ts';
import type { Resource } from '../../resources/resource-type.ts';
import type { ServerStage } from './server-stage.ts';

export const ACTIVE = { vmState: 'active', powerState: 'running', locked: false } as const;
/** The lab's machine may be busy with other things. */
export const LIMIT_MS = 400_000;

type Server = Resource<ServerAttributes>;

/** What the sections of tests of a server share. */
export interface There {
  readonly stage: ServerStage;
  /** The id of a server of the source with two interfaces and no volume. */
  readonly rich: string;
  boot(id: string): Promise<BootedServer>;
  inSource(id: string): Promise<Server>;
  inTarget(id: string): Promise<Server>;
  /** The source's server in the target's terms. */
  wantedOf(id: string): Promise<Server>;
}
