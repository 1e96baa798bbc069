import { resolve } from 'node:path';
import { ZodError } from 'zod';
import {
  fillFrom,
  loadScenario,
  type PlainScenario,
  PopulationError,
  plainScenario,
  type Scenario,
  ScenarioError,
  type Simulator,
  startSimulator,
} from '../../../simulator/index.ts';
import { codeOf, reasonOf } from '../../../workers/failure-reason.ts';
import { StartupError } from '../../../workers/startup-error.ts';
import { simulatedConfiguration } from '../../simulated-configuration.ts';
import type { Context } from '../command.ts';
import { askedToEnd } from '../interruption.ts';

export interface SimulatorValues extends Omit<PlainScenario, 'names'> {
  readonly scenario: string | undefined;
  readonly port: number;
  readonly 'control-port': number | undefined;
  readonly host: string;
}

/** Simulated clouds until we are asked to end: their `pumphouse.yaml` goes to stdout, the rest to stderr. */
export async function runSimulator(
  values: SimulatorValues,
  names: readonly string[],
  { terminal, cwd, signal }: Context,
): Promise<void> {
  const file = values.scenario;
  const scenario = orSay(() =>
    file === undefined ? plainScenario({ ...values, names }) : loadScenario(resolve(cwd, file)),
  );
  const simulator = await start(scenario, values);
  try {
    await terminal.write(
      simulatedConfiguration(simulator.clouds.map((cloud) => ({ role: roleOf(scenario, cloud), cloud }))),
    );
    await terminal.flush();
    for (const { name, authUrl, adminUrl, state } of simulator.clouds) {
      const admin = adminUrl === undefined ? '' : `, admin ${adminUrl}`;
      const filled = `${state.nova.servers.size} servers, ${state.identity.projects.size} projects`;
      terminal.talk(`${name}: ${authUrl}${admin}; ${filled}`);
    }
    if (simulator.controlUrl !== undefined) terminal.talk(`control: ${simulator.controlUrl}/_sim/faults`);
    terminal.talk('Ctrl-C ends it.');
    await askedToEnd(signal);
  } finally {
    await simulator.close();
  }
}

function roleOf({ clouds }: Scenario, { name }: { readonly name: string }) {
  return clouds.find(({ options }) => options.name === name)?.role ?? 'target';
}

async function start(scenario: Scenario, values: SimulatorValues): Promise<Simulator> {
  const { host, port, 'control-port': controlPort } = values;
  try {
    return await startSimulator({
      clouds: scenario.clouds.map(({ options }) => options),
      host,
      port,
      seed: scenario.seed,
      faults: scenario.faults,
      fill: (cloud) => fillFrom(scenario, cloud),
      ...(controlPort === undefined ? {} : { controlPort }),
    });
  } catch (error) {
    throw explained(error);
  }
}

function orSay<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw explained(error);
  }
}

/** What a scenario or an address does wrong, in one line; anything else stays as it is. */
function explained(error: unknown): unknown {
  if (error instanceof ZodError) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return new StartupError(problems.join('; '), 2, { cause: error });
  }
  if (error instanceof ScenarioError || error instanceof PopulationError)
    return new StartupError(error.message, 2, { cause: error });
  const code = codeOf(error);
  const say = (message: string, exitCode: 1 | 2) => new StartupError(message, exitCode, { cause: error });
  if (code === 'EADDRINUSE') return say(`${reasonOf(error)}; choose another --port`, 1);
  if (code === 'ERR_SOCKET_BAD_PORT') return say('--port leaves no room below 65536 for the ports of all clouds', 2);
  return ['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'].some((known) => known === code) ? say(reasonOf(error), 2) : error;
}
