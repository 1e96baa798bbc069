import { securityGroupCases } from './network-groups.ts';
import { onEachWithTenants } from './network-stage.ts';
import { simulatedPairs } from './stage.ts';

onEachWithTenants(simulatedPairs, 'networks that are moved', securityGroupCases);
