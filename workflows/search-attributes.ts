import { defineSearchAttributeKey } from '@temporalio/common';

/**
 * What a run can be found by in the Web UI and with `temporal workflow list --query`. Values are stored in clear and
 * each change costs an event: names of clouds, tenants, hosts and stages only, changed when a stage changes.
 */
export const sourceKey = defineSearchAttributeKey('PumphouseSource', 'KEYWORD');
export const targetKey = defineSearchAttributeKey('PumphouseTarget', 'KEYWORD');
export const tenantKey = defineSearchAttributeKey('PumphouseTenant', 'KEYWORD');
export const hostKey = defineSearchAttributeKey('PumphouseHost', 'KEYWORD');
/** `<type>/<id>`, as `server/0f3c…`. */
export const resourceKey = defineSearchAttributeKey('PumphouseResource', 'KEYWORD');
export const stageKey = defineSearchAttributeKey('PumphouseStage', 'KEYWORD');
/** The gate that a person is asked at; empty while nobody is asked. */
export const gateKey = defineSearchAttributeKey('PumphouseGate', 'KEYWORD');

/** Every search attribute of Pumphouse: the server must know all of them before the first run. */
export const searchAttributeKeys = [sourceKey, targetKey, tenantKey, hostKey, resourceKey, stageKey, gateKey] as const;
