import { badRequest, type Call, noContent, ok, Refusal } from '../http/call.ts';
import { isObject, number, objectOf } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { NETWORK_QUOTA_DEFAULTS, networkQuotas, networkUsage } from '../quotas.ts';

function require(call: Call, action: string, projectId?: string): void {
  if (call.caller.isAdmin || (projectId !== undefined && call.caller.projectId === projectId)) return;
  throw new Refusal(403, `rule:${action} is disallowed by policy`, 'PolicyNotAuthorized');
}

/** The list holds only those projects whose quotas somebody has set. */
export function routeNetworkQuotas(service: Service): void {
  service.get('/v2.0/quotas', (call) => {
    require(call, 'get_quota');
    const quotas = [...call.cloud.neutron.quotas.keys()].map((projectId) => ({
      ...networkQuotas(call.cloud, projectId),
      project_id: projectId,
      tenant_id: projectId,
    }));
    return ok({ quotas });
  });
  service.get('/v2.0/quotas/tenant', (call) => ok({ tenant: { tenant_id: call.caller.projectId } }));
  service.get('/v2.0/quotas/:id', (call) => {
    const id = call.params.id ?? '';
    require(call, 'get_quota', id);
    return ok({ quota: networkQuotas(call.cloud, id) });
  });
  service.get('/v2.0/quotas/:id/default', (call) => {
    require(call, 'get_quota', call.params.id);
    return ok({ quota: NETWORK_QUOTA_DEFAULTS });
  });
  service.get('/v2.0/quotas/:id/details', (call) => {
    const id = call.params.id ?? '';
    require(call, 'get_quota', id);
    const details = Object.entries(networkQuotas(call.cloud, id)).map(([name, limit]) => [
      name,
      { limit, used: networkUsage(call.cloud, id, name), reserved: 0 },
    ]);
    return ok({ quota: Object.fromEntries(details) });
  });
  service.put('/v2.0/quotas/:id', (call) => {
    require(call, 'update_quota');
    const id = call.params.id ?? '';
    const given = objectOf(isObject(call.body) ? call.body.quota : {});
    const unknown = Object.keys(given).filter(
      (name) => !(name in NETWORK_QUOTA_DEFAULTS) && !/^(tenant|project)_id$/.test(name),
    );
    if (unknown.length > 0) throw badRequest(`Unrecognized attribute(s) '${unknown.join(', ')}'`);
    const set = { ...call.cloud.neutron.quotas.get(id) };
    for (const [name, value] of Object.entries(given))
      if (name in NETWORK_QUOTA_DEFAULTS) set[name] = number(value) ?? -1;
    call.cloud.neutron.quotas.set(id, set);
    return ok({ quota: networkQuotas(call.cloud, id) });
  });
  service.delete('/v2.0/quotas/:id', (call) => {
    require(call, 'delete_quota');
    if (!call.cloud.neutron.quotas.delete(call.params.id ?? '')) {
      throw new Refusal(404, `Quota for tenant ${call.params.id} could not be found.`, 'TenantQuotaNotFound');
    }
    return noContent();
  });
}
