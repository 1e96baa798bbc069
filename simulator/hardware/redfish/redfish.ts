import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../../clock.ts';
import { objectOf, text } from '../../http/json.ts';
import type { Machine } from '../machine.ts';
import { RedfishFaults } from './faults.ts';
import { type RedfishOptions, type RedfishSettings, redfishOptionsSchema } from './options.ts';
import { RedfishRefusal, refusalBody } from './refusal.ts';
import { type RedfishSession, RedfishSessions } from './sessions.ts';
import { System } from './system.ts';

const ROOT = '/redfish/v1';
const SESSIONS = `${ROOT}/SessionService/Sessions`;

/** The Redfish service of one machine (DSP0266 1.15): sessions, power and boot override. */
export class Redfish {
  readonly machine: Machine;
  readonly settings: RedfishSettings;
  readonly faults = new RedfishFaults();
  readonly sessions: RedfishSessions;
  readonly #system: System;
  readonly #app: App;
  readonly #log: string[] = [];
  #url = '';

  private constructor(machine: Machine, clock: Clock, options: RedfishOptions) {
    this.machine = machine;
    this.settings = redfishOptionsSchema.parse(options);
    this.sessions = new RedfishSessions(this.settings, clock);
    this.#system = new System(machine, this.settings);
    this.#app = createApp(this.settings);
    this.#prepare();
    this.#route();
  }

  /** Listens on `host`, at a free port when `port` is 0. Throws a ZodError for options without sense. */
  static async start(
    machine: Machine,
    clock: Clock,
    {
      host = '127.0.0.1',
      port = 0,
      ...options
    }: RedfishOptions & { readonly host?: string; readonly port?: number } = {},
  ): Promise<Redfish> {
    const redfish = new Redfish(machine, clock, options);
    redfish.#url = await redfish.#app.listen({ host, port });
    return redfish;
  }

  /** Without a path: `http://127.0.0.1:8443`. */
  get url(): string {
    return this.#url;
  }
  /** `METHOD path` of every request, oldest first. */
  get requests(): readonly string[] {
    return this.#log;
  }

  close(): Promise<void> {
    return this.#app.close();
  }

  #prepare(): void {
    const app = this.#app;
    app.addHook('onRequest', async (request, reply) => {
      this.#log.push(`${request.method} ${request.url}`);
      reply.header('OData-Version', '4.0');
      const effect = this.faults.strike(request);
      if (effect?.kind === 'mute') reply.hijack();
      if (effect?.kind === 'forgets-sessions') this.sessions.forget();
      if (effect?.kind === 'slow') await sleep(effect.delayMs);
      if (effect?.kind === 'status') {
        const internal = new RedfishRefusal('internal').body;
        return reply.code(effect.status).send(effect.body ?? internal);
      }
      if (!this.#isPublic(request)) this.#authorize(request);
      if (effect?.kind === 'lies' && request.method !== 'GET') return reply.code(204).send();
      return undefined;
    });
    app.setNotFoundHandler((_request, reply) => this.#refuse(reply, new RedfishRefusal('notFound')));
    app.setErrorHandler((error, _request, reply) => {
      if (error instanceof RedfishRefusal) return this.#refuse(reply, error);
      const status = objectOf(error).statusCode;
      if (typeof status === 'number' && status < 500) return this.#refuse(reply, new RedfishRefusal('malformed'));
      // A mistake of ours must look like one.
      return reply.code(500).send(refusalBody('SimBMC.1.0.Failed', `pump-sim failed: ${String(error)}`));
    });
  }

  /** The root, and logging in: all else needs a user (DSP0266 section 13.3.1). */
  #isPublic({ method, url }: FastifyRequest): boolean {
    const path = url.replace(/\/$/, '');
    return (method === 'GET' && (path === '/redfish' || path === ROOT)) || (method === 'POST' && path === SESSIONS);
  }

  #authorize({ headers, method }: FastifyRequest): void {
    const user = this.sessions.userOf(headers);
    if (user.role === 'ReadOnly' && (method === 'PATCH' || method === 'POST'))
      throw new RedfishRefusal('insufficientPrivilege');
  }

  #refuse(reply: FastifyReply, refusal: RedfishRefusal): FastifyReply {
    if (refusal.status === 401) reply.header('WWW-Authenticate', 'Basic realm="Redfish"');
    return reply.code(refusal.status).send(refusal.body);
  }

  #route(): void {
    const app = this.#app;
    app.get('/redfish', () => ({ v1: `${ROOT}/` }));
    app.get(ROOT, () => ({
      '@odata.type': '#ServiceRoot.v1_5_0.ServiceRoot',
      '@odata.id': `${ROOT}/`,
      Id: 'RootService',
      Name: 'Root Service',
      RedfishVersion: '1.15.0',
      Systems: { '@odata.id': `${ROOT}/Systems` },
      SessionService: { '@odata.id': `${ROOT}/SessionService` },
      Links: { Sessions: { '@odata.id': SESSIONS } },
    }));
    app.get(`${ROOT}/Systems`, () =>
      collection('ComputerSystemCollection.ComputerSystemCollection', `${ROOT}/Systems`, [this.#system.path]),
    );
    this.#routeSystem(app);
    if (this.settings.authentication !== 'basic') this.#routeSessions(app);
  }

  #routeSystem(app: App): void {
    const system = this.#system;
    app.get(system.path, (_request, reply) => reply.header('ETag', system.etag).send(system.view()));
    app.patch(system.path, (request, reply) => {
      const given = request.headers['if-match'];
      if (given === undefined && this.settings.requiresIfMatch) throw new RedfishRefusal('preconditionRequired');
      const matches = given?.split(',').some((tag) => tag.trim() === '*' || tag.trim() === system.etag);
      if (matches === false) throw new RedfishRefusal('preconditionFailed');
      system.patch(request.body);
      return reply.code(204).send();
    });
    app.post(`${system.path}/Actions/ComputerSystem.Reset`, (request, reply) => {
      system.reset(request.body);
      return reply.code(204).send();
    });
    const nics = `${system.path}/EthernetInterfaces`;
    const { interfaces } = this.machine.settings;
    const type = 'EthernetInterfaceCollection.EthernetInterfaceCollection';
    app.get(nics, () =>
      collection(
        type,
        nics,
        Object.keys(interfaces).map((name) => `${nics}/${name}`),
      ),
    );
    for (const [name, mac] of Object.entries(interfaces)) {
      app.get(`${nics}/${name}`, () => ({
        '@odata.type': '#EthernetInterface.v1_4_0.EthernetInterface',
        '@odata.id': `${nics}/${name}`,
        Id: name,
        Name: name,
        PermanentMACAddress: mac,
        MACAddress: mac,
      }));
    }
  }

  #routeSessions(app: App): void {
    app.get(`${ROOT}/SessionService`, () => ({
      '@odata.type': '#SessionService.v1_1_8.SessionService',
      '@odata.id': `${ROOT}/SessionService`,
      Id: 'SessionService',
      Name: 'Session Service',
      ServiceEnabled: true,
      SessionTimeout: this.settings.sessionTimeoutMs / 1000,
      Sessions: { '@odata.id': SESSIONS },
    }));
    app.get(SESSIONS, () =>
      collection(
        'SessionCollection.SessionCollection',
        SESSIONS,
        this.sessions.all.map(({ id }) => `${SESSIONS}/${id}`),
      ),
    );
    app.post(SESSIONS, (request, reply) => {
      const { UserName, Password } = objectOf(request.body);
      for (const [key, value] of Object.entries({ UserName, Password }))
        if (text(value) === undefined) throw new RedfishRefusal('propertyMissing', key);
      const session = this.sessions.open(String(UserName), String(Password));
      const headers = { Location: `${SESSIONS}/${session.id}`, 'X-Auth-Token': session.token };
      return reply.code(201).headers(headers).send(sessionView(session));
    });
    app.get<{ Params: { id: string } }>(`${SESSIONS}/:id`, ({ params }) => sessionView(this.sessions.get(params.id)));
    app.delete<{ Params: { id: string } }>(`${SESSIONS}/:id`, ({ params }, reply) => {
      this.sessions.close(params.id);
      return reply.code(204).send();
    });
  }
}

/** Over HTTPS when there is a certificate; Fastify's type for it holds for both. */
function createApp({ tls }: RedfishSettings) {
  return Fastify({ forceCloseConnections: true, routerOptions: { ignoreTrailingSlash: true }, https: tls ?? null });
}
type App = ReturnType<typeof createApp>;

function sessionView({ id, user }: RedfishSession): object {
  return {
    '@odata.type': '#Session.v1_3_0.Session',
    '@odata.id': `${SESSIONS}/${id}`,
    Id: id,
    Name: 'User Session',
    UserName: user.name,
  };
}

function collection(type: string, path: string, members: readonly string[]): object {
  return {
    '@odata.type': `#${type}`,
    '@odata.id': path,
    Name: type.split('.')[0],
    'Members@odata.count': members.length,
    Members: members.map((member) => ({ '@odata.id': member })),
  };
}
