import type { Correspondence } from '../moving/correspondence.ts';
import type { Reader } from '../reader.ts';
import { RESOURCE_TYPE_NAMES, type ResourceTypeName } from '../resource-type.ts';
import { type Gathered, gather, type Reading } from './gather.ts';
import type { Observation, Survey } from './observation.ts';
import { observe } from './observe.ts';
import { targetFacts } from './target-facts.ts';

export interface SurveyedClouds {
  readonly source: Reader;
  readonly target: Reader;
  /** Of this look alone: it learns what is absent. */
  readonly correspondence: Correspondence;
  /** Whether users that are made in the target get passwords; absent: nothing is said of it. */
  readonly usersGetPasswords?: boolean;
}

/** Resources compared at the same time; the session caps calls besides. */
const AT_ONCE = 8;

/** Types whose resources name each other: compared one by one, so that each finds what was learnt of the others. */
const ONE_BY_ONE: readonly ResourceTypeName[] = ['project', 'role', 'security-group', 'image'];

/**
 * Reads what a plan is made of, from both clouds; changes nothing. `progress` is told how many resources have been
 * compared, and of how many.
 */
export async function survey(
  clouds: SurveyedClouds,
  reading: Reading,
  progress: (compared: number) => void = () => undefined,
): Promise<Survey> {
  const { source, target, correspondence, usersGetPasswords } = clouds;
  const gathering = await gather(source, reading);
  const observations: Observation[] = [];
  for (const { type, id } of gathering.absent) correspondence.learnAbsence({ type, id });
  for (const type of RESOURCE_TYPE_NAMES) {
    const gathered = gathering.take(type);
    const atOnce = ONE_BY_ONE.includes(type) ? 1 : AT_ONCE;
    for (let from = 0; from < gathered.length; from += atOnce) {
      const batch = gathered.slice(from, from + atOnce);
      observations.push(
        ...(await Promise.all(batch.map((item: Gathered) => observe(source, correspondence, item, gathering)))),
      );
      progress(observations.length);
    }
  }
  const facts = await targetFacts(source, target, observations);
  return {
    observations,
    absent: gathering.absent,
    target: usersGetPasswords === undefined ? facts : { ...facts, usersGetPasswords },
  };
}
