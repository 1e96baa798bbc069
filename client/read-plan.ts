import type { Configuration, PasswordSettings } from '../config/index.ts';
import { makePlan, type Plan } from '../planning/make-plan.ts';
import type { MovePolicy } from '../planning/policy.ts';
import { type MoveSelection, readingFor } from '../planning/selection.ts';
import { Correspondence } from '../resources/moving/correspondence.ts';
import type { Reader } from '../resources/reader.ts';
import { survey } from '../resources/selecting/survey.ts';

export interface PlanWish {
  readonly source: Reader;
  readonly target: Reader;
  readonly mappings: Configuration['mappings'];
  readonly selection: MoveSelection;
  readonly policy: MovePolicy;
  readonly passwords: PasswordSettings;
}

/** Plans by reading both clouds, as the activities of a run do; changes nothing. */
export async function readPlan({ source, target, mappings, selection, policy, passwords }: PlanWish): Promise<Plan> {
  const correspondence = new Correspondence(source, target, mappings);
  const clouds = { source, target, correspondence, usersGetPasswords: passwords.kind !== 'none' };
  return makePlan(await survey(clouds, readingFor(selection)), policy);
}
