import type { PortFacts, PortVlans, ServiceState } from '../activities/hardware-activities.ts';
import type { Compensations } from './compensations.ts';
import type { HostRun } from './host-run.ts';
import { changing, looking, takingBackHost, waiting } from './transfer-activities.ts';
import { type Before, reasonOfRun, refuse, requireEmpty } from './transfer-preflight.ts';
import { powerOffQuestion, reinstallQuestion, unwireQuestion, wireQuestion } from './transfer-questions.ts';
import { bootText, onlyUntagged, serviceText, vlansText } from './transfer-words.ts';

const POWER_ON = 'switch it on again';
const PORT_BACK = 'put its switch port back';
const BOOT_BACK = 'set its boot device back';
/** Without this, nothing of the machine is put back: it may be at work for the target. */
export const OFF_AGAIN = 'switch it off again';

/**
 * From a host that works to one that is off, in the Admin VLAN, and starts from PXE. Between them the gates `power-off` and `reinstall`: what
 * was done is undone in reverse when one is rejected.
 */
export async function takeOut(
  run: HostRun,
  before: Before,
  roles: readonly string[],
  undo: Compensations,
  workflowId: string,
): Promise<void> {
  if (before.service !== undefined) await disable(run, before.service, undo, workflowId);
  await approved(run, 'power-off', powerOffQuestion(run, before));
  if (before.service !== undefined) await seeItStillEmpty(run);
  await powerOff(run, before, undo);
  if (run.kind === 'transfer-host') await seeItSilent(run);
  const { adminVlan } = run.request;
  if (before.port !== undefined && adminVlan !== undefined) await isolate(run, before.port, adminVlan, undo);
  await startFromPxe(run, before, undo);
  await approved(run, 'reinstall', reinstallQuestion(run, before, roles));
  if (before.service !== undefined) await seeItStillEmpty(run);
}

async function approved(run: HostRun, gate: 'power-off' | 'reinstall', question: string): Promise<void> {
  if (!(await run.ask(gate, question))) refuse([`rejected at gate ${gate}`]);
}

/** No new instance is put there; then it is looked at again, for what has come meanwhile. */
async function disable(run: HostRun, now: ServiceState, undo: Compensations, workflowId: string): Promise<void> {
  const { source: cloud, target, host } = run.request;
  const reason = reasonOfRun(run, workflowId);
  let former = now;
  const back = `set the compute service of ${host} back to ${now.status}`;
  undo.add(
    back,
    async () => {
      await run.takeBack(back, (summary) =>
        takingBackHost.restoreHost.executeWithOptions(summary, [{ cloud, host, reason, former }]),
      );
      run.seen('compute service', serviceText(former));
    },
    POWER_ON,
  );
  // What an earlier run of this id has disabled, and was ended from outside, was enabled before.
  former = await run.step(`disable the compute service of ${host} in ${cloud}`, (summary) =>
    changing.disableHost.executeWithOptions(summary, [{ cloud, host, reason }]),
  );
  const facts = await run.step(`see that nothing has come to ${host} meanwhile`, (summary) =>
    looking.inspectHost.executeWithOptions(summary, [{ cloud, target, host }]),
  );
  run.seen('compute service', serviceText(facts.service));
  requireEmpty(run, facts);
}

/** The gate may have been open for days. What the cloud has put there meanwhile, or somebody has enabled, must not be switched off. */
export async function seeItStillEmpty(run: HostRun): Promise<void> {
  const { source: cloud, target, host } = run.request;
  const facts = await run.step(`see that ${host} is still empty and disabled`, (summary) =>
    looking.inspectHost.executeWithOptions(summary, [{ cloud, target, host }]),
  );
  run.seen('compute service', serviceText(facts.service));
  requireEmpty(run, facts);
  if (facts.service.status !== 'disabled')
    refuse([`${host} was enabled in ${cloud} meanwhile: instances may be put there at any moment`]);
}

async function powerOff(run: HostRun, { power }: Before, undo: Compensations): Promise<void> {
  const { host, policy } = run.request;
  if (power.state === 'on')
    undo.add(
      POWER_ON,
      async () => {
        await run.takeBack(POWER_ON, (summary) => takingBackHost.powerOn.executeWithOptions(summary, [{ host }]));
        run.seen('power', 'on');
      },
      PORT_BACK,
      BOOT_BACK,
    );
  const { powerOffTimeoutMs: softTimeoutMs } = policy;
  const how = { 'was-off': 'it was off', soft: 'it shut down', hard: 'it did not shut down in time, and was cut off' };
  await run.step(
    `switch ${host} off`,
    (summary) => waiting(softTimeoutMs).powerOff.executeWithOptions(summary, [{ host, softTimeoutMs }]),
    (off) => how[off.how],
  );
  run.seen('power', 'off');
}

/** A controller's address that is another machine's is noticed here, before more is done; what was switched off is switched on again. */
async function seeItSilent(run: HostRun): Promise<void> {
  const { source: cloud, host, policy } = run.request;
  const { silenceTimeoutMs: timeLimitMs } = policy;
  await run.step(`see that ${host} has fallen silent in ${cloud}`, (summary) =>
    waiting(timeLimitMs).awaitSilence.executeWithOptions(summary, [{ cloud, host, timeLimitMs }]),
  );
}

/** Its port leaves every network of the source: what starts there now meets the provisioner alone. */
async function isolate(run: HostRun, port: PortFacts, adminVlan: number, undo: Compensations): Promise<void> {
  const place = `port ${port.port} of ${port.switch}`;
  undo.add(PORT_BACK, () => portBack(run, port, place), OFF_AGAIN);
  await setPort(run, port, onlyUntagged(adminVlan), `put ${place} into the Admin VLAN`);
}

/** As a person wires it, or the switch is told. */
export async function setPort(run: HostRun, port: PortFacts, vlans: PortVlans, name: string): Promise<void> {
  const { host } = run.request;
  const text = vlansText(vlans);
  if (port.driver === 'manual') {
    const place = `port ${port.port} of ${port.switch}`;
    await run.step(name, async () => {
      if (!(await run.ask('switch-port', wireQuestion(run, place, text)))) refuse([`${place} was not wired`]);
    });
  } else
    await run.step(
      name,
      (summary) => changing.setPort.executeWithOptions(summary, [{ host, vlans }]),
      () => text,
    );
  run.seen('port', `${port.switch} ${port.port}: ${text}`);
}

async function portBack(run: HostRun, port: PortFacts, place: string): Promise<void> {
  const { host } = run.request;
  if (port.driver === 'manual')
    await run.takeBack(PORT_BACK, async () => {
      if (!(await run.ask('switch-port', unwireQuestion(run, place)))) refuse([`${place} was not put back`]);
    });
  else {
    const { vlans } = port;
    await run.takeBack(
      PORT_BACK,
      (summary) => takingBackHost.setPort.executeWithOptions(summary, [{ host, vlans }]),
      () => vlansText(vlans),
    );
  }
  run.seen('port', `${port.switch} ${port.port}: as before`);
}

async function startFromPxe(run: HostRun, { power: { boot } }: Before, undo: Compensations): Promise<void> {
  const { host } = run.request;
  undo.add(
    BOOT_BACK,
    async () => {
      // An override that nobody of us would set is the same as none once it has been replaced.
      const source = boot.source === 'other' ? 'none' : boot.source;
      await run.takeBack(BOOT_BACK, (summary) =>
        takingBackHost.setBootOverride.executeWithOptions(summary, [{ host, boot: { ...boot, source } }]),
      );
      run.seen('starts from', bootText({ boot: { ...boot, source }, state: 'off' }));
    },
    OFF_AGAIN,
  );
  await pxeOnce(run, boot.firmware);
}

/** Once: when it is installed it must start from its disk, with PXE first in its own order. */
export async function pxeOnce(run: HostRun, firmware: 'bios' | 'uefi' | undefined): Promise<void> {
  const { host } = run.request;
  const boot = { source: 'pxe', persistence: 'once', ...(firmware === undefined ? {} : { firmware }) } as const;
  await run.step(`have ${host} start from PXE once`, (summary) =>
    changing.setBootOverride.executeWithOptions(summary, [{ host, boot }]),
  );
  run.seen('starts from', 'pxe once');
}
