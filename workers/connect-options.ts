import { connect } from 'node:net';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { codeOf, reasonOf } from './failure-reason.ts';
import { StartupError } from './startup-error.ts';

export const DEFAULT_PORT = 7233;
export const DEFAULT_ADDRESS = `127.0.0.1:${DEFAULT_PORT}`;
const REACH_TIMEOUT_MS = 5_000;
const CALL_TIMEOUT_MS = 10_000;

/** One Temporal namespace and how to get there. May hold an API key: not for logs. */
export interface TemporalTarget {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  readonly tls?: NonNullable<NativeConnectionOptions['tls']>;
  readonly apiKey?: string;
  readonly metadata?: NonNullable<NativeConnectionOptions['metadata']>;
}

/** The `temporal:` section of pumphouse.yaml, as far as it says where Temporal is. */
export interface TemporalDefaults {
  readonly address?: string;
  readonly namespace?: string;
  readonly profile?: string;
  readonly configFile?: string;
}

/**
 * The target that the environment names, by the rules that all Temporal tools share: `TEMPORAL_ADDRESS`,
 * `TEMPORAL_NAMESPACE`, `TEMPORAL_TLS_*`, `TEMPORAL_API_KEY`, and the profile `TEMPORAL_PROFILE` of the file
 * `TEMPORAL_CONFIG_FILE` (temporal.toml). `defaults` stand in for variables that are not set.
 *
 * @throws {StartupError} when the file or a variable cannot be used
 */
export function targetFromEnvironment(
  env: NodeJS.ProcessEnv = process.env,
  defaults: TemporalDefaults = {},
): TemporalTarget {
  const settings: Readonly<Record<string, string | undefined>> = {
    ...env,
    TEMPORAL_ADDRESS: env.TEMPORAL_ADDRESS || defaults.address,
    TEMPORAL_NAMESPACE: env.TEMPORAL_NAMESPACE || defaults.namespace,
    TEMPORAL_PROFILE: env.TEMPORAL_PROFILE || defaults.profile,
    TEMPORAL_CONFIG_FILE: env.TEMPORAL_CONFIG_FILE || defaults.configFile,
  };
  const variables = Object.fromEntries(Object.entries(settings).filter((each): each is [string, string] => !!each[1]));
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: variables });
    const { address, tls, apiKey, metadata } = connectionOptions;
    return {
      address: address ?? DEFAULT_ADDRESS,
      namespace: namespace ?? 'default',
      ...(tls ? { tls } : {}),
      ...(typeof apiKey === 'string' ? { apiKey } : {}),
      ...(metadata ? { metadata } : {}),
    };
  } catch (error) {
    const reason = reasonOf(error);
    throw new StartupError(`the Temporal settings of the environment cannot be used: ${reason}`, 2, { cause: error });
  }
}

function hostAndPort(address: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(address);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  if (!host || port < 1 || port > 65_535) {
    throw new StartupError(`"${address}" is no Temporal address: HOST:PORT is needed, as ${DEFAULT_ADDRESS}`, 2);
  }
  return { host, port };
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be resolved now',
  EHOSTUNREACH: 'no route to that host',
  ENETUNREACH: 'no route to that network',
};

export function unreachable(address: string, reason: string, cause?: unknown): StartupError {
  return new StartupError(
    `cannot reach Temporal at ${address} (${reason}): start one here with "pump-dev", or set TEMPORAL_ADDRESS=HOST:PORT`,
    1,
    { cause },
  );
}

const PROXIES = ['grpc_proxy', 'https_proxy', 'http_proxy', 'HTTPS_PROXY', 'HTTP_PROXY'];

/**
 * Opens a TCP connection and closes it. The SDK's clients answer "failed to connect before the deadline" after ten
 * seconds; this tells at once, and why. Through a proxy it would tell nothing, so there it does nothing.
 *
 * @throws {StartupError} with the address, the reason and what to do
 */
export async function checkReachable(address: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const { host, port } = hostAndPort(address);
  const isLocal = ['127.0.0.1', 'localhost', '::1'].includes(host);
  if (!isLocal && PROXIES.some((name) => env[name])) return;
  const socket = connect({ host, port, timeout: REACH_TIMEOUT_MS });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('timeout', () => reject(unreachable(address, `no answer in ${REACH_TIMEOUT_MS / 1000} s`)));
      socket.once('error', (error: NodeJS.ErrnoException) => {
        reject(unreachable(address, REASONS[error.code ?? ''] ?? error.message, error));
      });
    });
  } finally {
    socket.destroy();
  }
}

/** What both kinds of the SDK's connections offer, as far as setting up needs it. */
export interface ServiceConnection {
  readonly workflowService: {
    describeNamespace(request: { namespace: string }): Promise<unknown>;
  };
  withDeadline<T>(deadline: number, body: () => Promise<T>): Promise<T>;
}

/** gRPC status codes (grpc/grpc doc/statuscodes.md) that mean something of their own here. */
export const grpcStatus = { notFound: 5, permissionDenied: 7, unimplemented: 12, unauthenticated: 16 } as const;

/**
 * Asks for the namespace: the first call that shows whether address, TLS and credentials fit together.
 *
 * @throws {StartupError} one line for an unknown namespace, refused credentials or no answer
 */
export async function checkNamespace(connection: ServiceConnection, target: TemporalTarget): Promise<void> {
  const { address, namespace } = target;
  try {
    await connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    const code = codeOf(error);
    if (code === grpcStatus.notFound) {
      throw new StartupError(
        `Temporal at ${address} has no namespace "${namespace}": set TEMPORAL_NAMESPACE, or make it with ` +
          `"temporal operator namespace create --address ${address} --retention 30d ${namespace}"`,
        2,
        { cause: error },
      );
    }
    if (code === grpcStatus.unauthenticated || code === grpcStatus.permissionDenied) {
      throw new StartupError(
        `Temporal at ${address} refuses us in namespace "${namespace}": check TEMPORAL_API_KEY or the client ` +
          'certificate (TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH)',
        2,
        { cause: error },
      );
    }
    throw unreachable(address, reasonOf(error), error);
  }
}
