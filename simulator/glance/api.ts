import type { Cloud } from '../cloud.ts';
import { type Call, conflict, noContent, notFound, ok, Refusal } from '../http/call.ts';
import { objectOf, text } from '../http/json.ts';
import { type Dialect, Service, webobPage } from '../http/service.ts';
import { findImageFor, membership, ownImage } from './access.ts';
import { routeImageData } from './data.ts';
import { routeImages } from './images.ts';
import { DISK_FORMATS } from './schema.ts';
import { memberView } from './views.ts';

const REFUSED =
  'This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.';

const glanceDialect: Dialect = {
  service: 'image',
  prefix: '/image',
  negotiate: () => 0,
  headers: (call) =>
    /^\/image\/(v2|v1)/.test(call.url) && isKnown(call) ? { 'X-Openstack-Request-Id': call.requestId } : {},
  refuse(refusal, call) {
    if (refusal.status !== 401) return webobPage(refusal.status, refusal.message, call.headers.accept);
    const page = webobPage(401, REFUSED, call.headers.accept);
    const uri = call.cloud.wwwAuthenticateUri;
    return { ...page, headers: { ...page.headers, 'WWW-Authenticate': `Keystone uri="${uri}"` } };
  },
  unknown: (call) => webobPage(404, 'The resource could not be found.', call.headers.accept),
};

/** Glance names a request only after it knows who asks. */
function isKnown(call: Call): boolean {
  try {
    return call.caller !== undefined;
  } catch {
    return false;
  }
}

const VERSIONS = [
  '2.15',
  '2.13',
  '2.12',
  '2.11',
  '2.10',
  '2.9',
  '2.8',
  '2.7',
  '2.6',
  '2.5',
  '2.4',
  '2.3',
  '2.2',
  '2.1',
  '2.0',
];

/** Image API v2. */
export function glance(cloud: Cloud): Service {
  const service = new Service(glanceDialect);
  const known = cloud.settings.release === 'pike' ? VERSIONS.slice(VERSIONS.indexOf('2.5')) : VERSIONS;
  const versions = (call: Call) => ({
    versions: known.map((id, index) => ({
      id: `v${id}`,
      status: index === 0 ? 'CURRENT' : 'SUPPORTED',
      links: [{ rel: 'self', href: `${call.base}/v2/` }],
    })),
  });
  service.get('/', (call) => ({ status: 300, body: versions(call) }), 'anonymous');
  service.get('/versions', (call) => ({ status: 200, body: versions(call) }), 'anonymous');
  routeImages(service);
  routeImageData(service);
  routeMembers(service);
  service.get('/v2/schemas/image', () =>
    ok({ name: 'image', properties: { disk_format: { type: ['null', 'string'], enum: [null, ...DISK_FORMATS] } } }),
  );
  service.get('/v2/info/stores', () => ok({ stores: [{ id: 'file', default: 'true' }] }));
  service.get('/v2/info/import', () =>
    ok({ 'import-methods': { description: 'Import methods available.', type: 'array', value: [] } }),
  );
  return service;
}

function routeMembers(service: Service): void {
  const path = '/v2/images/:id/members';
  service.get(path, (call) => {
    const image = imageOf(call);
    if (image.visibility !== 'shared') {
      const words = `Not allowed to list members for image ${image.id}: Only shared images have members.`;
      throw new Refusal(403, words);
    }
    const own = call.caller.isAdmin || image.owner === call.caller.projectId;
    const rows = call.cloud.glance.members
      .where('image', image.id)
      .filter((row) => own || row.memberId === call.caller.projectId);
    return ok({ members: rows.map(memberView), schema: '/v2/schemas/members' });
  });
  service.get(`${path}/:member`, (call) => ok(memberView(find(call))));
  service.post(path, (call) => {
    const image = ownImage(call, 'add_member');
    const memberId = text(objectOf(call.body).member) ?? '';
    if (image.visibility !== 'shared') {
      throw new Refusal(403, `Only shared images have members.`);
    }
    if (membership(call.cloud, image.id, memberId) !== undefined) {
      throw conflict(`Member ${memberId} is duplicated for image ${image.id}`);
    }
    const now = call.cloud.clock.now();
    const row = { imageId: image.id, memberId, status: 'pending' as const, createdAt: now, updatedAt: now };
    return ok(memberView(call.cloud.glance.members.add({ id: `${image.id}/${memberId}`, ...row })));
  });
  service.put(`${path}/:member`, (call) => {
    const row = find(call);
    // Only the member itself accepts: not even the owner does it for it.
    if (row.memberId !== call.caller.projectId && !call.caller.isAdmin) {
      throw new Refusal(403, `Not allowed to update members for image ${row.imageId}.`);
    }
    const status = objectOf(call.body).status;
    if (status !== 'accepted' && status !== 'rejected' && status !== 'pending') {
      throw new Refusal(400, 'Status must be "pending", "accepted" or "rejected".');
    }
    return ok(memberView(call.cloud.glance.members.change(row, { status, updatedAt: call.cloud.clock.now() })));
  });
  service.delete(`${path}/:member`, (call) => {
    ownImage(call, 'delete_member');
    call.cloud.glance.members.remove(find(call).id);
    return noContent();
  });
}

/** Members have their own words for an image that is not there. */
function imageOf(call: Call) {
  const id = call.params.id ?? '';
  const row = findImageFor(call, id);
  if (row === undefined) throw notFound(`Image ${id} not found.`);
  return row;
}

function find(call: Call) {
  const image = imageOf(call);
  const row = membership(call.cloud, image.id, call.params.member ?? '');
  if (row === undefined) {
    throw notFound(`${call.params.member} not found in the member list of the image ${image.id}.`);
  }
  return row;
}
