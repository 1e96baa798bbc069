import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/** Binds and lets go: 0 asks the system for a free one. `undefined` when the port is taken. */
async function bindable(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    return await new Promise<number | undefined>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
        else reject(error);
      });
      server.listen({ host: HOST, port, exclusive: true }, () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : undefined);
      });
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A port that is free on loopback now: `preferred` when it is, else one that the system gives. */
export async function freePort(preferred: number): Promise<number> {
  const port = (await bindable(preferred)) ?? (await bindable(0));
  if (port === undefined) throw new Error(`the system gives no free port on ${HOST}`);
  return port;
}

export const isFree = async (port: number): Promise<boolean> => (await bindable(port)) !== undefined;
