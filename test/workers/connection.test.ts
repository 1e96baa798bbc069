import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { connectClient } from '../../client/connection.ts';
import { type TemporalTarget, targetFromEnvironment } from '../../workers/connect-options.ts';
import { connectWorker } from '../../workers/connection.ts';
import { freePort } from '../../workers/server-ports.ts';
import { testTarget } from '../temporal.ts';

const connectors = [
  ['worker', (target: TemporalTarget) => connectWorker(target)],
  ['client', (target: TemporalTarget) => connectClient(target)],
] as const;

describe.each(connectors)('a %s', (_who, connect) => {
  it('says in one line that nothing listens, where, and what to do', async () => {
    const address = `127.0.0.1:${await freePort(0)}`;
    await expect(connect({ address, namespace: 'default' })).rejects.toMatchObject({
      exitCode: 1,
      message: `cannot reach Temporal at ${address} (nothing listens there): start one here with "pump-dev", or set TEMPORAL_ADDRESS=HOST:PORT`,
    });
  });

  it('says which namespace is missing and how to make it', async () => {
    const target = { ...testTarget(), namespace: 'nobody-made-this' };
    await expect(connect(target)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(
        `no namespace "nobody-made-this": set TEMPORAL_NAMESPACE, or make it with "temporal operator namespace create`,
      ),
    });
  });

  it('refuses an address that is none', async () => {
    await expect(connect({ address: 'over there', namespace: 'default' })).rejects.toMatchObject({
      exitCode: 2,
      message: '"over there" is no Temporal address: HOST:PORT is needed, as 127.0.0.1:7233',
    });
  });
});

it('does not take a server of another kind for Temporal', async () => {
  const other = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    await expect(connectWorker({ address: `127.0.0.1:${port}`, namespace: 'default' })).rejects.toThrow(
      `cannot reach Temporal at 127.0.0.1:${port}`,
    );
  } finally {
    other.close();
  }
});

describe('the environment', () => {
  it('names the target as for all Temporal tools', () => {
    const env = { TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_NAMESPACE: 'moves', TEMPORAL_API_KEY: 'key' };
    expect(targetFromEnvironment(env)).toMatchObject({
      address: 'temporal.example:7233',
      namespace: 'moves',
      apiKey: 'key',
      tls: expect.anything(),
    });
  });

  it('goes before pumphouse.yaml, which goes before the default', () => {
    const defaults = { address: 'from.yaml:7233', namespace: 'yaml' };
    expect(targetFromEnvironment({ HOME: '/nowhere' }, defaults)).toMatchObject(defaults);
    expect(targetFromEnvironment({ HOME: '/nowhere', TEMPORAL_NAMESPACE: 'env' }, defaults).namespace).toBe('env');
    expect(targetFromEnvironment({ HOME: '/nowhere' })).toMatchObject({
      address: '127.0.0.1:7233',
      namespace: 'default',
    });
  });

  it('is refused in one line when its file cannot be used', () => {
    expect(() =>
      targetFromEnvironment({ TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml', TEMPORAL_PROFILE: 'x' }),
    ).toThrow(/^the Temporal settings of the environment cannot be used: /);
  });
});
