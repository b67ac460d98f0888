import { writeNote } from './notes.mjs'

/** Vitest's reporter for the tally over all suites. */
export default class TallyReporter {
  /** @param {import('vitest/node').TestCase} test */
  onTestCaseResult(test) {
    const result = test.result()
    // A pending test is one whose run was cut short: the module's own failure tells of it.
    if (result.state === 'pending') return
    const reason = result.state === 'skipped' ? (result.note ?? test.options.mode) : undefined
    writeNote({ id: test.id, name: test.fullName, outcome: result.state, reason })
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
