import { afterEach, describe, expect, it } from '@jest/globals';
import type { Redfish } from '../../../simulator/hardware/redfish/redfish.ts';
import { at } from '../sim-client.ts';
import { MINUTE, Rack } from './rack.ts';

let rack: Rack;
let redfish: Redfish;
afterEach(() => rack.close());

const SYSTEM = '/redfish/v1/Systems/1';
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;
const basic = (user: string, password = user) => {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
};

interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** Of the first message, without its registry. */
  readonly message: string | undefined;
}

async function ask(
  method: string,
  path: string,
  { body, headers = basic('admin') }: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
): Promise<Asked> {
  const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const payload = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${redfish.url}${path}`, { method, headers: { ...json, ...headers }, ...payload });
  const text = await answer.text();
  const parsed: unknown = text === '' ? undefined : JSON.parse(text);
  const id = /"MessageId":"[\w]+\.\d+\.\d+\.(\w+)"/.exec(text)?.[1];
  return { status: answer.status, headers: answer.headers, body: parsed, message: id };
}

describe('power', () => {
  it('is read, switched and read again', async () => {
    rack = new Rack();
    redfish = await rack.redfish();
    expect((await ask('GET', SYSTEM)).body).toMatchObject({ PowerState: 'On' });
    expect((await ask('POST', RESET, { body: { ResetType: 'GracefulShutdown' } })).status).toBe(204);
    expect((await ask('GET', SYSTEM)).body).toMatchObject({ PowerState: 'On' });
    rack.clock.advance(MINUTE);
    expect((await ask('GET', SYSTEM)).body).toMatchObject({ PowerState: 'Off' });
    expect((await ask('POST', RESET, { body: { ResetType: 'On' } })).status).toBe(204);
    rack.clock.advance(MINUTE);
    expect(rack.machine.starts).toEqual(['disk']);
  });

  it('is refused when the machine has it already, or the type is not in the list', async () => {
    rack = new Rack();
    redfish = await rack.redfish({ resetTypes: ['On', 'ForceOff'] });
    const reset = (body: unknown) => ask('POST', RESET, { body });
    expect(await reset({ ResetType: 'On' })).toMatchObject({ status: 409 });
    expect(await reset({ ResetType: 'GracefulShutdown' })).toMatchObject({
      status: 400,
      message: 'ActionParameterNotSupported',
    });
    expect(await reset({})).toMatchObject({ status: 400, message: 'ActionParameterMissing' });
    expect(at((await ask('GET', SYSTEM)).body, 'Actions', '#ComputerSystem.Reset')).toMatchObject({
      target: RESET,
      'ResetType@Redfish.AllowableValues': ['On', 'ForceOff'],
    });
  });
});

describe('boot override', () => {
  const pxe = { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' };

  it('is followed once and then disabled', async () => {
    rack = new Rack();
    redfish = await rack.redfish();
    rack.pxe = 'bootstrap';
    expect((await ask('PATCH', SYSTEM, { body: { Boot: pxe } })).status).toBe(204);
    expect(at((await ask('GET', SYSTEM)).body, 'Boot')).toMatchObject(pxe);
    await ask('POST', RESET, { body: { ResetType: 'ForceRestart' } });
    rack.clock.advance(MINUTE);
    expect(rack.machine.bootedInto).toBe('bootstrap');
    expect(at((await ask('GET', SYSTEM)).body, 'Boot')).toMatchObject({ BootSourceOverrideEnabled: 'Disabled' });
  });

  it('is refused with an ETag of before, and taken with the present one', async () => {
    rack = new Rack();
    redfish = await rack.redfish({ requiresIfMatch: true });
    const patch = (tag?: string | null) => {
      const headers = { ...basic('admin'), ...(tag ? { 'If-Match': tag } : {}) };
      return ask('PATCH', SYSTEM, { body: { Boot: pxe }, headers });
    };
    const first = (await ask('GET', SYSTEM)).headers.get('etag');
    expect(await patch()).toMatchObject({ status: 428 });
    expect(await patch(first)).toMatchObject({ status: 204 });
    expect(await patch(first)).toMatchObject({ status: 412, message: 'PreconditionFailed' });
    expect(await patch((await ask('GET', SYSTEM)).headers.get('etag'))).toMatchObject({ status: 204 });
  });

  it('is without effect as long as it is not enabled', async () => {
    rack = new Rack();
    redfish = await rack.redfish();
    await ask('PATCH', SYSTEM, { body: { Boot: { BootSourceOverrideTarget: 'Pxe' } } });
    expect(rack.machine.bootOverride.device).toBe('none');
  });

  it.each([
    [{ Boot: { BootSourceOverrideTarget: 'Floppy' } }, 'PropertyValueNotInList'],
    [{ Boot: { BootSourceOverrideEnabled: 'Sometimes' } }, 'PropertyValueNotInList'],
    [{ Boot: { Device: 'Pxe' } }, 'PropertyUnknown'],
    [{ PowerState: 'Off' }, 'PropertyNotWritable'],
    [{ Boot: {} }, 'NoOperation'],
  ])('refuses %j', async (body, message) => {
    rack = new Rack();
    redfish = await rack.redfish();
    expect(await ask('PATCH', SYSTEM, { body })).toMatchObject({ status: 400, message });
  });

  it('is the same that IPMI shows', async () => {
    rack = new Rack();
    redfish = await rack.redfish();
    const client = await rack.connect(await rack.bmc());
    const boot = { BootSourceOverrideEnabled: 'Continuous', BootSourceOverrideTarget: 'Hdd' };
    await ask('PATCH', SYSTEM, { body: { Boot: { ...boot, BootSourceOverrideMode: 'UEFI' } } });
    expect(await client.bootOptions()).toEqual({ device: 'disk', persistent: true, uefi: true, valid: true });
  });
});

describe('access', () => {
  it('to the root is free, and to all else it needs a user', async () => {
    rack = new Rack();
    redfish = await rack.redfish();
    const root = await ask('GET', '/redfish/v1/', { headers: {} });
    expect(root.body).toMatchObject({ Systems: { '@odata.id': '/redfish/v1/Systems' } });
    const refused = await ask('GET', SYSTEM, { headers: {} });
    expect(refused).toMatchObject({ status: 401, message: 'NoValidSession' });
    expect(refused.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(await ask('GET', SYSTEM, { headers: basic('admin', 'guess') })).toMatchObject({ status: 401 });
    expect((await ask('GET', '/redfish/v1/Systems')).body).toMatchObject({ Members: [{ '@odata.id': SYSTEM }] });
    expect(await ask('GET', '/redfish/v1/Systems/2')).toMatchObject({ status: 404, message: 'ResourceMissingAtURI' });
  });

  it('by a session lasts until it is closed or unused for too long', async () => {
    rack = new Rack();
    redfish = await rack.redfish({ authentication: 'session', sessionTimeoutMs: MINUTE, maxSessions: 1 });
    const sessions = '/redfish/v1/SessionService/Sessions';
    const login = () => ask('POST', sessions, { body: { UserName: 'admin', Password: 'admin' }, headers: {} });
    const first = await login();
    expect(first).toMatchObject({ status: 201, body: { UserName: 'admin' } });
    const headers = { 'X-Auth-Token': first.headers.get('x-auth-token') ?? '' };
    expect(await login()).toMatchObject({ status: 503, message: 'SessionLimitExceeded' });
    expect((await ask('GET', SYSTEM, { headers })).status).toBe(200);
    expect((await ask('GET', SYSTEM)).status).toBe(401);
    expect((await ask('DELETE', first.headers.get('location') ?? '', { headers })).status).toBe(204);
    expect((await ask('GET', SYSTEM, { headers })).status).toBe(401);
    const second = { 'X-Auth-Token': (await login()).headers.get('x-auth-token') ?? '' };
    rack.clock.advance(2 * MINUTE);
    expect((await ask('GET', SYSTEM, { headers: second })).status).toBe(401);
  });

  it('of a watcher is for looking only', async () => {
    rack = new Rack();
    redfish = await rack.redfish();
    const headers = basic('watcher');
    expect((await ask('GET', SYSTEM, { headers })).status).toBe(200);
    const reset = await ask('POST', RESET, { body: { ResetType: 'ForceOff' }, headers });
    expect(reset).toMatchObject({ status: 403, message: 'InsufficientPrivilege' });
  });
});

it('fails as it is told to', async () => {
  rack = new Rack();
  redfish = await rack.redfish();
  redfish.faults.add({ method: 'GET', path: 'Systems', times: 1, fault: { kind: 'status', status: 503 } });
  redfish.faults.add({ method: 'POST', times: 1, fault: { kind: 'lies' } });
  expect((await ask('GET', SYSTEM)).status).toBe(503);
  expect((await ask('GET', SYSTEM)).status).toBe(200);
  expect((await ask('POST', RESET, { body: { ResetType: 'ForceOff' } })).status).toBe(204);
  rack.clock.advance(MINUTE);
  expect(rack.machine.power).toBe('on');
});
