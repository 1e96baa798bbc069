import { cancellationSignal } from '@temporalio/activity';
import type { Configuration } from '../config/index.ts';
import { Correspondence } from '../resources/moving/correspondence.ts';
import type { Making, NewPassword } from '../resources/moving/making.ts';
import type { Reader } from '../resources/reader.ts';
import type { Cloud } from '../services/openstack/index.ts';
import type { MoveRequest } from './move-request.ts';
import type { OpenClouds } from './open-clouds.ts';

/** A run that has not moved anything for so long has ended, or begins afresh. */
const IDLE_MS = 10 * 60_000;
/** A run changes the target that it reads: flavors and the like are read again now and then. */
const REMEMBERED_FOR_MS = 30_000;

/** A run between two clouds as its activities see it: what one found out serves the next. */
export interface Move {
  readonly source: Reader;
  readonly target: Reader;
  readonly correspondence: Correspondence;
  /** For what stands for the source's resource `id`. */
  making(id: string): Making;
  /** Users that are made in the target can log in. */
  readonly usersGetPasswords: boolean;
  /** The source as a member of one of its projects sees it: the mover must have a role there. */
  inSourceProject(projectId: string): Cloud;
  /** The same of the target, by the target's id. */
  inTargetProject(projectId: string): Cloud;
}

interface KeptMove {
  readonly move: Move;
  usedAt: number;
}

type PasswordOf = (target: string, user: { readonly name: string; readonly domainId: string }) => NewPassword;

/** The runs of a worker, each with its memory. */
export class OpenMoves {
  readonly #clouds: OpenClouds;
  readonly #mappings: Configuration['mappings'];
  readonly #passwordOf: PasswordOf;
  readonly #moves = new Map<string, KeptMove>();

  constructor(clouds: OpenClouds, mappings: Configuration['mappings'], passwordOf: PasswordOf) {
    this.#clouds = clouds;
    this.#mappings = mappings;
    this.#passwordOf = passwordOf;
  }

  get(request: MoveRequest): Move {
    const now = Date.now();
    for (const [key, { usedAt }] of this.#moves) if (now - usedAt > IDLE_MS) this.#moves.delete(key);
    const key = `${request.run} ${request.source} ${request.target}`;
    const kept = this.#moves.get(key) ?? {
      move: this.#open(request, { rememberForMs: REMEMBERED_FOR_MS }),
      usedAt: now,
    };
    kept.usedAt = now;
    this.#moves.set(key, kept);
    return kept.move;
  }

  /** One that remembers nothing, for a look at both clouds as they are now. */
  afresh(request: MoveRequest): Move {
    return this.#open(request);
  }

  #open(
    { source: sourceName, target: targetName, run }: MoveRequest,
    memory: { readonly rememberForMs?: number } = {},
  ): Move {
    const source = this.#clouds.freshReader(sourceName, memory);
    const target = this.#clouds.freshReader(targetName, memory);
    const inSourceProject = projectsOf(source.cloud);
    const inTargetProject = projectsOf(target.cloud);
    return {
      source,
      target,
      correspondence: new Correspondence(source, target, this.#mappings),
      usersGetPasswords: this.#passwordOf(targetName, { name: '', domainId: '' }).kind === 'password',
      inSourceProject,
      inTargetProject,
      making: (id) => ({
        source,
        target,
        origin: { cloud: sourceName, id, run },
        inProject: inTargetProject,
        passwordOf: (user) => this.#passwordOf(targetName, user),
        signal: cancellationSignal(),
      }),
    };
  }
}

/** One login for each project. */
function projectsOf(cloud: Cloud): (projectId: string) => Cloud {
  const open = new Map<string, Cloud>();
  return (projectId) => {
    const known = open.get(projectId) ?? cloud.inProject(projectId);
    open.set(projectId, known);
    return known;
  };
}
