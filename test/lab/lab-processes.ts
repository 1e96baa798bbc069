import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Ends one process of a Zed cloud: `stopProcess('target', 'nova-compute-tgt-c2')`. */
export async function stopProcess(cloud: string, name: string): Promise<void> {
  await lab('lab/zed/cloud.sh', ['stop', cloud, name]);
}

/** Starts what does not run of a Zed cloud, and waits until its compute hosts are up. */
export async function startWhatIsMissing(cloud: string): Promise<void> {
  await lab('lab/lab', ['up', cloud]);
}

/** Starts a nova-compute more than the cloud has, and waits until it is up and in a cell. */
export async function startCompute(cloud: string, host: string): Promise<void> {
  await lab('lab/lab', ['up', cloud], { LAB_MORE_COMPUTES: `${host}:lab` });
}

export async function stopCompute(cloud: string, host: string): Promise<void> {
  await stopProcess(cloud, `nova-compute-${host}`);
}

/** What it starts goes on running: nothing of ours may wait for its output to end. */
function lab(script: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<void> {
  const path = fileURLToPath(new URL(`../../${script}`, import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { stdio: 'ignore', env: { ...process.env, ...variables } });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${script} ${args.join(' ')} ended with ${code}`)),
    );
  });
}
