/** Messages of the Base registry (DSP0268 / Base.1.8) and our own, with the status that they are sent with. */
const MESSAGES = {
  noValidSession: [401, 'Base.1.8.NoValidSession', 'There is no valid session established with the implementation.'],
  unauthorized: [
    401,
    'Base.1.8.ResourceAtUriUnauthorized',
    'While accessing the resource, the service received an authorization error.',
  ],
  insufficientPrivilege: [
    403,
    'Base.1.8.InsufficientPrivilege',
    'There are insufficient privileges for the account or credentials associated with the current session to perform the requested operation.',
  ],
  notFound: [404, 'Base.1.8.ResourceMissingAtURI', 'The resource at the URI was not found.'],
  methodNotAllowed: [405, 'Base.1.8.ActionNotSupported', 'The method is not supported by the resource.'],
  malformed: [
    400,
    'Base.1.8.MalformedJSON',
    'The request body submitted was malformed JSON and could not be parsed by the receiving service.',
  ],
  noOperation: [
    400,
    'Base.1.8.NoOperation',
    'The request body submitted contain no data to act upon and no changes to the resource took place.',
  ],
  propertyMissing: [
    400,
    'Base.1.8.PropertyMissing',
    'The property %1 is a required property and must be included in the request.',
  ],
  propertyUnknown: [
    400,
    'Base.1.8.PropertyUnknown',
    'The property %1 is not in the list of valid properties for the resource.',
  ],
  propertyNotWritable: [
    400,
    'Base.1.8.PropertyNotWritable',
    'The property %1 is a read only property and cannot be assigned a value.',
  ],
  valueNotInList: [
    400,
    'Base.1.8.PropertyValueNotInList',
    'The value %1 for the property %2 is not in the list of acceptable values.',
  ],
  parameterMissing: [
    400,
    'Base.1.8.ActionParameterMissing',
    'The action %1 requires the parameter %2 to be present in the request body.',
  ],
  parameterNotInList: [
    400,
    'Base.1.8.ActionParameterNotSupported',
    'The parameter %1 for the action %2 is not supported on the target resource.',
  ],
  sessionLimit: [
    503,
    'Base.1.8.SessionLimitExceeded',
    'The session establishment failed due to the number of simultaneous sessions exceeding the limit of the implementation.',
  ],
  preconditionFailed: [
    412,
    'Base.1.8.PreconditionFailed',
    'The ETag supplied did not match the ETag required to change this resource.',
  ],
  preconditionRequired: [
    428,
    'Base.1.8.PreconditionRequired',
    'A precondition header or annotation is required to change this resource.',
  ],
  internal: [
    500,
    'Base.1.8.InternalError',
    'The request failed due to an internal service error. The service is still operational.',
  ],
  // As iDRAC says it: the registry has nothing for it.
  sameState: [409, 'SimBMC.1.0.PowerState', 'The server is already powered %1.'],
} as const satisfies Record<string, readonly [number, string, string]>;
export type MessageKey = keyof typeof MESSAGES;

/** An answer that says no, in Redfish's shape (DSP0266 section 8.6). */
export class RedfishRefusal extends Error {
  readonly status: number;
  readonly body: object;

  constructor(key: MessageKey, ...args: readonly string[]) {
    const [status, messageId, text] = MESSAGES[key];
    const message = text.replaceAll(/%(\d)/g, (whole, number: string) => args[Number(number) - 1] ?? whole);
    super(message);
    this.status = status;
    this.body = refusalBody(messageId, message, args);
  }
}

export function refusalBody(messageId: string, message: string, args: readonly string[] = []): object {
  return {
    error: {
      code: 'Base.1.8.GeneralError',
      message: 'A general error has occurred. See ExtendedInfo for more information.',
      '@Message.ExtendedInfo': [
        {
          '@odata.type': '#Message.v1_1_1.Message',
          MessageId: messageId,
          Message: message,
          MessageArgs: args,
          Severity: 'Critical',
          Resolution: 'Correct the request and submit it again.',
        },
      ],
    },
  };
}
