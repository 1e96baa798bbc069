import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

/**
 * Run by `npm run build`, after the compiler: puts all workflow code into `dist/workflow-bundle.js`, so that a worker
 * starts without a bundler. The bundle only fits the exact version of `@temporalio/worker` that made it.
 */
const workflowsPath = fileURLToPath(new URL('../workflows/index.js', import.meta.url));
const target = new URL('../workflow-bundle.js', import.meta.url);

const quiet = () => undefined;
const { code } = await bundleWorkflowCode({
  workflowsPath,
  logger: {
    log: quiet,
    trace: quiet,
    debug: quiet,
    info: quiet,
    warn: (message) => process.stderr.write(`${message}\n`),
    error: (message) => process.stderr.write(`${message}\n`),
  },
});
await writeFile(target, code);
