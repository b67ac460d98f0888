import { defineConfig } from 'vitest/config'

/** Two suites: `unit` in seconds and anywhere, `integration` on one real machine, one file after the other. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          root: '.',
          include: ['test/unit/**/*.test.ts'],
          environment: 'node',
          restoreMocks: true,
          // A deadline and no measure: rows with processes of their own share the cores with all others.
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          root: '.',
          include: ['test/integration/**/*.test.ts'],
          environment: 'node',
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 400_000,
        },
      },
    ],
  },
})
