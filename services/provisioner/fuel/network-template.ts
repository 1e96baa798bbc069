import { isApiError } from '../../api-error.ts';
import type { NodeLayout } from '../provisioner.ts';
import type { FuelSession } from './session.ts';
import type { FuelCluster } from './shapes.ts';

/**
 * Whether the environment has a network template (`GET /clusters/:id/network_configuration/template`, from 7.0 on: the template or null; up to
 * 6.0 the path is unknown). Nailgun then lays out interfaces by it when a node is assigned, and installs by it: what is written to them
 * besides is taken, and is not what the system gets.
 */
export async function hasNetworkTemplate(fuel: FuelSession, { id }: FuelCluster): Promise<boolean> {
  try {
    return (await fuel.send('GET', `clusters/${id}/network_configuration/template`)).body !== undefined;
  } catch (error) {
    if (isApiError(error, 'not-found')) return false;
    throw error;
  }
}

/** Why a layout cannot be had beside a template. What is copied leaves interfaces to it: the other node has them from there too. */
export function templateObstacle({ name }: FuelCluster, layout: NodeLayout | undefined): string | undefined {
  if (layout?.kind !== 'fixed' || Object.keys(layout.interfaces).length === 0) return undefined;
  return `environment ${name} has a network template, which lays out interfaces: write interfaces: {}, or delete the template in Fuel`;
}
