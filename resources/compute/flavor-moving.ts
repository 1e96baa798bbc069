import { NovaWriting } from '../../services/openstack/index.ts';
import { project } from '../identity/project.ts';
import type { Making, Undo } from '../moving/making.ts';
import { originDescription } from '../moving/origin.ts';
import type { Moving } from '../resource-type.ts';
import { unlessGone } from '../visibility.ts';
import type { FlavorAttributes } from './flavor.ts';

/** The version that takes a description, and with it the mark of one that is not complete. */
const DESCRIPTIONS = '2.55';

/**
 * A flavor keeps its id. While it is made its description is the mark of its origin, so that one that is half done is known; complete,
 * it has its own description and no mark: equal under the same id is then the proof. One of the same name under another id is like it,
 * for Nova gives no name twice.
 */
export const flavorMoving: Omit<Moving<FlavorAttributes>, 'candidates'> = {
  unmarked: true,

  translate: (attributes, to) => ({
    ...attributes,
    // Tenants that are not there yet are let in when they are moved.
    accessProjectIds: attributes.accessProjectIds.flatMap((id) => to.idIfThere('project', id) ?? []).sort(),
  }),

  async create(making, { id, name, attributes }) {
    const nova = writing(making);
    const described = await nova.knows(DESCRIPTIONS);
    await nova.createFlavor({
      id,
      name,
      vcpus: attributes.vcpus,
      ram: attributes.ramMib,
      disk: attributes.diskGib,
      swap: attributes.swapMib,
      rxtx_factor: attributes.rxtxFactor,
      'OS-FLV-EXT-DATA:ephemeral': attributes.ephemeralGib,
      'os-flavor-access:is_public': attributes.isPublic,
      ...(described ? { description: originDescription(making.origin) } : {}),
    });
    return id;
  },

  async complete(making, id, wanted) {
    const nova = writing(making);
    const found = await presentOf(making, id);
    const { extraSpecs, description } = wanted.attributes;
    const missing = Object.entries(extraSpecs).filter(([key, value]) => found.extraSpecs[key] !== value);
    if (missing.length > 0) await nova.addExtraSpecs(id, Object.fromEntries(missing));
    for (const key of Object.keys(found.extraSpecs))
      if (!Object.hasOwn(extraSpecs, key)) await nova.removeExtraSpec(id, key);
    for (const projectId of notLetIn(wanted.attributes, found)) await nova.letIn(id, projectId);
    // Last: it is the mark that says that the rest is to be done.
    if (await nova.knows(DESCRIPTIONS)) await nova.describeFlavor(id, description);
  },

  /**
   * Lets in the projects that are missing, and changes nothing else. What a try that was cut short had let in is undone too: a project that
   * this run has made had access to nothing before.
   */
  async update(making, present, wanted): Promise<Undo> {
    if (wanted.attributes.isPublic || present.attributes.isPublic) return {};
    const missing = notLetIn(wanted.attributes, present.attributes);
    for (const projectId of missing) await writing(making).letIn(present.id, projectId);
    const letInBefore = wanted.attributes.accessProjectIds.filter((id) => !missing.includes(id));
    const letIn = [...missing];
    for (const id of letInBefore) if (await isMadeByRun(making, id)) letIn.push(id);
    return { letIn };
  },

  async revert(making, id, { letIn }) {
    if (!Array.isArray(letIn)) return;
    for (const projectId of letIn) await writing(making).shutOut(id, String(projectId));
  },

  async remove(making, id) {
    await writing(making).deleteFlavor(id);
  },

  /** Others may have been let in besides. */
  isKept(attribute, wanted, found) {
    return attribute === 'accessProjectIds' ? notLetIn(wanted.attributes, found.attributes).length === 0 : undefined;
  },

  losses: {
    description: `the target takes no description: ${DESCRIPTIONS} is needed`,
    disabled: 'Nova has no call that disables a flavor: make it private, or remove it',
  },
};

function notLetIn(
  { accessProjectIds, isPublic }: FlavorAttributes,
  found: Pick<FlavorAttributes, 'accessProjectIds'>,
): readonly string[] {
  return isPublic ? [] : accessProjectIds.filter((id) => !found.accessProjectIds.includes(id));
}

async function isMadeByRun({ target, origin }: Making, projectId: string): Promise<boolean> {
  const there = await unlessGone(() => project.get(target, projectId));
  return there?.origin?.run === origin.run;
}

/** What of a flavor takes calls of its own. */
async function presentOf(
  { target }: Making,
  id: string,
): Promise<Pick<FlavorAttributes, 'extraSpecs' | 'accessProjectIds'>> {
  const { compute } = target.cloud;
  const isPublic = (await compute.flavor(id))['os-flavor-access:is_public'] ?? true;
  return {
    extraSpecs: await compute.flavorExtraSpecs(id),
    accessProjectIds: isPublic ? [] : await compute.flavorAccess(id),
  };
}

function writing({ target }: Making): NovaWriting {
  return new NovaWriting(target.cloud.compute.client);
}
