import { proxyActivities } from '@temporalio/workflow';
import type {
  HostActivities,
  PowerActivities,
  ProvisionerActivities,
  SwitchActivities,
} from '../activities/hardware-activities.ts';

type QuickActivities = PowerActivities & SwitchActivities & HostActivities & ProvisionerActivities;

/** Compensation must wait until what it undoes has ended. */
const WAIT = { cancellationType: 'WAIT_CANCELLATION_COMPLETED' } as const;

/**
 * So long after the last sign of a worker another takes its step over: somebody's machine is out of work meanwhile, or half wired. Workers hold
 * heartbeats back for up to 20 seconds; what is shorter would call a busy one dead.
 */
const NOTICED = '30 seconds';

/** Before anything is changed: what does not answer within some minutes is told, and nothing is begun. */
export const looking = proxyActivities<QuickActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: NOTICED,
  retry: { initialInterval: '1s', maximumInterval: '30s', maximumAttempts: 8 },
  ...WAIT,
});

/** For a person who waits for an answer: what does not answer soon is told as such. */
export const glancing = proxyActivities<Pick<QuickActivities, 'inspectPower' | 'inspectPort'>>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: NOTICED,
  retry: { initialInterval: '1s', maximumAttempts: 2 },
  ...WAIT,
});

/** A controller that is slow, a switch that is being saved: sat out for a quarter of an hour, then a person is told. */
export const changing = proxyActivities<QuickActivities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: NOTICED,
  retry: { initialInterval: '1s', maximumInterval: '1 minute', maximumAttempts: 20 },
  ...WAIT,
});

/** The machine of somebody's cloud is out of work meanwhile: more than an hour of trying, then a person is told. */
export const takingBackHost = proxyActivities<QuickActivities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: NOTICED,
  retry: { initialInterval: '1s', maximumInterval: '5 minutes', maximumAttempts: 24 },
  ...WAIT,
});

/** Another deployment of the environment may run for hours: its end is waited for. */
export const queueing = proxyActivities<Pick<ProvisionerActivities, 'startDeployment'>>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: NOTICED,
  retry: { initialInterval: '2s', maximumInterval: '1 minute', backoffCoefficient: 1.5, maximumAttempts: 500 },
  ...WAIT,
});

type LongActivities = Pick<ProvisionerActivities, 'waitForNode' | 'followDeployment' | 'verifyNetworks'> &
  Pick<HostActivities, 'awaitHypervisor' | 'awaitSilence'> &
  Pick<PowerActivities, 'powerOff'>;

/** As long as it was told to wait; heartbeats tell of a hang long before. */
export function waiting(timeLimitMs: number) {
  return proxyActivities<LongActivities>({
    startToCloseTimeout: timeLimitMs + 10 * 60_000,
    heartbeatTimeout: NOTICED,
    retry: { initialInterval: '5s', maximumInterval: '1 minute', maximumAttempts: 20 },
    ...WAIT,
  });
}
