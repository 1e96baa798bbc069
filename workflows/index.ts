// Every workflow that a worker runs is exported here: the bundle is made of this module.
export { discoverCloud } from './discover-cloud.ts';
