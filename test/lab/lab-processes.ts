import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Ends one process of a Zed cloud: `stopProcess('target', 'nova-compute-tgt-c2')`. */
export async function stopProcess(cloud: string, name: string): Promise<void> {
  await lab('lab/zed/cloud.sh', 'stop', cloud, name);
}

/** Starts what does not run of a Zed cloud, and waits until its compute hosts are up. */
export async function startWhatIsMissing(cloud: string): Promise<void> {
  await lab('lab/lab', 'up', cloud);
}

/** What it starts goes on running: nothing of ours may wait for its output to end. */
function lab(script: string, ...args: readonly string[]): Promise<void> {
  const path = fileURLToPath(new URL(`../../${script}`, import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${script} ${args.join(' ')} ended with ${code}`)),
    );
  });
}
