import { z } from 'zod';
import { boolean, duration, httpUrl, identityVersion, integer, oneOf, secret, section, text } from './fields.ts';
import { ENDPOINT_TYPES } from './service-types.ts';

const AUTH_TYPES = [
  'password',
  'v2password',
  'v3password',
  'token',
  'v2token',
  'v3token',
  'v3applicationcredential',
] as const;

/** What clouds.yaml puts inside `auth:`. */
export const authShape = {
  auth_url: httpUrl(
    "Keystone's URL, with a version (/v2.0/, /v3) or without: the version is then asked for.",
  ).optional(),
  username: text('User name. With Identity v3 in the domain user_domain.').optional(),
  user_id: text('User id: wins over username and needs no domain.').optional(),
  password: secret("The user's password.").optional(),
  project: text('Project (tenant) to work in, by name.').optional(),
  project_name: text('The same as project.').optional(),
  tenant: text('The same as project.').optional(),
  tenant_name: text('The same as project.').optional(),
  project_id: text('Project (tenant) to work in, by id: wins over project and needs no domain.').optional(),
  tenant_id: text('The same as project_id.').optional(),
  user_domain: text("Name of the user's domain. Default: domain, else the domain with the id default.").optional(),
  user_domain_name: text('The same as user_domain.').optional(),
  user_domain_id: text("Id of the user's domain: wins over user_domain.").optional(),
  project_domain: text(
    "Name of the project's domain. Default: domain, else the domain with the id default.",
  ).optional(),
  project_domain_name: text('The same as project_domain.').optional(),
  project_domain_id: text("Id of the project's domain: wins over project_domain.").optional(),
  domain: text(
    'Name of a domain. With a project: the domain of user and project. Without: the domain to work in (domain scope).',
  ).optional(),
  domain_name: text('The same as domain.').optional(),
  domain_id: text('As domain, by id: wins over domain.').optional(),
  default_domain: text('Name of the domain of user and project where they have none of their own.').optional(),
  default_domain_name: text('The same as default_domain.').optional(),
  default_domain_id: text('As default_domain, by id: wins over it.').optional(),
  system_scope: oneOf('Work on the whole system instead of in a project.', ['all']).optional(),
  token: secret('A ready token. With a password: tried first, and the password when it is refused.').optional(),
  application_credential_id: text('Application credential, by id.').optional(),
  application_credential_name: text('Application credential, by name; needs its user.').optional(),
  application_credential_secret: secret('Secret of the application credential.').optional(),
};

const limits = z.strictObject({
  max_concurrent_requests: integer('Requests in flight at once, from one process. Default: 16.', 1, 1000).optional(),
  connect_timeout: duration('Time to establish a connection, TLS included. Default: 10s.').optional(),
  idle_timeout: duration('Longest silence while a request or an answer is on its way. Default: 60s.').optional(),
});

const endpointUrl = httpUrl('URL used instead of the one in the catalogue.');

/** One entry of `source` or `target`. What must be there together is checked in cloud-rules.ts. */
export const cloudSchema = z
  .strictObject({
    name: text('How the cloud is called in commands and reports. Default: the name given to cloud.').optional(),
    cloud: text(
      'Entry of clouds.yaml that gives all keys that are not given here; envvars: the OS_* environment.',
    ).optional(),
    ...authShape,
    auth: section('The same keys as in clouds.yaml; they may also stand outside.', z.strictObject(authShape)),
    auth_type: oneOf(
      'Which of the credentials is used when there are several. Default: what is given tells.',
      AUTH_TYPES,
    ).optional(),
    identity_api_version: identityVersion(
      'Version of the Identity API to speak, 2.0 or 3. Default: as auth_url tells.',
    ).optional(),
    region: text('Region of the endpoints. Default: the only one in the catalogue.').optional(),
    region_name: text('The same as region.').optional(),
    interface: oneOf('Which endpoint of a service is used. Default: public.', [
      'public',
      'internal',
      'admin',
    ]).optional(),
    cacert: text('PEM file with the certificate authorities to trust. A relative path starts at this file.').optional(),
    cert: text('PEM file with a client certificate.').optional(),
    key: text('PEM file with the key of cert.').optional(),
    verify: boolean("Verify the server's certificate. Default: true.").optional(),
    insecure: boolean('The opposite of verify.').optional(),
    endpoints: section(
      'Endpoint URL by service type (compute, network …); also <type>_endpoint_override.',
      z.record(z.string(), endpointUrl).meta({ propertyNames: { enum: [...ENDPOINT_TYPES] } }),
    ),
    limits: section('How hard and how patiently this cloud is asked.', limits),
    fuel_url: httpUrl("Nailgun's API, where this cloud is deployed by Fuel: http://FUEL:8000/api/.").optional(),
    fuel_username: text("Fuel's user; needs fuel_password. Default: admin.").optional(),
    fuel_password: secret("Fuel's password. Default: as Fuel is installed.").optional(),
    fuel_tenant: text("Fuel's tenant; needs fuel_password. Default: admin.").optional(),
  })
  .meta({
    id: 'cloud',
    description: 'One OpenStack cloud.',
    anyOf: [{ required: ['cloud'] }, { required: ['name', 'auth_url'] }, { required: ['name', 'auth'] }],
    patternProperties: {
      [`^(${ENDPOINT_TYPES.join('|').replaceAll('-', '_')})_endpoint_override$`]: {
        type: 'string',
        description: 'URL used instead of the one in the catalogue.',
      },
    },
  });

export type CloudKeys = z.output<typeof cloudSchema>;
