export {
  type CloudRole,
  type CloudSettings,
  type Credentials,
  DEFAULT_REQUEST_LIMITS,
  type DomainRef,
  type EndpointInterface,
  type FuelCredentials,
  type IdentityApiVersion,
  type ProjectRef,
  type RequestLimits,
  type Scope,
  type TlsSettings,
  type UserRef,
} from './cloud-settings.ts';
export { cloudFromEnvironment } from './clouds.ts';
export type {
  BmcSettings,
  Configuration,
  GateSettings,
  HostSettings,
  ResourcePolicy,
  SwitchSettings,
  TemporalSettings,
} from './configuration.ts';
export { type Described, describeConfiguration } from './describe.ts';
export { listWords, nearest } from './did-you-mean.ts';
export { shownPath } from './file-path.ts';
export { findConfigurationFile } from './find-file.ts';
export { type LoadOptions, loadConfiguration } from './load.ts';
export type { GateName, MappedName, ResourceTypeName } from './policy-schema.ts';
export { ConfigurationError, formatProblem, type Problem } from './problems.ts';
export { jsonSchema } from './schema.ts';
export { Secret } from './secret.ts';
export { selectCloud } from './select-cloud.ts';
