import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { cacheFolder } from '../../workers/own-folders.ts';
import { connectService } from '../../workers/service-connection.ts';
import { findTemporalBinary } from '../../workers/temporal-binary.ts';
import { searchAttributeKeys } from '../../workflows/search-attributes.ts';
import { testTarget, unique } from '../temporal.ts';

const serviceSchema = z.object({
  image: z.string(),
  ports: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  command: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});
const fileSchema = z.object({ services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.null()) });

const text = readFileSync(new URL('../../docker-compose.temporal.yml', import.meta.url), 'utf8');
const { services, volumes } = fileSchema.parse(parse(text, { merge: true }));

describe('docker-compose.temporal.yml', () => {
  it('has a database, the server, its Web UI and the two one-shots', () => {
    expect(Object.keys(services)).toEqual(['postgresql', 'schema', 'temporal', 'namespace', 'ui']);
    expect(text).not.toContain('auto-setup');
  });

  it('listens on loopback only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports);
    expect(ports).toHaveLength(2);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('starts each service when what it needs is healthy or done', () => {
    expect(services.schema?.depends_on).toEqual({ postgresql: { condition: 'service_healthy' } });
    expect(services.temporal?.depends_on).toEqual({ schema: { condition: 'service_completed_successfully' } });
    expect(services.namespace?.depends_on).toEqual({ temporal: { condition: 'service_healthy' } });
    for (const name of ['postgresql', 'temporal', 'ui']) expect(services[name]?.healthcheck).toBeDefined();
  });

  it('keeps the database in a volume', () => {
    expect(services.postgresql?.volumes).toEqual(['postgresql:/var/lib/postgresql/data']);
    expect(volumes).toHaveProperty('postgresql');
  });

  it('registers the search attributes that workflows set', () => {
    expect(services.namespace?.environment.SEARCH_ATTRIBUTES?.split(' ')).toEqual(
      searchAttributeKeys.map(({ name }) => name),
    );
  });
});

async function registeredIn(namespace: string): Promise<string[]> {
  const connection = await connectService({ ...testTarget(), namespace });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return Object.keys(customAttributes)
      .filter((name) => name.startsWith('Pumphouse'))
      .sort();
  } finally {
    await connection.close();
  }
}

/** Runs the one-shot's own script with `temporal` on PATH, against the test server. */
describe('the namespace one-shot', () => {
  let path: string;

  beforeAll(async () => {
    const search = { env: process.env, cacheFolder: cacheFolder(process.env), say: () => undefined };
    path = dirname((await findTemporalBinary(search)).path);
  }, 60_000);

  function run(namespace: string) {
    const script = services.namespace?.command[0]?.replaceAll('$$', '$') ?? 'exit 99';
    return spawnSync('/bin/sh', ['-c', script], {
      encoding: 'utf8',
      env: {
        ...services.namespace?.environment,
        HOME: mkdtempSync(join(tmpdir(), 'pumphouse-test-')),
        PATH: [path, process.env.PATH].join(delimiter),
        TEMPORAL_ADDRESS: testTarget().address,
        TEMPORAL_NAMESPACE: namespace,
      },
    });
  }

  it('makes the namespace with 30 days of retention and our search attributes, and may run again', async () => {
    const namespace = unique('compose');
    const first = run(namespace);
    expect({ status: first.status, stderr: first.stderr }).toMatchObject({ status: 0 });
    const second = run(namespace);
    expect({ status: second.status, stderr: second.stderr }).toMatchObject({ status: 0 });
    expect(second.stdout).toContain(`namespace ${namespace} is there`);

    const connection = await connectService({ ...testTarget(), namespace });
    try {
      const described = await connection.workflowService.describeNamespace({ namespace });
      expect(Number(described.config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 3600);
      await expect(registeredIn(namespace)).resolves.toEqual(searchAttributeKeys.map(({ name }) => name).sort());
    } finally {
      await connection.close();
    }
  }, 120_000);
});
