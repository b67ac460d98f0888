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
  const error = result.errors?.[0]
  return error && toReason(error.message, error.stacks?.[0])
}
