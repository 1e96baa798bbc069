import base from './jest.config.js';

/**
 * Tests against the real clouds of lab/: `npm run test:lab`, and `npm run test:lab -- vintage` for the old one alone.
 * One file at a time: the clouds are small, and two suites would see each other's work.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  testMatch: ['<rootDir>/test/lab/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(process.argv.includes('vintage') ? [] : ['/test/lab/vintage'])],
  maxWorkers: 1,
  testTimeout: 120_000,
};
