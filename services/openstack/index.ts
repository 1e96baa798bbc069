export { ApiError, type ApiErrorDetails, type ApiErrorKind, isApiError, type Retry } from './api-error.ts';
export type { WhoAmI } from './auth/login.ts';
export type { Catalog, CatalogEndpoint, CatalogService } from './catalog.ts';
export {
  createServiceClient,
  type ServiceClientOptions,
  type StreamAnswer,
  type StreamingServiceClient,
  type StreamOptions,
} from './create-service-client.ts';
export { debugObserver } from './debug-observer.ts';
export type { CallObserver } from './observer.ts';
export type { ListOptions, MicroversionWish, RequestOptions, ServiceClient, ServiceType } from './service-client.ts';
export { Session, type SessionOptions } from './session.ts';
export { type CallTiming, TimingRecorder } from './timing-recorder.ts';
