import { securityGroupCases } from '../moving/network-groups.ts';
import { onEachWithTenants } from '../moving/network-stage.ts';
import { labPair } from '../moving/stage.ts';

onEachWithTenants([labPair], 'networks that are moved', securityGroupCases);
