// The door of this folder: what others may use. Files behind it import each other directly.
export { ApiError, isApiError, notFound } from '../api-error.ts';
export type { CatalogService } from './catalog.ts';
export type { CinderVolume } from './cinder.ts';
export { cinderServices } from './cinder-services.ts';
export { Cloud } from './cloud.ts';
export { debugObserver } from './debug-observer.ts';
export { readErrorBody } from './error-body.ts';
export type { Glance, GlanceImage, GlanceMember, ImageFilter, ImagePatch, NewGlanceImage } from './glance.ts';
export { HttpPool, type HttpTextAnswer } from './http.ts';
export type {
  Keystone,
  KeystoneAssignment,
  KeystoneDomain,
  KeystoneGrant,
  KeystoneGroup,
  KeystoneProject,
  KeystoneRole,
  KeystoneUser,
} from './keystone.ts';
export { type NeutronAgent, NeutronAgents } from './neutron-agents.ts';
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
export type { NeutronKind, NeutronRequest } from './neutron-writing.ts';
export { NovaHosts, type NovaMigration } from './nova-hosts.ts';
export { NovaMoves } from './nova-moves.ts';
export type { NovaNetworkFloatingIp, NovaNetworkNetwork, NovaNetworkSecurityGroup } from './nova-network.ts';
export { type NewNovaServer, type NovaBlockDevice, NovaServers, type PowerAction } from './nova-servers.ts';
export type {
  NovaComputeService,
  NovaFlavor,
  NovaHypervisor,
  NovaKeypair,
  NovaServer,
  NovaServerGroup,
} from './nova-shapes.ts';
export { NovaWriting } from './nova-writing.ts';
export type { CallObserver } from './observer.ts';
export type { ResourceProvider } from './placement.ts';
export type { ServiceType } from './service-client.ts';
export { type CallTiming, TimingRecorder } from './timing-recorder.ts';
