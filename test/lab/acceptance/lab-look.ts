import { setTimeout as delay } from 'node:timers/promises';
import { Cloud } from '../../../services/openstack/cloud.ts';
import { identityAdmin } from '../../contract/fixture-identity.ts';
import { requireLab } from '../lab-clouds.ts';

export interface SeenServer {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly locked: boolean;
}

/** Quick looks at the lab's clouds while a run goes on, to act at the right moment. Judging is the judge's. */
export interface Look {
  readonly source: Cloud;
  readonly target: Cloud;
  /** The id of a project, once the cloud has it. */
  project(cloud: Cloud, name: string): Promise<string | undefined>;
  servers(cloud: Cloud, project: string): Promise<readonly SeenServer[]>;
  close(): void;
}

export async function lookAtLab(): Promise<Look> {
  const source = new Cloud(await requireLab('zed', 'source'));
  const target = new Cloud(await requireLab('zed', 'target'));
  const project = async (cloud: Cloud, name: string) => {
    const keystone = await identityAdmin(cloud);
    const { projects } = await keystone.get<{ projects: readonly { id: string }[] }>('projects', { query: { name } });
    return projects[0]?.id;
  };
  return {
    source,
    target,
    project,
    async servers(cloud, name) {
      const id = await project(cloud, name);
      if (id === undefined) return [];
      const options = { query: { all_tenants: 1, project_id: id }, microversion: { atLeast: '2.9' } } as const;
      return (await cloud.compute.client.get<{ servers: readonly SeenServer[] }>('servers/detail', options)).servers;
    },
    close() {
      source.close();
      target.close();
    },
  };
}

const EVERY_MS = 300;

/** Asks until there is an answer. Fails when `end` settles first: what was waited for can no longer come. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, end: Promise<unknown>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  end.then(over, over);
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (isOver) throw new Error(`the run ended before ${what}`);
    await delay(EVERY_MS);
  }
}
