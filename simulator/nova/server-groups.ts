import { badRequest, type Call, noContent, notFound, ok, Refusal } from '../http/call.ts';
import { type Json, number, objectOf, text, texts } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { owns } from '../policy.ts';
import { computeQuotas } from '../quotas.ts';
import type { ServerGroup } from './state.ts';

const POLICIES = ['affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity'];

export function routeServerGroups(service: Service): void {
  service.get('/v2.1/os-server-groups', (call) => {
    // Without the right to, a member who asks for all projects gets its own.
    const all = call.query.has('all_projects') && call.caller.isAdmin;
    const { serverGroups } = call.cloud.nova;
    const rows = all ? serverGroups.all() : serverGroups.where('project', call.caller.projectId);
    const offset = Number(call.query.get('offset') ?? 0);
    const limit = call.query.has('limit') ? Number(call.query.get('limit')) : call.cloud.settings.maxLimit;
    return ok({ server_groups: rows.slice(offset, offset + limit).map((row) => view(call, row)) });
  });
  service.get('/v2.1/os-server-groups/:id', (call) => ok({ server_group: view(call, find(call)) }));
  service.delete('/v2.1/os-server-groups/:id', (call) => {
    call.cloud.nova.serverGroups.remove(find(call).id);
    return noContent();
  });
  service.post('/v2.1/os-server-groups', (call) => {
    const { cloud, caller, minor } = call;
    const given = objectOf(objectOf(call.body).server_group);
    const policy = minor >= 64 ? text(given.policy) : texts(given.policies)[0];
    if (policy === undefined || !POLICIES.includes(policy) || (policy.startsWith('soft') && minor < 15)) {
      throw badRequest(`Invalid input for field/attribute ${minor >= 64 ? 'policy' : 'policies'}. Value: ${policy}.`);
    }
    const held = cloud.nova.serverGroups.where('project', caller.projectId).length;
    if (held >= (computeQuotas(cloud, caller.projectId).server_groups ?? 10)) {
      throw new Refusal(403, 'Quota exceeded, too many server groups.');
    }
    const rules = objectOf(given.rules);
    const most = number(rules.max_server_per_host);
    const row = cloud.nova.serverGroups.add({
      id: cloud.random.uuid(),
      name: text(given.name) ?? '',
      policy,
      rules: most === undefined ? {} : { max_server_per_host: most },
      projectId: caller.projectId,
      userId: caller.userId,
      memberIds: [],
    });
    return ok({ server_group: view(call, row) });
  });
}

function find(call: Call): ServerGroup {
  const id = call.params.id ?? '';
  const row = call.cloud.nova.serverGroups.get(id);
  if (row === undefined || !owns(call.caller, row.projectId))
    throw notFound(`Instance group ${id} could not be found.`);
  return row;
}

function view(call: Call, row: ServerGroup): Json {
  const { minor } = call;
  return {
    id: row.id,
    name: row.name,
    ...(minor >= 64 ? { policy: row.policy, rules: row.rules } : { policies: [row.policy], metadata: {} }),
    members: row.memberIds,
    ...(minor >= 13 ? { project_id: row.projectId, user_id: row.userId } : {}),
  };
}
