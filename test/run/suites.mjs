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

/**
 * @param {string} name of its folder of results: Playwright empties it first, so it must not hold the other suites' logs
 * @param {string} config
 * @returns {string[]}
 */
const playwright = (name, config) => [
  'node_modules/@playwright/test/cli.js',
  'test',
  `--config=${config}`,
  `--output=test-results/${name}`,
  '--reporter=list,./test/run/playwright-reporter.mjs',
]

/** The suites after the checks, the quickest first. @type {Suite[]} */
export const suites = [
  { name: 'unit', args: vitest('unit', 'default') },
  { name: 'window', args: playwright('window', 'test/playwright.window.config.ts') },
  { name: 'integration', args: vitest('integration', 'verbose') },
  { name: 'e2e', args: playwright('e2e', 'test/playwright.config.ts') },
]
