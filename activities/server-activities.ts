import type { PowerState } from '../resources/compute/server.ts';
import type { TransferImage } from './image-activities.ts';
import type { ResourceRequest } from './move-request.ts';

export type ServerRequest = ResourceRequest & { readonly type: 'server' };

/** How a server of the source was before anything was done to it: what `restoreServer` brings back. */
export interface FormerState {
  readonly vmState: string;
  readonly powerState: PowerState;
  readonly locked: boolean;
  readonly lockedReason?: string;
}

/** What the workflow needs to know of a server: ids and sizes, no attributes. */
export interface ServerFacts {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly host?: string;
  readonly former: FormerState;
  /** Absent: it boots from a volume. */
  readonly imageId?: string;
  /** GiB of the root disk on the host; 0 when it boots from a volume. */
  readonly rootDiskGib: number;
  readonly portIds: readonly string[];
  readonly floatingIpIds: readonly string[];
  /** Root first. */
  readonly volumeIds: readonly string[];
  /** Why it cannot be moved as it is, as a sentence with the remedy; absent when it can. */
  readonly obstacle?: string;
}

export interface BootRequest extends ServerRequest {
  /** In the target. Absent: it boots from its root volume. */
  readonly imageId?: string;
  /** One that did not run must not answer in the network while it is made. */
  readonly former: FormerState;
}

export interface BootedServer {
  readonly targetId: string;
  readonly made: boolean;
  /** When it was first seen to be ACTIVE, by the worker's clock. */
  readonly activeAt: string;
  /** What could not be kept at boot, as sentences: the owner, for instance. */
  readonly notes: readonly string[];
}

/** Servers of both clouds. All may run twice; those that wait send heartbeats with the state that they see. */
export interface ServerActivities {
  inspectServer(request: ServerRequest): Promise<ServerFacts>;
  /** Locks the source's server with a reason that names the target and the run. */
  lockServer(request: ServerRequest): Promise<void>;
  /** Says in that lock, where it is still on, that the move failed and could not be undone: the source is not to be deleted. */
  lockAsFailed(request: ServerRequest): Promise<void>;
  /** Stops the source's server, whatever its state, and confirms by power state and task state that it is off. */
  stopServer(
    request: ServerRequest & { readonly former: FormerState; readonly stopTimeoutMs: number },
  ): Promise<{ readonly offAt: string }>;
  /** An image of the stopped server's root disk, in its project, and waits until it is active. Found again by its mark. */
  snapshotServer(request: ServerRequest): Promise<TransferImage>;
  /**
   * Creates the server in the target from ports and volumes that are there, as its owner where that can be done, and waits until it is ACTIVE. Found again by its mark; one that
   * went to ERROR is removed and reported with its fault.
   */
  bootServer(request: BootRequest): Promise<BootedServer>;
  /** Name, tags, lock and power state of the target's server, as the source's was. */
  settleServer(
    request: ServerRequest & { readonly targetId: string; readonly former: FormerState },
  ): Promise<{ readonly activeAt: string }>;
  /** Removes the target's server, if this run made it; its ports and volumes stay. */
  removeServer(request: ServerRequest & { readonly targetId?: string }): Promise<void>;
  /** Unlocks the source's server and brings it back to its former state. */
  restoreServer(request: ServerRequest & { readonly former: FormerState }): Promise<void>;
  /** Deletes the source's server after a last look: it must be off, locked by us, and its copy must be there. */
  deleteSourceServer(request: ServerRequest): Promise<void>;
}
