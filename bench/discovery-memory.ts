/**
 * How much memory a look at 10,000 servers needs: Pumphouse's graph of ids against its rival, holding every body.
 * `npm run build && node --expose-gc dist/bench/discovery-memory.js [SERVERS]`. The clouds are in a process of their own.
 */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type CloudSettings, DEFAULT_REQUEST_LIMITS, Secret } from '../config/index.ts';
import { DependencyGraph } from '../planning/graph.ts';
import { Reader } from '../resources/reader.ts';
import { referencesOf } from '../resources/references.ts';
import { resourceTypes } from '../resources/resource-types.ts';
import { Cloud } from '../services/openstack/index.ts';
import { generate, populate, startSimulator } from '../simulator/index.ts';

const SERVERS = Number(process.argv[2] ?? 10_000);
const MIB = 2 ** 20;

interface Address {
  readonly authUrl: string;
}

async function simulate(): Promise<void> {
  const simulator = await startSimulator({
    clouds: [{ name: 'large', computeHosts: 200 }],
    fill: (cloud) => populate(cloud, generate({ instances: SERVERS })),
  });
  const address: Address = { authUrl: simulator.cloud('large').authUrl };
  process.send?.(address);
}

function heapMib(): number {
  if (globalThis.gc === undefined) throw new Error('run it with node --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed / MIB;
}

function settings(authUrl: string): CloudSettings {
  const domain = { id: 'default' };
  return {
    name: 'large',
    role: 'source',
    authUrl,
    credentials: { kind: 'password', user: { name: 'admin', domain }, password: new Secret('admin') },
    scope: { kind: 'project', project: { name: 'admin', domain } },
    interface: 'public',
    tls: { verify: true },
    limits: DEFAULT_REQUEST_LIMITS,
    endpointOverrides: {},
  };
}

function size(kept: DependencyGraph | readonly object[]): number {
  return kept instanceof DependencyGraph ? kept.size : kept.length;
}

interface Look {
  /** Held until after the measurement. */
  readonly kept: DependencyGraph | readonly object[];
  readonly peakMib: number;
}

async function measure(name: string, look: (cloud: Cloud) => Promise<Look>, authUrl: string) {
  const cloud = new Cloud(settings(authUrl));
  const before = heapMib();
  const startedAt = performance.now();
  const { kept, peakMib } = await look(cloud);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = heapMib();
  cloud.close();
  const kib = ((after - before) * 1024) / SERVERS;
  console.log(
    `${name}: ${(after - before).toFixed(1)} MiB kept (${kib.toFixed(2)} KiB a server), ` +
      `${(peakMib - before).toFixed(1)} MiB at most, ${seconds.toFixed(1)} s, ${size(kept)} servers`,
  );
}

async function graphOfIds(cloud: Cloud) {
  const graph = new DependencyGraph();
  let peakMib = 0;
  for await (const page of resourceTypes.server.list(new Reader(cloud), {})) {
    for (const server of page) graph.add(server, referencesOf(server));
    peakMib = Math.max(peakMib, heapMib());
  }
  return { kept: graph, peakMib };
}

async function allBodies(cloud: Cloud) {
  const kept: object[] = [];
  let peakMib = 0;
  for await (const page of resourceTypes.server.list(new Reader(cloud), {})) {
    kept.push(...page);
    peakMib = Math.max(peakMib, heapMib());
  }
  return { kept, peakMib };
}

async function main(): Promise<void> {
  if (process.send !== undefined) return simulate();
  const child = fork(fileURLToPath(import.meta.url), [String(SERVERS)]);
  const { authUrl } = await new Promise<Address>((ready, failed) => {
    child.once('message', (message) => ready(message as Address));
    child.once('error', failed);
  });
  try {
    await measure('a graph of ids', graphOfIds, authUrl);
    await measure('every body held', allBodies, authUrl);
  } finally {
    child.kill();
  }
}

await main();
