import { type Call, conflict, created, noContent, ok, Refusal } from '../http/call.ts';
import { boolean, type Json, objectOf, text, texts } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { checkTags, refuseClosed, refuseOpenBelow } from './project-rules.ts';
import { byId, type Domain, type Project } from './state.ts';
import { absent, collection, denied, domainView, link, projectView, requireAdmin } from './views.ts';

/** What Keystone knows of domains and projects; further fields are kept as they are. */
const KNOWN = ['id', 'name', 'domain_id', 'description', 'enabled', 'parent_id', 'is_domain', 'tags', 'options'];

export function routeProjects(service: Service): void {
  service.get('/v3/domains', (call) => {
    requireAdmin(call, 'list_domains');
    const name = call.query.get('name');
    const rows = call.cloud.identity.domains.sorted(byId).filter((row) => name === null || row.name === name);
    return ok(
      collection(
        call,
        'domains',
        rows.map((row) => domainView(call, row)),
      ),
    );
  });
  service.post('/v3/domains', createDomain);
  service.get('/v3/domains/:id', (call) => {
    const row = domain(call, 'get_domain', (found) => found?.id === call.caller.domainId);
    return ok({ domain: domainView(call, row) });
  });
  service.patch('/v3/domains/:id', (call) => {
    const row = domain(call, 'update_domain');
    const given = objectOf(objectOf(call.body).domain);
    call.cloud.identity.domains.change(row, changes(given, row));
    return ok({ domain: domainView(call, row) });
  });
  service.delete('/v3/domains/:id', (call) => {
    const row = domain(call, 'delete_domain');
    if (row.enabled) throw new Refusal(403, 'Cannot delete a domain that is enabled, please disable it first.');
    call.cloud.removeDomain(row.id);
    return noContent();
  });
  service.get('/v3/projects', listProjects);
  service.post('/v3/projects', createProject);
  service.get('/v3/projects/:id', (call) => ok({ project: projectView(call, readable(call, 'get_project')) }));
  service.patch('/v3/projects/:id', (call) => {
    const row = project(call, 'update_project');
    const given = objectOf(objectOf(call.body).project);
    const name = text(given.name);
    if (name !== undefined && name !== row.name) refuseTaken(call, name, row.domainId, row.id);
    if (boolean(given.enabled) === false) refuseOpenBelow(call, row);
    call.cloud.identity.projects.change(row, changes(given, row));
    return ok({ project: { ...projectView(call, row), extra: {} } });
  });
  service.delete('/v3/projects/:id', (call) => {
    const row = project(call, 'delete_project');
    if (call.cloud.identity.projects.find((other) => other.parentId === row.id) !== undefined) {
      throw new Refusal(403, `Cannot delete project ${row.id}, since it is not a leaf in the hierarchy.`);
    }
    call.cloud.removeProject(row.id);
    return noContent();
  });
  routeTags(service);
}

function routeTags(service: Service): void {
  const view = (call: Call, tags: readonly string[]) => ok({ links: { self: link(call, '').slice(0, -1) }, tags });
  service.get('/v3/projects/:id/tags', (call) => view(call, readable(call, 'list_project_tags').tags));
  service.put('/v3/projects/:id/tags', (call) => {
    const row = project(call, 'update_project_tags');
    call.cloud.identity.projects.change(row, { tags: texts(objectOf(call.body).tags) });
    return view(call, row.tags);
  });
  service.put('/v3/projects/:id/tags/:tag', (call) => {
    const row = project(call, 'create_project_tag');
    call.cloud.identity.projects.change(row, { tags: [...new Set([...row.tags, call.params.tag ?? ''])] });
    return { status: 201, body: '' };
  });
  service.delete('/v3/projects/:id/tags/:tag', (call) => {
    const row = project(call, 'delete_project_tag');
    if (!row.tags.includes(call.params.tag ?? '')) throw absent('project tag', call.params.tag ?? '');
    call.cloud.identity.projects.change(row, { tags: row.tags.filter((tag) => tag !== call.params.tag) });
    return noContent();
  });
}

/** Not to be seen and not there look the same to those without the right: 403. */
function domain(call: Call, action: string, allowed?: (row: Domain | undefined) => boolean): Domain {
  const id = call.params.id ?? '';
  const row = call.cloud.identity.domains.get(id);
  if (!call.caller.isAdmin && allowed?.(row) !== true) throw denied(action);
  if (row === undefined) throw absent('domain', id);
  return row;
}

function project(call: Call, action: string): Project {
  requireAdmin(call, action);
  const row = call.cloud.identity.projects.get(call.params.id ?? '');
  if (row === undefined) throw absent('project', call.params.id ?? '');
  return row;
}

function readable(call: Call, action: string): Project {
  if (!call.caller.isAdmin && call.caller.projectId !== call.params.id) throw denied(action);
  const row = call.cloud.identity.projects.get(call.params.id ?? '');
  if (row === undefined) throw absent('project', call.params.id ?? '');
  return row;
}

function listProjects(call: Call) {
  requireAdmin(call, 'list_projects');
  const { query } = call;
  const all = query.get('tags')?.split(',');
  const any = query.get('tags-any')?.split(',');
  const matches = (name: string, value: string): boolean => !query.has(name) || query.get(name) === value;
  const rows = call.cloud.identity.projects
    .sorted(byId)
    .filter(
      (row) =>
        matches('name', row.name) &&
        matches('domain_id', row.domainId) &&
        matches('parent_id', row.parentId) &&
        (!query.has('enabled') || (boolean(query.get('enabled')) ?? true) === row.enabled) &&
        (all === undefined || all.every((tag) => row.tags.includes(tag))) &&
        (any === undefined || any.some((tag) => row.tags.includes(tag))),
    );
  return ok(
    collection(
      call,
      'projects',
      rows.map((row) => projectView(call, row)),
    ),
  );
}

function createProject(call: Call) {
  requireAdmin(call, 'create_project');
  const given = objectOf(objectOf(call.body).project);
  const name = requiredName(given);
  const parentId = text(given.parent_id);
  const parent = parentId === undefined ? undefined : call.cloud.identity.projects.get(parentId);
  const domainId = text(given.domain_id) ?? parent?.domainId ?? parentId ?? call.caller.domainId;
  if (!call.cloud.identity.domains.has(domainId)) throw absent('domain', domainId);
  if (parentId !== undefined && parent === undefined && parentId !== domainId) throw absent('project', parentId);
  refuseTaken(call, name, domainId);
  refuseClosed(call, parentId ?? domainId);
  checkTags(given.tags);
  // A client's own id is ignored: the answer carries another (seen on Zed).
  const row = call.cloud.addProject({
    name,
    domainId,
    parentId: parentId ?? domainId,
    description: text(given.description) ?? '',
    enabled: boolean(given.enabled) ?? true,
    tags: texts(given.tags),
    extra: extraOf(given),
  });
  return created({ project: projectView(call, row) });
}

function createDomain(call: Call) {
  requireAdmin(call, 'create_domain');
  const given = objectOf(objectOf(call.body).domain);
  const name = requiredName(given);
  const pike = call.cloud.settings.release === 'pike';
  if (call.cloud.identity.domains.find((row) => row.name === name) !== undefined) throw taken(name);
  // Its message for an id that is taken is the same, whatever the name (seen on Zed).
  const id = pike ? undefined : text(given.explicit_domain_id);
  if (id !== undefined && call.cloud.identity.domains.has(id)) throw taken(name);
  checkTags(given.tags);
  const row = call.cloud.identity.domains.add({
    id: id ?? call.cloud.random.id32(),
    name,
    description: text(given.description) ?? '',
    enabled: boolean(given.enabled) ?? true,
    tags: texts(given.tags),
    extra: extraOf(given),
  });
  return created({ domain: domainView(call, row) });
}

const extraOf = (given: Json): Json =>
  Object.fromEntries(Object.entries(given).filter(([key]) => !KNOWN.includes(key)));

function taken(name: string): Refusal {
  const message = `it is not permitted to have two projects acting as domains with the same name: ${name}`;
  return conflict(`Conflict occurred attempting to store project - ${message}.`);
}

function changes(given: Json, row: Project | Domain) {
  checkTags(given.tags);
  return {
    extra: { ...row.extra, ...extraOf(given) },
    name: text(given.name) ?? row.name,
    description: text(given.description) ?? row.description,
    enabled: boolean(given.enabled) ?? row.enabled,
    tags: given.tags === undefined ? row.tags : texts(given.tags),
  };
}

export function requiredName(given: Json): string {
  const name = text(given.name);
  if (name === undefined) {
    throw new Refusal(400, "'name' is a required property\n\nFailed validating 'required' in schema");
  }
  return name;
}

function refuseTaken(call: Call, name: string, domainId: string, self?: string): void {
  const taken = call.cloud.identity.projects
    .where('name', name)
    .find((row) => row.domainId === domainId && row.id !== self);
  if (taken === undefined) return;
  const rule = 'it is not permitted to have two projects with either the same name or same id in the same domain';
  const id = self ?? call.cloud.random.id32();
  throw conflict(`Conflict occurred attempting to store project - ${rule}: name is ${name}, project id ${id}.`);
}
