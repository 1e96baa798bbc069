import { describe, expect, test } from '@jest/globals';
import { attributeWord, fidelityLines } from '../../../../client/cli/report/fidelity-lines.ts';

const ID = 'd6c9d3f64c434e7394278f36d1b78fd5';
const OTHER = '50088c27dfb843d785032089d01c4029';

const server = (name: string) => ({
  type: 'server',
  name,
  fidelity: {
    changed: [
      { attribute: 'userId', wanted: ID, found: OTHER, why: 'Nova takes the caller for the owner' },
      { attribute: 'imageId', wanted: OTHER, found: ID, why: 'its disk was copied' },
    ],
    lost: [],
  },
});

describe('what was not kept', () => {
  test('is one line for all that it holds for, without ids', () => {
    expect(fidelityLines([server('web-1'), server('web-2')])).toEqual([
      'server web-1, web-2: owner changed (Nova takes the caller for the owner); image changed (its disk was copied)',
    ]);
    const many = Array.from({ length: 12 }, (_, index) => server(`web-${index}`));
    expect(fidelityLines(many)).toEqual([expect.stringMatching(/^server web-0, .*web-4 and 7 more: owner changed/)]);
  });

  test('says what differs within a value, not what is alike', () => {
    const gateway = (ipAddress: string) => ({ networkId: ID, snat: true, fixedIps: [{ subnetId: OTHER, ipAddress }] });
    const changed = [
      {
        attribute: 'gateway',
        wanted: gateway('198.18.0.2'),
        found: gateway('198.18.0.5'),
        why: 'the source’s is in use',
      },
    ];
    expect(fidelityLines([{ type: 'router', name: 'r', fidelity: { changed, lost: [] } }])).toEqual([
      'router r: gateway is address 198.18.0.5, was 198.18.0.2 (the source’s is in use)',
    ]);
  });

  test('tells plain values, and what is lost', () => {
    const fidelity = {
      changed: [{ attribute: 'enabled', wanted: true, found: false, why: 'it has no password' }],
      lost: [{ attribute: 'lockedReason', wanted: 'hands off', why: 'the target is too old' }],
    };
    expect(fidelityLines([{ type: 'user', name: 'ann', fidelity }])).toEqual([
      'user ann: enabled is false, was true (it has no password); locked reason lost: was hands off (the target is too old)',
    ]);
  });

  test('says in words what the target does not have', () => {
    const fidelity = {
      changed: [],
      lost: [{ attribute: 'defaultProjectId', wanted: `not-in-target:project/${ID}`, why: 'it is not moved' }],
    };
    expect(fidelityLines([{ type: 'user', name: 'ann', fidelity }])).toEqual([
      `user ann: default project lost: was project ${ID} of the source, not in the target (it is not moved)`,
    ]);
  });

  test('has no line for what is as it was', () => {
    expect(fidelityLines([{ type: 'user', name: 'ann', fidelity: { changed: [], lost: [] } }])).toEqual([]);
  });

  test('calls attributes what operators call them', () => {
    expect(['userId', 'imageId', 'minDiskGib', 'tags'].map(attributeWord)).toEqual([
      'owner',
      'image',
      'min disk gib',
      'tags',
    ]);
  });
});
