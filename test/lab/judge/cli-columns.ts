import type { ResourceTypeName } from '../../../resources/resource-type.ts';
import type { Fields, Row } from './compare.ts';

export interface CliList {
  readonly command: string;
  readonly id?: (row: Row) => string;
  readonly columns: Fields;
}

const POWER_STATES = ['none', 'running', 'none', 'paused', 'shutdown', 'none', 'crashed', 'suspended'];

/** python-openstackclient's lists: the command and its columns by our fields. */
export const CLI_LISTS: Readonly<Partial<Record<ResourceTypeName, CliList>>> = {
  domain: { command: 'domain list', columns: { name: 'Name', enabled: 'Enabled', description: 'Description' } },
  project: {
    command: 'project list --long',
    columns: { name: 'Name', domainId: 'Domain ID', description: 'Description', enabled: 'Enabled' },
  },
  user: {
    command: 'user list --long',
    columns: {
      ...{ name: 'Name', domainId: 'Domain', defaultProjectId: 'Project' },
      ...{ description: 'Description', email: 'Email', enabled: 'Enabled' },
    },
  },
  group: {
    command: 'group list --long',
    columns: { name: 'Name', domainId: 'Domain ID', description: 'Description' },
  },
  assignment: {
    command: 'role assignment list',
    // It has no id: ours is made of its columns.
    id: (row) => {
      const actor = row.User ? `user:${row.User}` : `group:${row.Group}`;
      const place = row.Project ? `project:${row.Project}` : row.Domain ? `domain:${row.Domain}` : 'system:all';
      return `${row.Role}:${actor}:${place}${row.Inherited ? ':inherited' : ''}`;
    },
    columns: { roleId: 'Role', inherited: 'Inherited', projectId: 'Project' },
  },
  flavor: {
    command: 'flavor list --all --long',
    columns: {
      ...{ name: 'Name', ramMib: 'RAM', diskGib: 'Disk', ephemeralGib: 'Ephemeral', vcpus: 'VCPUs' },
      ...{ isPublic: 'Is Public', swapMib: (row: Row) => row.Swap || 0, rxtxFactor: 'RXTX Factor' },
      extraSpecs: 'Properties',
    },
  },
  'security-group': {
    command: 'security group list',
    columns: { name: 'Name', description: 'Description', projectId: 'Project', tags: 'Tags' },
  },
  network: {
    command: 'network list --long',
    columns: {
      ...{ name: 'Name', status: 'Status', projectId: 'Project', adminStateUp: 'State', shared: 'Shared' },
      ...{ subnetIds: 'Subnets', providerNetworkType: 'Network Type', external: 'Router Type', tags: 'Tags' },
    },
  },
  subnet: {
    command: 'subnet list --long',
    columns: {
      ...{ name: 'Name', networkId: 'Network', cidr: 'Subnet', projectId: 'Project', dhcp: 'DHCP', tags: 'Tags' },
      ...{ dnsNameservers: 'Name Servers', allocationPools: 'Allocation Pools', hostRoutes: 'Host Routes' },
      ...{ ipVersion: 'IP Version', gatewayIp: 'Gateway', serviceTypes: 'Service Types' },
    },
  },
  router: {
    command: 'router list --long',
    columns: {
      ...{ name: 'Name', status: 'Status', adminStateUp: 'State', projectId: 'Project', tags: 'Tags' },
      ...{ distributed: 'Distributed', highlyAvailable: 'HA', routes: 'Routes' },
    },
  },
  port: {
    command: 'port list --long',
    columns: { name: 'Name', macAddress: 'MAC Address', status: 'Status', deviceOwner: 'Device Owner', tags: 'Tags' },
  },
  'floating-ip': {
    command: 'floating ip list --long',
    columns: {
      ...{ address: 'Floating IP Address', fixedIpAddress: 'Fixed IP Address', portId: 'Port', tags: 'Tags' },
      ...{ networkId: 'Floating Network', projectId: 'Project', routerId: 'Router', status: 'Status' },
      ...{ description: 'Description', dnsName: 'DNS Name', dnsDomain: 'DNS Domain' },
    },
  },
  volume: {
    command: 'volume list --all-projects --long',
    columns: {
      ...{ name: 'Name', status: 'Status', sizeGib: 'Size', volumeType: 'Type', metadata: 'Properties' },
      bootable: (row: Row) => row.Bootable === 'true',
    },
  },
  'server-group': {
    command: 'server group list --all-projects --long',
    columns: {
      ...{ name: 'Name', policy: 'Policy', serverIds: 'Members', projectId: 'Project Id', userId: 'User Id' },
    },
  },
  server: {
    command: 'server list --all-projects --long',
    columns: {
      ...{ name: 'Name', status: 'Status', taskState: 'Task State', availabilityZone: 'Availability Zone' },
      ...{ host: 'Host', metadata: 'Properties' },
      powerState: (row: Row) => POWER_STATES[Number(row['Power State'] ?? 0)],
    },
  },
};
