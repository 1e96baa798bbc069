import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

/** What becomes of the nth packet in a direction, from 1; `undefined`: it passes. */
export type Fate = 'drop' | 'double' | 'late' | undefined;
export type Fates = (direction: 'to-bmc' | 'from-bmc', number: number) => Fate;

const HOST = '127.0.0.1';

export interface LossyProxy {
  readonly port: number;
  /** Packets so far. */
  readonly counts: { readonly 'to-bmc': number; readonly 'from-bmc': number };
  close(): Promise<void>;
}

/** Stands between clients and a BMC, and loses, doubles and reorders: a late packet goes after the next one. */
export async function lossyProxy(bmc: { host: string; port: number }, fates: Fates): Promise<LossyProxy> {
  const front = createSocket('udp4');
  const counts = { 'to-bmc': 0, 'from-bmc': 0 };
  const backs = new Map<number, Promise<Socket>>();
  const through = (direction: keyof typeof counts, packet: Buffer, held: Buffer[], send: (packet: Buffer) => void) => {
    counts[direction] += 1;
    const fate = fates(direction, counts[direction]);
    if (fate === 'drop') return;
    if (fate === 'late') {
      held.push(packet);
      return;
    }
    send(packet);
    if (fate === 'double') send(packet);
    for (const late of held.splice(0)) send(late);
  };
  // One of its own for each port of the client: so the BMC tells them apart as without a proxy.
  const backFor = async (client: RemoteInfo) => {
    const back = createSocket('udp4');
    const held: Buffer[] = [];
    back.on('message', (packet) =>
      through('from-bmc', packet, held, (out) => front.send(out, client.port, client.address)),
    );
    await bound(back);
    return back;
  };
  const held: Buffer[] = [];
  front.on('message', async (packet, client) => {
    const known = backs.get(client.port) ?? backFor(client);
    backs.set(client.port, known);
    const back = await known;
    through('to-bmc', packet, held, (out) => back.send(out, bmc.port, bmc.host));
  });
  await bound(front);
  return {
    port: front.address().port,
    counts,
    close: async () => {
      front.close();
      for (const back of backs.values()) (await back).close();
    },
  };
}

function bound(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.bind(0, HOST, resolve));
}
