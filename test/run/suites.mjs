/**
 * @typedef {{ name: string, args: string[] }} Suite `args` is what Node runs, in the checkout
 */

/**
 * @param {string} project of test/vitest.config.ts
 * @param {string} reporter how it speaks to whoever watches
 * @returns {string[]}
 */
const vitest = (project, reporter) => [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--config=test/vitest.config.ts',
  `--project=${project}`,
  `--reporter=${reporter}`,
  '--reporter=./test/run/vitest-reporter.mjs',
]

/** The suites after the checks, the quickest first. @type {Suite[]} */
export const suites = [
  { name: 'unit', args: vitest('unit', 'default') },
  { name: 'integration', args: vitest('integration', 'verbose') },
  {
    name: 'e2e',
    args: [
      'node_modules/@playwright/test/cli.js',
      'test',
      '--config=test/playwright.config.ts',
      // Playwright empties this folder first: it must not be the one with the other suites' logs.
      '--output=test-results/e2e',
      '--reporter=list,./test/run/playwright-reporter.mjs',
    ],
  },
]
