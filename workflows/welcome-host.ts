import type { HostRun } from './host-run.ts';
import { insist } from './insist.ts';
import type { Installed } from './install-machine.ts';
import { seeMachine } from './see-machine.ts';
import { changing, looking, waiting } from './transfer-activities.ts';
import type { Before } from './transfer-preflight.ts';

const LEAVE = 'end here, with the machine as it is now: a person goes on with it';

/** The target has a hypervisor more, and the source forgets one. */
export async function welcomeHost(
  run: HostRun,
  { service }: Before,
  installed: Installed,
  isLast: boolean,
): Promise<void> {
  if (run.kind === 'transfer-host') await awaitHypervisor(run, installed);
  await seeMachine(run);
  const { source: cloud, host } = run.request;
  if (isLast) return run.note(`${cloud} has no API any more: nothing of ${host} was removed there`);
  const gone = await insist(
    run,
    {
      name: `remove ${host} from ${cloud}`,
      body: async (summary) => {
        const { removed, left } = await changing.removeHost.executeWithOptions(summary, [{ cloud, host }]);
        run.note(...left.map((each) => `left in ${cloud}: ${each}`));
        return removed;
      },
      tell: (removed) => (removed.length === 0 ? 'nothing was left of it' : removed.join(', ')),
    },
    { skip: 'it stays there, disabled' },
  );
  if (gone !== undefined && service !== undefined) run.seen('compute service', `removed from ${cloud}`);
  await seeThatItStaysAway(run);
}

async function awaitHypervisor(run: HostRun, { fqdn }: Installed): Promise<void> {
  const { target: cloud, host, policy } = run.request;
  const { hypervisorTimeoutMs: timeLimitMs } = policy;
  // Its name in the source may be that of another machine in the target: both clouds may call theirs node-1.
  const names = [fqdn ?? host];
  await insist(
    run,
    {
      name: `wait until ${cloud} has it as a hypervisor, up and enabled`,
      body: (summary) =>
        waiting(timeLimitMs).awaitHypervisor.executeWithOptions(summary, [{ cloud, names, timeLimitMs }]),
      tell: ({ hypervisor }) => hypervisor,
    },
    { skip: 'it will come up later: go on', reject: LEAVE },
  );
}

/** A service that registers itself again is a machine that has started its old system somewhere. */
async function seeThatItStaysAway(run: HostRun): Promise<void> {
  const { source: cloud, host } = run.request;
  const returned = await insist(
    run,
    {
      name: `see that ${host} does not come back to ${cloud}`,
      body: (summary) => looking.returnedServices.executeWithOptions(summary, [{ cloud, host }]),
      tell: (services) => (services.length === 0 ? 'it does not' : services.join(', ')),
    },
    { skip: 'do not look' },
  );
  if (returned !== undefined && returned.length > 0)
    run.note(
      `${host} has registered itself in ${cloud} again (${returned.join(', ')}): which machine runs under that name?`,
    );
}
