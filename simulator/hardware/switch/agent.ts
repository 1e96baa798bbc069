import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  AccessControlModelType,
  AccessLevel,
  AuthProtocols,
  createAgent,
  ErrorStatus,
  MibProviderType,
  ObjectType,
  PrivProtocols,
  SecurityLevel,
  type User,
  type Varbind,
  Version3,
} from 'net-snmp';
import type { SwitchOptions, SwitchUser } from './options.ts';
import type { Assignment, SwitchState } from './state.ts';
import { changingAt, type FilledTable, type MibRequest, type Provider, tablesOf } from './tables.ts';
import { refuseMessage } from './usm.ts';

/** What of net-snmp's agent is used; it has no types. */
interface Agent {
  getMib(): {
    setScalarValue(name: string, value: unknown): void;
    addTableRow(name: string, row: readonly unknown[]): void;
  };
  getAuthorizer(): {
    addCommunity(community: string): void;
    addUser(user: User): void;
    getAccessControlModel(): {
      setCommunityAccess(community: string, level: AccessLevel): void;
      setUserAccess(username: string, level: AccessLevel): void;
      isAccessAllowed(version: number, name: string, pduType: number): boolean;
    };
  };
  registerProvider(provider: Provider): void;
  setRequest(socket: unknown, message: SetMessage, from: RemoteInfo): void;
  sendResponse(socket: unknown, from: RemoteInfo, message: SetMessage, response: Response): void;
}

interface SetMessage {
  readonly version: number;
  readonly community?: string;
  readonly user?: { readonly name: string };
  readonly pdu: { readonly type: number; readonly varbinds: readonly Varbind[]; getResponsePduForRequest(): Response };
}

interface Response {
  varbinds: readonly Varbind[];
  errorStatus?: ErrorStatus;
  errorIndex?: number;
}

export interface Watch {
  /** Before a message that reads one of these values is answered. */
  onRead(oid: string): void;
  /** Before a message that writes is looked at. */
  onWrite(assignments: readonly Assignment[]): void;
  onWritten(assignments: readonly Assignment[]): void;
}

const ENGINE_ID = Buffer.from('8000b98380a1b2c3d4e5f6a7b8c9d0e1f2', 'hex');

/** Starts the agent of a switch. Resolves when it can be asked. */
export async function startAgent(options: SwitchOptions, state: SwitchState, watch: Watch): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(socket, 'listening');
  const agent: Agent = createAgent(
    {
      accessControlModelType: AccessControlModelType.Simple,
      engineID: ENGINE_ID.toString('hex'),
      dgramModule: { createSocket: () => wire(socket, options.users ?? [], state) },
    },
    // What it does not understand or allow it leaves without an answer, as a switch does.
    () => undefined,
  );
  allow(agent, options);
  agent.setRequest = (from, message, rinfo) => answerSet(agent, state, watch, from, message, rinfo);
  fill(
    agent,
    tablesOf(options, (request) => answerRead(state, watch, request)),
  );
  return socket;
}

/** Between the agent and the network: bound already, late where the switch is slow, with the reports that the agent leaves out. */
function wire(socket: Socket, users: readonly SwitchUser[], state: SwitchState) {
  const send = (message: Buffer, port: number, address: string): void => {
    const go = (): void => {
      try {
        socket.send(message, port, address);
      } catch {
        // It was closed meanwhile.
      }
    };
    const { answersAfterMs } = state.behaviour;
    if (answersAfterMs === 0) go();
    else setTimeout(go, answersAfterMs).unref();
  };
  return {
    bind: () => undefined,
    on(event: string, handler: (...values: never[]) => void): void {
      if (event !== 'message') return;
      const toAgent = handler as (message: Buffer, from: RemoteInfo) => void;
      socket.on('message', (message, from) => {
        const report = refuseMessage(message, users, ENGINE_ID);
        if (report === undefined) toAgent(message, from);
        else send(report, from.port, from.address);
      });
    },
    send(message: Buffer, _offset: number, _length: number, port: number, address: string): void {
      send(message, port, address);
    },
  };
}

function allow(agent: Agent, { community, readCommunity, users = [] }: SwitchOptions): void {
  const authorizer = agent.getAuthorizer();
  const rights = authorizer.getAccessControlModel();
  const levels = [
    [readCommunity, AccessLevel.ReadOnly],
    [community, AccessLevel.ReadWrite],
  ] as const;
  for (const [name, level] of levels) {
    if (name === undefined) continue;
    authorizer.addCommunity(name);
    rights.setCommunityAccess(name, level);
  }
  for (const user of users) {
    authorizer.addUser(agentUser(user));
    rights.setUserAccess(user.username, user.isReadOnly ? AccessLevel.ReadOnly : AccessLevel.ReadWrite);
  }
}

function agentUser({ username: name, auth, priv }: SwitchUser): User {
  if (auth === undefined) return { name, level: SecurityLevel.noAuthNoPriv };
  const signing = { name, authProtocol: AuthProtocols[auth.protocol], authKey: auth.password };
  if (priv === undefined) return { ...signing, level: SecurityLevel.authNoPriv };
  const { protocol, password } = priv;
  return { ...signing, level: SecurityLevel.authPriv, privProtocol: PrivProtocols[protocol], privKey: password };
}

function fill(agent: Agent, tables: readonly FilledTable[]): void {
  const mib = agent.getMib();
  for (const { provider, rows } of tables) {
    agent.registerProvider(provider);
    for (const row of rows) {
      if (provider.type === MibProviderType.Scalar) mib.setScalarValue(provider.name, row[0]);
      else mib.addTableRow(provider.name, row);
    }
  }
}

function answerRead(state: SwitchState, watch: Watch, request: MibRequest): void {
  watch.onRead(request.oid);
  const at = changingAt(request.oid);
  if (at !== undefined) request.instanceNode.value = state.read(at.column, at.index);
  request.done();
}

const TYPES: Readonly<Record<Assignment['column'], ObjectType>> = {
  dot1qVlanStaticEgressPorts: ObjectType.OctetString,
  dot1qVlanStaticUntaggedPorts: ObjectType.OctetString,
  dot1qPvid: ObjectType.Unsigned32,
  snmpSetSerialNo: ObjectType.Integer,
};

/** In place of the agent's own: that one makes text of octets, and forgets which type was sent. */
function answerSet(
  agent: Agent,
  state: SwitchState,
  watch: Watch,
  socket: unknown,
  message: SetMessage,
  from: RemoteInfo,
): void {
  const { varbinds } = message.pdu;
  const assignments = varbinds.map(assignmentOf);
  const known = assignments.filter((assignment) => assignment !== undefined);
  watch.onWrite(known);
  const refusals = state.refusals(known);
  const statuses = varbinds.map((varbind, at): ErrorStatus => {
    const assignment = assignments[at];
    if (!mayWrite(agent, message)) return ErrorStatus.NoAccess;
    if (assignment === undefined) return ErrorStatus.NotWritable;
    if (varbind.type !== TYPES[assignment.column]) return ErrorStatus.WrongType;
    return refusals.get(assignment) ?? ErrorStatus.NoError;
  });
  const failing = statuses.findIndex((status) => status !== ErrorStatus.NoError);
  const response = message.pdu.getResponsePduForRequest();
  response.varbinds = varbinds;
  if (failing === -1) {
    state.apply(known);
    watch.onWritten(known);
  } else {
    response.errorStatus = statuses[failing] ?? ErrorStatus.GeneralError;
    response.errorIndex = failing + 1;
  }
  agent.sendResponse(socket, from, message, response);
}

function assignmentOf({ oid, value }: Varbind): Assignment | undefined {
  const at = changingAt(oid);
  if (at === undefined || !(typeof value === 'number' || Buffer.isBuffer(value))) return undefined;
  return { ...at, value };
}

function mayWrite(agent: Agent, { version, community = '', user, pdu }: SetMessage): boolean {
  const name = version === Version3 ? (user?.name ?? '') : community;
  return agent.getAuthorizer().getAccessControlModel().isAccessAllowed(version, name, pdu.type);
}
