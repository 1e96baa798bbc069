import { accepted, badRequest, type Call, ok } from '../http/call.ts';
import { type Json, number, objectOf } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { COMPUTE_QUOTA_DEFAULTS, computeQuotas, computeUsage } from '../quotas.ts';
import { denied, requireAdmin } from './dialect.ts';

const NETWORK = ['fixed_ips', 'floating_ips', 'security_group_rules', 'security_groups'];
const INJECTED = ['injected_file_content_bytes', 'injected_file_path_bytes', 'injected_files'];

/** Network quotas are shown below 2.36, injected files below 2.57. */
function shown(call: Call, quotas: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(quotas).filter(
    ([name]) => (call.minor < 36 || !NETWORK.includes(name)) && (call.minor < 57 || !INJECTED.includes(name)),
  );
}

export function routeQuotaSets(service: Service): void {
  const path = '/v2.1/os-quota-sets/:id';
  const id = (call: Call): string => call.params.id ?? '';
  const mayRead = (call: Call, rule: string): void => {
    if (!call.caller.isAdmin && call.caller.projectId !== id(call)) throw denied(`os-quota-sets:${rule}`);
    refuseUnknownProject(call, id(call));
  };
  const answer = (call: Call, quotas: Readonly<Record<string, number>>, withId = true) =>
    ok({ quota_set: { ...(withId ? { id: id(call) } : {}), ...Object.fromEntries(shown(call, quotas)) } });
  service.get(path, (call) => {
    mayRead(call, 'show');
    return answer(call, computeQuotas(call.cloud, id(call)));
  });
  service.get(`${path}/defaults`, (call) => {
    refuseUnknownProject(call, id(call));
    return answer(call, computeQuotas(call.cloud, ''));
  });
  service.get(`${path}/detail`, (call) => {
    mayRead(call, 'detail');
    const used = computeUsage(call.cloud, id(call));
    const details = shown(call, computeQuotas(call.cloud, id(call))).map(([name, limit]) => [
      name,
      { limit, in_use: used[name] ?? 0, reserved: 0 },
    ]);
    return ok({ quota_set: { id: id(call), ...Object.fromEntries(details) } });
  });
  service.put(path, (call) => {
    requireAdmin(call, 'os-quota-sets:update');
    refuseUnknownProject(call, id(call));
    const given = objectOf(objectOf(call.body).quota_set);
    const { force, tenant_id: _, ...wanted } = given;
    refuseSenseless(call, given, wanted, force === true || force === 'True');
    const set = { ...call.cloud.nova.quotas.get(id(call)) };
    for (const [name, value] of Object.entries(wanted)) set[name] = number(value) ?? -1;
    call.cloud.nova.quotas.set(id(call), set);
    return answer(call, computeQuotas(call.cloud, id(call)), false);
  });
  service.delete(path, (call) => {
    requireAdmin(call, 'os-quota-sets:delete');
    call.cloud.nova.quotas.delete(id(call));
    return accepted();
  });
}

/** Nova asks Keystone v3 whether the project is there; where there is no v3 it cannot (seen on Pike with v2.0 only). */
function refuseUnknownProject(call: Call, id: string): void {
  const { identity } = call.cloud;
  if (call.cloud.settings.identity === 'v2.0' || (call.caller.isAdmin && !identity.projects.has(id))) {
    throw badRequest(`Project ID ${id} is not a valid project.`);
  }
}

function refuseSenseless(call: Call, given: Json, wanted: Json, force: boolean): void {
  const unknown = Object.keys(wanted).find(
    (name) => !shown(call, COMPUTE_QUOTA_DEFAULTS).some(([known]) => known === name),
  );
  if (unknown !== undefined) {
    const value = JSON.stringify(given).replaceAll('"', "'");
    const words = `Additional properties are not allowed ('${unknown}' was unexpected)`;
    throw badRequest(`Invalid input for field/attribute quota_set. Value: ${value}. ${words}`);
  }
  const used = computeUsage(call.cloud, call.params.id ?? '');
  for (const [name, value] of Object.entries(wanted)) {
    const limit = number(value) ?? -1;
    if (!force && limit >= 0 && limit < (used[name] ?? 0)) {
      throw badRequest(
        `Quota limit ${limit} for ${name} must be greater than or equal to already used and reserved ${used[name]}.`,
      );
    }
  }
}
