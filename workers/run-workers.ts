import type { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { WorkerHealth } from './health.ts';

/** Runs workers until something asks to stop, and lets what is at work finish. */
export class WorkerGroup {
  readonly #workers: readonly Worker[];
  readonly #log: Logger;

  constructor(workers: readonly Worker[], log: Logger) {
    this.#workers = workers;
    this.#log = log;
  }

  health(): WorkerHealth {
    const states = this.#workers.map((worker) => [worker.options.taskQueue, worker.getState()] as const);
    return {
      ready: states.length > 0 && states.every(([, state]) => state === 'RUNNING'),
      workers: Object.fromEntries(states),
    };
  }

  /** Takes no new task from now on; {@link run} returns when the running ones are done or their time is up. */
  shutdown(reason: string): void {
    const running = this.#workers.filter((worker) => worker.getState() === 'RUNNING');
    if (running.length === 0) return;
    const activities = running.reduce((sum, worker) => sum + worker.getStatus().numInFlightActivities, 0);
    this.#log.info({ reason, activities }, 'stopping: takes no new task, lets running activities finish');
    for (const worker of running) worker.shutdown();
  }

  /** Settles when every worker has stopped; rejects with the first failure, after the others have stopped too. */
  async run(): Promise<void> {
    const runs = this.#workers.map(async (worker) => {
      try {
        await worker.run();
      } catch (error) {
        this.#log.error({ error, queue: worker.options.taskQueue }, 'a worker failed');
        this.shutdown(`the worker of ${worker.options.taskQueue} failed`);
        throw error;
      }
    });
    const results = await Promise.allSettled(runs);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    this.#log.info('stopped');
  }
}
