// The door of this folder: what others may use. Files behind it import each other directly.
export { ApiError, isApiError, notFound } from './api-error.ts';
export type { CatalogService } from './catalog.ts';
export type { CinderVolume } from './cinder.ts';
export { Cloud } from './cloud.ts';
export { debugObserver } from './debug-observer.ts';
export type { GlanceImage, GlanceMember, ImageFilter } from './glance.ts';
export type {
  KeystoneAssignment,
  KeystoneDomain,
  KeystoneGroup,
  KeystoneProject,
  KeystoneRole,
  KeystoneUser,
} from './keystone.ts';
export type {
  NeutronFixedIp,
  NeutronFloatingIp,
  NeutronNetwork,
  NeutronPort,
  NeutronRouter,
  NeutronSecurityGroup,
  NeutronSecurityGroupRule,
  NeutronSubnet,
} from './neutron-shapes.ts';
export type { NovaNetworkFloatingIp, NovaNetworkNetwork, NovaNetworkSecurityGroup } from './nova-network.ts';
export type {
  NovaComputeService,
  NovaFlavor,
  NovaHypervisor,
  NovaKeypair,
  NovaServer,
  NovaServerGroup,
} from './nova-shapes.ts';
export type { CallObserver } from './observer.ts';
export type { ServiceType } from './service-client.ts';
export { type CallTiming, TimingRecorder } from './timing-recorder.ts';
