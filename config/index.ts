// The door of this folder: what others may use. Files behind it import each other directly.
export {
  type CloudRole,
  type CloudSettings,
  type Credentials,
  DEFAULT_REQUEST_LIMITS,
  type DomainRef,
  type EndpointInterface,
  type ProjectRef,
  type RequestLimits,
  type Scope,
  type TlsSettings,
  type UserRef,
} from './cloud-settings.ts';
export { cloudFromEnvironment } from './clouds.ts';
export type { BmcSettings, Configuration, HostSettings, SwitchSettings } from './configuration.ts';
export { describeConfiguration } from './describe.ts';
export { listWords, nearest } from './did-you-mean.ts';
export { shownPath } from './file-path.ts';
export { findConfigurationFile } from './find-file.ts';
export { loadConfiguration } from './load.ts';
export type { PasswordSettings } from './passwords.ts';
export { ConfigurationError, formatProblem, type Problem } from './problems.ts';
export { jsonSchema } from './schema.ts';
export { Secret } from './secret.ts';
export { selectCloud } from './select-cloud.ts';
export { SERVICE_TYPE_NAMES } from './service-types.ts';
