import { afterAll, beforeAll, describe } from '@jest/globals';
import { Cloud } from '../../services/openstack/cloud.ts';
import { clientCalls } from './client-calls.ts';
import { dependencies } from './dependencies.ts';
import { failures } from './failures.ts';
import { type Fixture, makeFixture } from './fixture.ts';
import { identity } from './identity.ts';
import { member } from './member.ts';
import { names } from './names.ts';
import { paging } from './paging.ts';
import { resources } from './resources.ts';
import { revokedToken } from './revoked-token.ts';
import type { Subject } from './subject.ts';
import { sweep } from './sweep.ts';

/** What a section of the suite works with; there from `beforeAll` on. */
export interface Stage {
  readonly subject: Subject;
  cloud(): Cloud;
  fixture(): Fixture;
}

/**
 * What Pumphouse relies on in any cloud, whatever is in it: every call of the clients, every resource type, paging,
 * errors. The same for the simulator, Zed and Pike; where an age makes a difference, a comment at the place says why.
 */
export function contract(subject: Subject): void {
  describe(`The contract on ${subject.title}`, () => {
    let cloud: Cloud | undefined;
    let fixture: Fixture | undefined;
    const stage: Stage = {
      subject,
      cloud: () => made(cloud),
      fixture: () => made(fixture),
    };

    beforeAll(async () => {
      const settings = await subject.admin();
      cloud = new Cloud(settings);
      fixture = await makeFixture(cloud, settings);
    }, 300_000);

    afterAll(async () => {
      if (cloud === undefined) return;
      await sweep(cloud);
      cloud.close();
    }, 300_000);

    for (const section of [
      identity,
      clientCalls,
      paging,
      resources,
      names,
      dependencies,
      member,
      failures,
      revokedToken,
    ])
      section(stage);
  });
}

function made<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the suite could not prepare its cloud: see the first failure');
  return value;
}
