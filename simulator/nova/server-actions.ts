import { accepted, badRequest, type Call, notFound, ok, Refusal } from '../http/call.ts';
import { isObject, type Json, objectOf, text, textMap } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { requireAdmin } from './dialect.ts';
import { transition, writtenTo } from './lifecycle.ts';
import { evacuate, liveMigrate, migrate, resize, settleResize } from './migrations.ts';
import { groupsOfServer } from './nova-network.ts';
import { addFloatingIp, removeFloatingIp } from './nova-network-actions.ts';
import { findServer, refuseLocked, wrongState } from './servers.ts';
import { forgetShelved } from './shelved-image.ts';
import { shelve, snapshot } from './snapshot.ts';
import type { Server, VmState } from './state.ts';

type Action = (call: Call, row: Server, given: Json) => ReturnType<typeof accepted> | undefined;

/** Simple actions: allowed in these states, a task for a while, and then another state. */
/** A lock is against accidental change and deletion; images are made all the same. */
const DESPITE_LOCK: ReadonlySet<string> = new Set(['lock', 'unlock', 'createImage', 'createBackup']);

const SIMPLE: Readonly<Record<string, readonly [verb: string, from: readonly VmState[], task: string, to: VmState]>> = {
  'os-start': ['start', ['stopped'], 'powering-on', 'active'],
  'os-stop': ['stop', ['active', 'error'], 'powering-off', 'stopped'],
  pause: ['pause', ['active'], 'pausing', 'paused'],
  unpause: ['unpause', ['paused'], 'unpausing', 'active'],
  suspend: ['suspend', ['active'], 'suspending', 'suspended'],
  resume: ['resume', ['suspended'], 'resuming', 'active'],
  shelve: ['shelve', ['active', 'stopped', 'paused', 'suspended'], 'shelving', 'shelved_offloaded'],
  shelveOffload: ['shelveOffload', ['shelved'], 'shelving_offloading', 'shelved_offloaded'],
  unshelve: ['unshelve', ['shelved', 'shelved_offloaded'], 'unshelving', 'active'],
};

const OTHERS: Readonly<Record<string, Action>> = {
  lock(call, row, given) {
    const by = call.caller.isAdmin && call.caller.projectId !== row.projectId ? 'admin' : 'owner';
    const reason = call.minor >= 73 ? (text(given.locked_reason) ?? null) : null;
    call.cloud.nova.servers.change(row, { lockedBy: by, lockedReason: reason, updatedAt: call.cloud.clock.now() });
    return undefined;
  },
  unlock(call, row) {
    if (row.lockedBy === 'admin' && !call.caller.isAdmin) {
      throw new Refusal(
        403,
        "Policy doesn't allow os_compute_api:os-lock-server:unlock:unlock_override to be performed.",
      );
    }
    call.cloud.nova.servers.change(row, { lockedBy: null, lockedReason: null, updatedAt: call.cloud.clock.now() });
    return undefined;
  },
  reboot(call, row, given) {
    const hard = given.type === 'HARD';
    if (row.vmState !== 'active' && !(hard && row.vmState === 'stopped')) throw wrongState(row, 'reboot');
    const task = hard ? 'rebooting_hard' : 'rebooting';
    transition(call.cloud, row, task, call.cloud.settings.durations.powerMs, () => ({ vmState: 'active' }));
    return undefined;
  },
  createImage: snapshot,
  'os-migrateLive': liveMigrate,
  migrate,
  evacuate,
  resize,
  confirmResize: (call, row) => settleResize(call, row, 'confirm'),
  revertResize: (call, row) => settleResize(call, row, 'revert'),
  'os-resetState'(call, row, given) {
    requireAdmin(call, 'os-admin-actions:reset_state');
    const vmState = given.state === 'active' ? 'active' : 'error';
    call.cloud.nova.servers.change(row, { vmState, taskState: null });
    return undefined;
  },
  rebuild(call, row, given) {
    const imageId = text(given.imageRef) ?? '';
    const image = call.cloud.glance.images.get(imageId);
    if (image?.status !== 'active') throw badRequest(`Cannot find image for rebuild`);
    const metadata = given.metadata === undefined ? row.metadata : textMap(given.metadata);
    call.cloud.nova.servers.change(row, { imageId, name: text(given.name) ?? row.name, metadata });
    transition(call.cloud, row, 'rebuilding', call.cloud.settings.durations.buildMs, () => ({
      vmState: 'active',
      disk: writtenTo(row),
    }));
    return undefined;
  },
  addFloatingIp,
  removeFloatingIp,
  addSecurityGroup: (call, row, given) => changeGroups(call, row, given, 'add'),
  removeSecurityGroup: (call, row, given) => changeGroups(call, row, given, 'remove'),
};

export function routeActions(service: Service): void {
  service.post('/v2.1/servers/:id/action', (call) => {
    const row = findServer(call);
    const [name = '', value] = Object.entries(isObject(call.body) ? call.body : {})[0] ?? [];
    const simple = SIMPLE[name];
    const other = OTHERS[name];
    if (simple === undefined && other === undefined) throw badRequest(`There is no such action: ${name}`);
    if (!DESPITE_LOCK.has(name)) refuseLocked(call, row, name);
    if (other !== undefined) return other(call, row, objectOf(value)) ?? accepted();
    if (simple === undefined) throw badRequest(`There is no such action: ${name}`);
    run(call, row, simple);
    return accepted();
  });
  service.get('/v2.1/servers/:id/os-security-groups', (call) => {
    const row = findServer(call);
    if (call.cloud.settings.network === 'nova-network') return ok({ security_groups: groupsOfServer(call, row) });
    const ids = call.cloud.neutron.ports.where('device', row.id).flatMap((port) => port.security_groups);
    const groups = [...new Set(ids)].flatMap((id) => call.cloud.neutron.securityGroups.get(id) ?? []);
    return ok({
      security_groups: groups.map(({ id, name, description, project_id }) => ({
        id,
        name,
        description,
        tenant_id: project_id,
        rules: [],
      })),
    });
  });
}

function run(call: Call, row: Server, [verb, from, task, to]: NonNullable<(typeof SIMPLE)[string]>): void {
  const { cloud } = call;
  if (row.taskState !== null || !from.includes(row.vmState)) throw wrongState(row, verb);
  const gone =
    row.host === null ? undefined : cloud.nova.services.where('host', row.host).find((s) => s.forcedDown || !s.up);
  // Nobody is there to do it: the request is accepted and nothing happens.
  if (gone !== undefined && verb !== 'unshelve') {
    cloud.nova.servers.change(row, { taskState: task });
    return;
  }
  const { powerMs } = cloud.settings.durations;
  if (verb === 'shelve') shelve(call, row, powerMs);
  if (verb === 'unshelve') forgetShelved(cloud, row);
  transition(cloud, row, task, powerMs, () => ({
    vmState: to,
    ...(to === 'shelved_offloaded' ? { host: null } : {}),
    ...(verb === 'unshelve'
      ? { host: row.host ?? cloud.nova.services.find((s) => s.binary === 'nova-compute' && !s.disabled)?.host ?? null }
      : {}),
  }));
}

function changeGroups(call: Call, row: Server, given: Json, how: 'add' | 'remove'): undefined {
  const { neutron } = call.cloud;
  const name = text(given.name) ?? '';
  const group = neutron.securityGroups.where('project', row.projectId).find((g) => g.name === name || g.id === name);
  if (group === undefined) throw notFound(`Security group ${name} not found for project ${row.projectId}.`);
  for (const port of neutron.ports.where('device', row.id)) {
    const rest = port.security_groups.filter((id) => id !== group.id);
    neutron.ports.change(port, { security_groups: how === 'add' ? [...rest, group.id] : rest });
  }
  return undefined;
}
