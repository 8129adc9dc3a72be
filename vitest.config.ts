import { defineConfig } from 'vitest/config';

/** Unit tests need nothing but Node; integration tests bring up real parts, one file at a time on a small machine. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{.github,harness,scenarios,fixtures,kind-config,bench}/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{harness,scenarios,fixtures,kind-config,bench}/**/*.integration.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // Whole runs on a shared machine of two cores; the reporter names each test that needed its second try.
          retry: 1,
          fileParallelism: false,
          maxWorkers: 1,
        },
      },
    ],
  },
});
