import { defineConfig } from 'vitest/config';

/** Whole runs on a shared machine of two cores, one at a time; the reporter names each test that needed its second try. */
const WHOLE_RUNS = { testTimeout: 600_000, hookTimeout: 600_000, retry: 1, fileParallelism: false, maxWorkers: 1 };

/** Unit tests need nothing but Node; integration tests bring up real parts, those of `kind` in clusters that Docker carries. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{.github,.ci,harness,scenarios,fixtures,kind-config,bench}/**/*.test.ts'],
          exclude: ['**/*.{integration,kind}.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{harness,scenarios,fixtures,kind-config,bench}/**/*.integration.test.ts'],
          ...WHOLE_RUNS,
        },
      },
      // Five nodes share two CPUs with the prober: a noisy machine makes more of their verdicts `unknown`.
      { test: { name: 'kind', include: ['{harness,scenarios}/**/*.kind.test.ts'], ...WHOLE_RUNS, retry: 2 } },
    ],
  },
});
