import { checksums, readable, receive } from '../disk.ts';
import { type Call, conflict, noContent, Refusal } from '../http/call.ts';
import type { Service } from '../http/service.ts';
import { findImage, ownImage } from './access.ts';

/** The bytes of images; they pass through and are never held whole (but see {@link receive}). */
export function routeImageData(service: Service): void {
  service.put('/v2/images/:id/file', upload);
  service.get('/v2/images/:id/file', download);
}

async function upload(call: Call) {
  const row = ownImage(call, 'upload_image');
  const { images } = call.cloud.glance;
  if (!/^application\/octet-stream/.test(call.headers['content-type'] ?? '')) {
    throw new Refusal(415, `The request media type ${call.headers['content-type']} is not supported by this server.\n`);
  }
  if (row.status !== 'queued') {
    throw conflict(`Image status transition from ${row.status} to saving is not allowed`);
  }
  images.change(row, { status: 'saving', updatedAt: call.cloud.clock.now() });
  let received: Awaited<ReturnType<typeof receive>>;
  try {
    received = await receive(call.stream);
  } catch {
    // The sender went away: back to queued, so that it can be tried again.
    images.change(row, { status: 'queued' });
    throw new Refusal(400, 'Client disconnected before sending all data to backend');
  }
  if (!images.has(row.id)) throw new Refusal(410, `Image ${row.id} could not be found after upload.`);
  if (received === undefined) {
    images.change(row, { status: 'queued' });
    throw new Refusal(413, 'Image storage media is full: There is not enough disk space on the image storage media.');
  }
  images.change(row, {
    status: 'active',
    content: received.content,
    sums: received.sums,
    updatedAt: call.cloud.clock.now(),
  });
  return noContent();
}

function download(call: Call) {
  const row = findImage(call);
  if (row.status === 'deactivated' && !call.caller.isAdmin) {
    throw new Refusal(403, 'The requested image has been deactivated. Image data download is forbidden.');
  }
  const { content } = row;
  if (content === undefined || (row.status !== 'active' && row.status !== 'deactivated')) return noContent();
  const { md5 } = row.sums ?? checksums(content);
  const headers = { 'Content-Md5': md5, 'Content-Length': String(content.sizeBytes) };
  return { status: 200, headers, stream: readable(content) };
}
