import { canonicalKey } from './cloud-layers.ts';
import { listWords, nearest } from './did-you-mean.ts';
import { childPath, find, type Located, type LocatedMap, problemAt } from './located.ts';
import type { Problem } from './problems.ts';
import { ENDPOINT_TYPES, SERVICE_TYPE_NAMES } from './service-types.ts';

const OVERRIDE = '_endpoint_override';

/** What a schema cannot say: which keys of a cloud belong together. Works on keys alone, so that it sees bad values too. */
export interface CloudUnderCheck {
  /** All layers merged, in canonical spelling. Its origin is where missing keys are reported. */
  readonly keys: LocatedMap;
  /** Key paths that are there but misspelt. */
  readonly meant: ReadonlySet<string>;
  /** The cloud that should have given what is missing, when there is one, as it may be shown: `"mira"`. */
  readonly from?: string;
  /** What a missing key is called in messages; in the environment `OS_AUTH_URL`. Default: its key path. */
  readonly nameOf?: (key: string) => string;
}

export function checkCloudRules(cloud: CloudUnderCheck, problems: Problem[]): void {
  const { keys } = cloud;
  const misspelt = new Set(
    [...cloud.meant].map((keyPath) => canonicalKey(keyPath.slice(keyPath.lastIndexOf('.') + 1))),
  );
  const has = (...names: readonly string[]): boolean =>
    names.some((name) => keys.entries.has(name) || misspelt.has(name));
  const missing = (key: string, hint?: string): void => {
    const keyPath = cloud.nameOf?.(key) ?? childPath(keys.origin.keyPath, key);
    const known = cloud.from === undefined ? hint : `the cloud ${cloud.from} does not give it either`;
    problems.push(problemAt({ ...keys.origin, keyPath }, 'missing', known));
  };
  const contradiction = (key: string, message: string, hint: string): void => {
    problems.push(problemAt(keys.entries.get(key)?.key ?? keys.origin, message, hint));
  };

  checkEndpointTypes(find(keys, ['endpoints']), problems);
  if (!has('name')) missing('name', 'commands and reports call the cloud by it');
  if (!has('auth_url')) missing('auth_url', "Keystone's URL, such as http://10.0.0.1:5000/v3");

  if (has('application_credential_id', 'application_credential_name', 'application_credential_secret')) {
    if (!has('application_credential_secret')) missing('application_credential_secret');
    if (!has('application_credential_id', 'application_credential_name')) missing('application_credential_id');
    if (!has('application_credential_id') && !has('username', 'user_id')) {
      missing('username', 'an application credential by name needs its user');
    }
    for (const key of ['password', 'token']) {
      if (has(key)) contradiction(key, 'given beside an application credential', 'keep one of them');
    }
    for (const key of ['project', 'project_id', 'system_scope']) {
      if (has(key)) contradiction(key, 'an application credential has its project built in', 'remove it');
    }
  } else if (has('password')) {
    if (!has('username', 'user_id')) missing('username');
  } else if (!has('token')) {
    missing('password', 'or give a token or an application credential');
  }

  if (has('system_scope')) {
    for (const key of ['project', 'project_id']) {
      if (has(key)) contradiction(key, 'given beside system_scope', 'keep one of them');
    }
  }
  const verify = find(keys, ['verify']);
  const insecure = find(keys, ['insecure']);
  if (verify !== undefined && insecure !== undefined) {
    contradiction('insecure', 'given beside verify', 'keep verify: it says the opposite of insecure');
  }
  if (has('key') && !has('cert')) missing('cert', 'the certificate of key');
  if (!has('fuel_url')) {
    for (const key of ['fuel_username', 'fuel_password', 'fuel_tenant']) {
      if (has(key)) contradiction(key, 'given without fuel_url', 'add fuel_url or remove it');
    }
  } else if (has('fuel_username', 'fuel_tenant') && !has('fuel_password')) {
    missing('fuel_password');
  }
}

/** An endpoint of a service that is not there would never be used: a typing error that nobody would notice. */
function checkEndpointTypes(endpoints: Located | undefined, problems: Problem[]): void {
  if (endpoints?.kind !== 'map') return;
  for (const [type, { key }] of endpoints.entries) {
    if (ENDPOINT_TYPES.includes(type)) continue;
    const meant = nearest(type, ENDPOINT_TYPES);
    const written = key.keyPath.endsWith(OVERRIDE) ? `${meant?.replaceAll('-', '_')}${OVERRIDE}` : meant;
    const hint =
      meant === undefined
        ? `the types are ${listWords(Object.keys(SERVICE_TYPE_NAMES), 'and')}`
        : `did you mean "${written}"?`;
    problems.push(problemAt(key, 'unknown service type', hint));
  }
}
