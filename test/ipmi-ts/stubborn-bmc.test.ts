import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { IpmiClient } from 'ipmi-ts';

/** Get Channel Authentication Capabilities: IPMI 2.0, users with names. Section 22.13. */
const CAPABILITIES = Buffer.from('0600ff0700000000000000000010811c6320003800018004020000000021', 'hex');
const INVALID_SESSION = 0x02;
const UNKNOWN_ROLE = 0x0a;

let bmc: Socket;
let asked: number;
let status: number;
beforeEach(async () => {
  asked = 0;
  bmc = createSocket('udp4').bind(0, '127.0.0.1');
  await once(bmc, 'listening');
  bmc.on('message', (packet, from) => {
    if (packet.readUInt8(4) === 0) {
      bmc.send(CAPABILITIES, from.port, from.address);
      return;
    }
    asked += 1;
    // RMCP+ Open Session Response: tag, status, two bytes reserved, the console's session ID. Section 13.18.
    const header = Buffer.from('0600ff07061100000000000000000800', 'hex');
    const payload = Buffer.from([packet.readUInt8(16), status, 0, 0, ...packet.subarray(20, 24)]);
    bmc.send(Buffer.concat([header, payload]), from.port, from.address);
  });
});
afterEach(() => {
  bmc.close();
});

const connect = () => {
  const { port } = bmc.address();
  const login = { host: '127.0.0.1', port, user: 'admin', password: 'admin' };
  return IpmiClient.connect({ ...login, timeoutMs: 300, retransmitMs: 50 });
};

it('is asked a few times, with pauses, when it says that a session is not there', async () => {
  status = INVALID_SESSION;
  await expect(connect()).rejects.toMatchObject({ problem: 'refused', status: INVALID_SESSION });
  // At once, then after 50, 150 and 350 ms.
  expect(asked).toBeLessThanOrEqual(4);
  expect(asked).toBeGreaterThan(1);
});

it('is asked once when it refuses the privilege level', async () => {
  status = UNKNOWN_ROLE;
  await expect(connect()).rejects.toMatchObject({ problem: 'privilege' });
  expect(asked).toBe(1);
});
