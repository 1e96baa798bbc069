import type { Rule } from './rule.ts';

const STATES: Readonly<Record<string, string>> = {
  queued: 'it has no bytes yet: it is made as empty as it is',
  saving: 'its bytes are being uploaded: wait until it is active, and plan again',
  importing: 'its bytes are being imported: wait until it is active, and plan again',
  deactivated: 'Glance gives its bytes to admins only: it is copied by an admin, and deactivated again in the target',
  killed: 'its upload failed: delete it, or upload it again',
};

export const imageWithoutBytes: Rule = {
  id: 'image-not-active',
  severity: 'warning',
  *find(planned) {
    for (const seen of planned.made('image')) {
      const { status } = seen.facts;
      if (status === 'active') continue;
      yield `image ${seen.name || seen.id} is ${status}: ${STATES[status] ?? 'it may have no bytes'}.`;
    }
  },
};
