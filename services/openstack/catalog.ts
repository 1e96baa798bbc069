import type { CloudSettings, EndpointInterface } from '../../config/index.ts';
import { ApiError } from '../api-error.ts';
import type { ServiceType } from './service-client.ts';
import { catalogNames, officialName } from './service-types.ts';

export interface CatalogEndpoint {
  readonly interface: EndpointInterface;
  /** Undefined where the cloud names none. */
  readonly region: string | undefined;
  readonly url: string;
}

/** One service as the catalogue has it, also of types that we do not use. */
export interface CatalogService {
  /** As in the catalogue: `volumev3`, `computev21`. */
  readonly type: string;
  readonly name: string;
  readonly endpoints: readonly CatalogEndpoint[];
}

/** Where a service is. `pinned`: an override, whose version is the operator's choice. */
export interface EndpointAddress {
  readonly url: string;
  readonly pinned: boolean;
}

type CatalogRules = Pick<CloudSettings, 'name' | 'interface' | 'regionName' | 'endpointOverrides'>;

/** The catalogue of one login, in one shape for identity v2.0 and v3. */
export class Catalog {
  readonly services: readonly CatalogService[];
  readonly #rules: CatalogRules;

  constructor(services: readonly CatalogService[], rules: CatalogRules) {
    this.services = services;
    this.#rules = rules;
  }

  regions(): readonly string[] {
    return regionsOf(this.services);
  }

  /** Whether the service can be used: in the configured region, by the interface, or through an override. */
  has(service: ServiceType, over: EndpointInterface = this.#rules.interface): boolean {
    return this.override(service) !== undefined || this.#urls(service, over).length > 0;
  }

  /**
   * The service's address; undefined where the cloud offers none. Throws a `configuration` error when it stands in
   * several regions and none is configured.
   */
  find(service: ServiceType, over: EndpointInterface = this.#rules.interface): EndpointAddress | undefined {
    const override = this.override(service);
    if (override) {
      return override;
    }
    const used = this.services.filter((entry) => {
      const official = officialName(entry.type);
      return official !== undefined && official !== 'identity';
    });
    const regions = regionsOf(used);
    const choice = this.#urls(service, over);
    if (this.#rules.regionName === undefined && service !== 'identity' && choice.length > 0 && regions.length > 1) {
      throw this.#problem(
        service,
        `the cloud has several regions (${regions.join(', ')}) and none is configured`,
        'set region_name',
      );
    }
    const url = choice[0];
    return url === undefined ? undefined : { url, pinned: false };
  }

  /** As {@link find}, with an error for a service that is not there. */
  require(service: ServiceType, over: EndpointInterface = this.#rules.interface): EndpointAddress {
    const found = this.find(service, over);
    if (found) {
      return found;
    }
    const { name, regionName } = this.#rules;
    const elsewhere = this.#entries(service).flatMap((entry) => entry.endpoints);
    const here = elsewhere.filter((endpoint) => regionName === undefined || endpoint.region === regionName);
    if (here.length > 0) {
      const others = [...new Set(here.map((endpoint) => endpoint.interface))].join(', ');
      throw this.#problem(service, `cloud ${name} offers no ${over} endpoint of it`, `it has: ${others}`);
    }
    const regions = regionsOf([{ type: '', name: '', endpoints: elsewhere }]);
    throw this.#problem(
      service,
      `cloud ${name} offers no ${service} service${regionName === undefined ? '' : ` in region ${regionName}`}`,
      ...(regions.length > 0 ? [`it is in ${regions.join(', ')}`] : []),
    );
  }

  /** The configured address of a service, under any of its names. */
  override(service: ServiceType): EndpointAddress | undefined {
    const overrides = this.#rules.endpointOverrides;
    const url = catalogNames(service)
      .map((name) => overrides[name])
      .find((candidate) => candidate !== undefined);
    return url === undefined ? undefined : { url, pinned: true };
  }

  #entries(service: ServiceType): readonly CatalogService[] {
    return catalogNames(service).flatMap((name) => this.services.filter((entry) => entry.type === name));
  }

  #urls(service: ServiceType, over: EndpointInterface): readonly string[] {
    const { regionName } = this.#rules;
    return this.#entries(service)
      .flatMap((entry) => entry.endpoints)
      .filter((endpoint) => endpoint.interface === over)
      .filter((endpoint) => regionName === undefined || endpoint.region === regionName || endpoint.region === undefined)
      .map((endpoint) => endpoint.url);
  }

  #problem(service: ServiceType, reason: string, hint?: string): ApiError {
    return new ApiError({
      cloud: this.#rules.name,
      service,
      method: '',
      path: '',
      kind: 'configuration',
      retry: { when: 'never' },
      reason,
      ...(hint !== undefined && { hint }),
    });
  }
}

function regionsOf(services: readonly CatalogService[]): readonly string[] {
  const regions = services.flatMap((entry) => entry.endpoints.map((endpoint) => endpoint.region));
  return [...new Set(regions.filter((region) => region !== undefined))].sort();
}
