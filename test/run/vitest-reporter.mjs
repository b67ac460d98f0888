import { toReason, writeNote } from './notes.mjs'

/** Vitest's reporter for the tally over all suites. */
export default class TallyReporter {
  /** @param {import('vitest/node').TestCase} test */
  onTestCaseResult(test) {
    const result = test.result()
    // A pending test is one whose run was cut short: the module's own failure tells of it.
    if (result.state === 'pending') return
    const name = test.fullName
    const reason = toWhy(result, test.options.mode)
    writeNote({ id: test.id, name, outcome: result.state, reason })
  }

  /**
   * What a group's own set-up or clean-up failed with: its tests are told as skipped then, or not at all.
   * @param {import('vitest/node').TestSuite} suite
   */
  onTestSuiteResult(suite) {
    for (const error of suite.errors()) {
      const reason = toReason(error.message, error.stacks?.[0])
      writeNote({
        id: suite.id,
        name: `${suite.fullName} (around its tests)`,
        outcome: 'failed',
        reason,
      })
    }
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message: string }[]} errors that no test is to blame for
   */
  onTestRunEnd(modules, errors) {
    for (const module of modules) {
      for (const error of module.errors()) {
        writeNote({
          id: module.id,
          name: `${module.relativeModuleId}: ${error.message}`,
          outcome: 'failed',
        })
      }
    }
    for (const [index, error] of errors.entries()) {
      writeNote({ id: `error ${index}`, name: error.message, outcome: 'failed' })
    }
  }
}

/**
 * @param {import('vitest/node').TestResult} result
 * @param {string} mode
 */
function toWhy(result, mode) {
  if (result.state === 'skipped') return result.note ?? mode
  return result.errors
    ?.map((error) => toReason(error.message, error.stacks?.[0]))
    .join('\n    and ')
}
