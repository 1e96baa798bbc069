// The door of this folder: what others may use. Files behind it import each other directly.
import type { CloudSettings } from '../../config/index.ts';
import { FuelProvisioner } from './fuel/fuel.ts';
import type { Provisioner } from './provisioner.ts';

export type {
  Deployment,
  DeploymentProgress,
  Environment,
  NetworkVerification,
  NodeLayout,
  ProvisionedNode,
  Provisioner,
} from './provisioner.ts';

/**
 * What installs machines for a cloud. Nothing is sent yet.
 *
 * @throws {ApiError} `configuration`: the cloud says of none
 */
export function openProvisioner(cloud: CloudSettings): Provisioner {
  return new FuelProvisioner(cloud);
}
