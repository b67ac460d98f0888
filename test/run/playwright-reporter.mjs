import { toReason, writeNote } from './notes.mjs'

const outcomes = /** @type {const} */ ({
  expected: 'passed',
  flaky: 'passed',
  unexpected: 'failed',
  skipped: 'skipped',
})

/** Playwright's reporter for the tally over all suites. */
export default class TallyReporter {
  /**
   * @param {import('@playwright/test/reporter').TestCase} test
   * @param {import('@playwright/test/reporter').TestResult} result
   */
  onTestEnd(test, { error }) {
    const skip = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')
    writeNote({
      id: test.id,
      name: test.titlePath().filter(Boolean).join(' › '),
      outcome: outcomes[test.outcome()],
      reason: error ? toReason(error.message, error.location) : skip?.description,
    })
  }

  /** @param {import('@playwright/test/reporter').TestError} error that no test is to blame for */
  onError(error) {
    const name = (error.message ?? String(error.value)).split('\n')[0] ?? ''
    writeNote({ id: `error ${name}`, name, outcome: 'failed' })
  }

  // The list reporter is the one that speaks.
  printsToStdio() {
    return false
  }
}
