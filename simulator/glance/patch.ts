import { badRequest, type Call, conflict, Refusal } from '../http/call.ts';
import { isObject, number, text, texts } from '../http/json.ts';
import { propertyOf, READ_ONLY, VISIBILITIES } from './schema.ts';
import type { Image } from './state.ts';

/** JSON patch as Glance takes it: `add`, `replace` and `remove` of one attribute each (Image API v2, "Update image"). */
export function patchImage(call: Call, row: Image): void {
  if (!Array.isArray(call.body)) throw badRequest('Request body must be a JSON array of operation objects.');
  for (const change of call.body) {
    if (!isObject(change)) throw badRequest('Operations must be JSON objects.');
    const operation = text(change.op);
    const name = pointerName(text(change.path) ?? '');
    if (operation !== 'add' && operation !== 'replace' && operation !== 'remove') {
      throw badRequest(`Operations must be one of add, remove, replace, and not ${String(operation)}.`);
    }
    if (READ_ONLY.includes(name) || name === 'id') throw new Refusal(403, `Attribute '${name}' is read-only.`);
    apply(call, row, operation, name, change.value);
  }
}

/** JSON pointer (RFC 6901) with one level. */
function pointerName(path: string): string {
  return path.replace(/^\//, '').replaceAll('~1', '/').replaceAll('~0', '~');
}

function apply(call: Call, row: Image, operation: 'add' | 'replace' | 'remove', name: string, value: unknown): void {
  if (operation === 'remove') {
    if (!(name in row.properties)) {
      const reason = BASE.includes(name) ? `Property ${name} may not be removed.` : `Property ${name} does not exist.`;
      throw BASE.includes(name) ? new Refusal(403, reason) : gone(name);
    }
    const { [name]: _, ...rest } = row.properties;
    row.properties = rest;
    return;
  }
  switch (name) {
    case 'name':
      row.name = text(value) ?? null;
      return;
    case 'visibility': {
      const wanted = VISIBILITIES.find((item) => item === value);
      if (wanted === undefined) throw badRequest(`Invalid visibility: ${String(value)}`);
      if (wanted === 'public' && !call.caller.isAdmin) {
        throw new Refusal(403, 'You are not authorized to complete publicize_image action.');
      }
      row.visibility = wanted;
      return;
    }
    case 'owner':
      if (!call.caller.isAdmin && value !== call.caller.projectId) {
        throw new Refusal(403, `Forbidding request, image ${row.id} not visible`);
      }
      row.owner = text(value) ?? row.owner;
      return;
    case 'disk_format':
    case 'container_format':
      // Once there are bytes, their format is a fact.
      if (row.status !== 'queued') throw new Refusal(403, `Attribute ${name} can be only replaced for a queued image.`);
      if (name === 'disk_format') row.diskFormat = text(value) ?? null;
      else row.containerFormat = text(value) ?? null;
      return;
    case 'min_disk':
      row.minDisk = number(value) ?? 0;
      return;
    case 'min_ram':
      row.minRam = number(value) ?? 0;
      return;
    case 'protected':
      row.protected = value === true;
      return;
    case 'os_hidden':
      row.hidden = value === true;
      return;
    case 'tags':
      row.tags = texts(value);
      return;
    default:
      if (operation === 'replace' && !(name in row.properties)) throw gone(name);
      row.properties = { ...row.properties, [name]: propertyOf(name, value) };
  }
}

const BASE = ['name', 'visibility', 'owner', 'disk_format', 'container_format', 'min_disk', 'min_ram', 'protected'];

function gone(name: string): Refusal {
  return conflict(
    `There was a conflict when trying to complete your request.<br /><br />\nProperty ${name} does not exist.`,
  );
}
