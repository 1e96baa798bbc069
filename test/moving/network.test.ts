import { securityGroupCases } from './network-groups.ts';
import { networkCases } from './network-networks.ts';
import { portCases } from './network-ports.ts';
import { routerCases } from './network-routers.ts';
import { onEachWithTenants } from './network-stage.ts';
import { simulatedPairs } from './stage.ts';

onEachWithTenants(simulatedPairs, 'networks that are moved', securityGroupCases, networkCases, portCases, routerCases);
