import { badRequest, type Call, noContent, notFound, ok } from '../http/call.ts';
import { isObject, objectOf, textMap, texts } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { requireMinor } from './dialect.ts';
import { findServer, refuseLocked, wrongState } from './servers.ts';
import type { Server } from './state.ts';

export function routeMetadata(service: Service): void {
  const path = '/v2.1/servers/:id/metadata';
  const write = (call: Call, metadata: Record<string, string>, action = 'update metadata'): Server => {
    const row = findServer(call);
    refuseLocked(call, row, 'metadata');
    if (!['active', 'paused', 'suspended', 'stopped'].includes(row.vmState)) throw wrongState(row, action);
    return call.cloud.nova.servers.change(row, { metadata, updatedAt: call.cloud.clock.now() });
  };
  const given = (call: Call): Record<string, string> => textMap(objectOf(call.body).metadata);
  service.get(path, (call) => ok({ metadata: findServer(call).metadata }));
  service.post(path, (call) =>
    ok({ metadata: write(call, { ...findServer(call).metadata, ...given(call) }).metadata }),
  );
  service.put(path, (call) => ok({ metadata: write(call, given(call)).metadata }));
  service.get(`${path}/:key`, (call) => {
    const key = call.params.key ?? '';
    const value = findServer(call).metadata[key];
    if (value === undefined) throw notFound('Metadata item was not found');
    return ok({ meta: { [key]: value } });
  });
  service.put(`${path}/:key`, (call) => {
    const meta = textMap(objectOf(call.body).meta);
    write(call, { ...findServer(call).metadata, ...meta });
    return ok({ meta });
  });
  service.delete(`${path}/:key`, (call) => {
    const { [call.params.key ?? '']: gone, ...rest } = findServer(call).metadata;
    if (gone === undefined) throw notFound('Metadata item was not found');
    write(call, rest, 'delete metadata');
    return noContent();
  });
}

/** Server tags came with 2.26. */
export function routeTags(service: Service): void {
  const path = '/v2.1/servers/:id/tags';
  const change = (call: Call, tags: readonly string[]): Server => {
    requireMinor(call, 26);
    if (tags.length > 50) throw badRequest('Tags count exceeded limit: 50');
    return call.cloud.nova.servers.change(findServer(call), { tags: [...new Set(tags)] });
  };
  service.get(path, (call) => {
    requireMinor(call, 26);
    return ok({ tags: findServer(call).tags });
  });
  service.put(path, (call) => ok({ tags: change(call, texts(isObject(call.body) ? call.body.tags : [])).tags }));
  service.delete(path, (call) => {
    change(call, []);
    return noContent();
  });
  service.put(`${path}/:tag`, (call) => {
    const { tags } = findServer(call);
    const tag = call.params.tag ?? '';
    change(call, [...tags, tag]);
    return { status: tags.includes(tag) ? 204 : 201 };
  });
  service.delete(`${path}/:tag`, (call) => {
    const { tags, id } = findServer(call);
    const tag = call.params.tag ?? '';
    if (!tags.includes(tag)) throw notFound(`Server ${id} has no tag '${tag}'`);
    change(
      call,
      tags.filter((other) => other !== tag),
    );
    return noContent();
  });
}
