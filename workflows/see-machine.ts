import { isCancellation } from '@temporalio/workflow';
import { reasonOf } from './compensations.ts';
import type { HostRun } from './host-run.ts';
import { glancing } from './transfer-activities.ts';
import { bootText, portText } from './transfer-words.ts';

/** The machine as it is now, for a person who must decide. What cannot be seen is told as such, and stops nothing. */
export async function seeMachine(run: HostRun): Promise<void> {
  const { host, adminVlan } = run.request;
  const summary = `see how ${host} is`;
  await seeing(run, 'power', async () => {
    const facts = await glancing.inspectPower.executeWithOptions({ summary }, [{ host }]);
    run.seen('starts from', bootText(facts));
    return facts.state;
  });
  if (adminVlan === undefined) return;
  await seeing(run, 'port', async () =>
    portText(await glancing.inspectPort.executeWithOptions({ summary }, [{ host }])),
  );
}

async function seeing(run: HostRun, what: string, look: () => Promise<string>): Promise<void> {
  try {
    run.seen(what, await look());
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.seen(what, `unknown (${reasonOf(error)})`);
  }
}
