// Import directions of the house (CONTRIBUTING.md), checked over the built code: type imports are erased there, so
// "types only" needs no rule of its own.
const only = (from, to) => ({
  name: `${from}-imports-only-${to.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^dist/${from}/` },
  to: { path: '^dist/', pathNot: [from, ...to].map((folder) => `^dist/${folder}/`) },
});

/** A folder with an `index.ts` is entered by it. Tests look behind the door: they mirror the tree. */
const door = (folder) => ({
  name: `${folder.replaceAll('/', '-')}-by-its-index`,
  severity: 'error',
  from: { pathNot: [`^dist/${folder}/`, '^dist/test/'] },
  to: { path: `^dist/${folder}/`, pathNot: `^dist/${folder}/index\\.js$` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    only('config', []),
    only('services', ['config']),
    only('resources', ['services', 'config']),
    only('planning', []),
    only('activities', ['resources', 'planning', 'services', 'config']),
    only('workflows', ['planning']),
    only('simulator', []),
    only('workers', ['activities', 'config', 'workflows']),
    only('client', ['resources', 'planning', 'services', 'config', 'workers', 'simulator', 'workflows']),
    door('config'),
    door('services/openstack'),
    door('services/power'),
    door('services/provisioner'),
    door('services/switch'),
    door('simulator'),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: { doNotFollow: { path: 'node_modules' }, includeOnly: '^dist/', exclude: '\\.map$' },
};
