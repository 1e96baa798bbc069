/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // The lab's clouds have a command of their own (npm run test:lab): they are not there on every machine.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/lab/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  testTimeout: 30_000,
  // Runs wait more than they compute; a worker keeps what each file has loaded, so it is begun anew when that is much.
  maxWorkers: 3,
  workerIdleMemoryLimit: '1536MB',
  // One Temporal server for all tests of a run, started by the built code: Jest loads these two without a transform.
  globalSetup: '<rootDir>/dist/test/temporal-server.js',
  globalTeardown: '<rootDir>/dist/test/temporal-server-end.js',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};
