import { ApiError, type ApiErrorDetails } from '../api-error.ts';
import type { BootSetting } from './power-driver.ts';
import { type Boot, MODES, TARGETS } from './redfish-shapes.ts';

const ENABLED = { once: 'Once', always: 'Continuous' } as const;

/**
 * What is written to the property Boot of a ComputerSystem (DSP0268), the most usual first: controllers differ about the mode,
 * which some refuse to be told and some change when they are not, and about what takes an override away.
 *
 * @throws {ApiError} `invalid`: it can't start from there
 */
export function bootPatches(
  boot: Boot,
  { source, persistence, firmware }: BootSetting,
  call: Pick<ApiErrorDetails, 'cloud' | 'service' | 'method' | 'path'>,
): readonly object[] {
  const mode = firmware === undefined ? {} : { BootSourceOverrideMode: MODES[firmware] };
  const change = firmware !== undefined && boot.BootSourceOverrideMode !== MODES[firmware] ? mode : {};
  const target = { BootSourceOverrideTarget: TARGETS[source] };
  const allowed = boot['BootSourceOverrideTarget@Redfish.AllowableValues'];
  if (source === 'none') {
    const disabled = { BootSourceOverrideEnabled: 'Disabled' };
    const named = { ...disabled, ...target, ...change };
    return allowed?.includes(TARGETS.none) === false
      ? [{ ...disabled, ...change }, named]
      : [named, { ...disabled, ...change }];
  }
  if (allowed?.includes(TARGETS[source]) === false) {
    const reason = `it can't be told to start from ${TARGETS[source]}, but from ${allowed.join(', ') || 'nothing'}`;
    throw new ApiError({ ...call, kind: 'invalid', retry: { when: 'never' }, reason });
  }
  const enabled = { BootSourceOverrideEnabled: ENABLED[persistence], ...target };
  return [
    { ...enabled, ...change },
    { ...enabled, ...mode },
  ];
}
