import { securityGroupCases } from '../moving/network-groups.ts';
import { networkCases } from '../moving/network-networks.ts';
import { portCases } from '../moving/network-ports.ts';
import { routerCases } from '../moving/network-routers.ts';
import { onEachWithTenants } from '../moving/network-stage.ts';
import { labPair } from '../moving/stage.ts';

onEachWithTenants([labPair], 'networks that are moved', securityGroupCases, networkCases, portCases, routerCases);
