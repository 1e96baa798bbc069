import type { Logger as TemporalLogger } from '@temporalio/common';
import { type DestinationStream, destination, type Logger, pino, stdSerializers } from 'pino';
import { z } from 'zod';
import { type LogLevel, logLevels } from './log-levels.ts';

/**
 * Names under which something secret might come by. Our own secrets are `Secret` objects, which print as `***` wherever
 * they are; this is for what others hand to the log, as the SDK with its connection options.
 */
const SECRET_NAMES = ['password', 'token', 'apiKey', 'api_key', 'secret', 'authorization', 'Authorization'];
const SECRET_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

const entrySchema = z.looseObject({ time: z.number(), level: z.string(), msg: z.string().default('') });

/** One line for a person: `20:07:12 warn  message  key=value`; the stack of an error below it. */
export function formatForTerminal(json: string): string {
  const { time, level, msg, error, ...rest } = entrySchema.parse(JSON.parse(json));
  const failure = z.object({ message: z.string(), stack: z.string().optional() }).safeParse(error);
  const fields = Object.entries(rest).map(([key, value]) => {
    return `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  if (failure.success) fields.push(`error=${failure.data.message}`);
  const clock = new Date(time).toTimeString().slice(0, 8);
  const line = [`${clock} ${level.padEnd(5)} ${msg}`, ...fields].join('  ');
  const stack = failure.success && failure.data.stack ? `\n${failure.data.stack}` : '';
  return `${line}${stack}\n`;
}

/** Synchronous: a process that ends has said everything. */
function stderrFor(isTerminal: boolean): DestinationStream {
  if (!isTerminal) return destination({ dest: 2, sync: true });
  return { write: (json) => void process.stderr.write(formatForTerminal(json)) };
}

/** The log of a process: JSON lines on stderr, or lines for a person when stderr is a terminal. */
export function createLog(level: LogLevel, stream: DestinationStream = stderrFor(process.stderr.isTTY)): Logger {
  return pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_PATHS, censor: '***' },
      serializers: { error: stdSerializers.err },
    },
    stream,
  );
}

/** What the SDK remarks on and we mean so: the worker for bulk data has no workflows, and nobody here has Nexus. */
const EXPECTED = /^No (workflows|Nexus services) registered/;

/** Sends the SDK's lines, its native part's and those of workflows and activities, to our log. */
export function temporalLogger(log: Logger): TemporalLogger {
  const write = (level: string, message: string, meta: object = {}) => {
    const known = logLevels.find((each) => each === level.toLowerCase()) ?? 'info';
    log[EXPECTED.test(message) ? 'debug' : known](meta, message);
  };
  return {
    log: write,
    trace: (message, meta) => write('trace', message, meta),
    debug: (message, meta) => write('debug', message, meta),
    info: (message, meta) => write('info', message, meta),
    warn: (message, meta) => write('warn', message, meta),
    error: (message, meta) => write('error', message, meta),
  };
}
