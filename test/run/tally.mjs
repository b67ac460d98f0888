/**
 * What a reporter notes for one test, a line of JSON each time it ends; for a repeated test the last line counts.
 * The reason is why it was skipped, or how it failed.
 * @typedef {{ id: string, name: string, outcome: 'passed' | 'failed' | 'skipped', reason?: string }} Note
 * @typedef {{ passed: number, failures: string[], skips: string[] }} Tally
 */

/**
 * @param {string} text the lines; a last one that was cut short by a killed runner is left out
 * @returns {Note[]}
 */
export function parseNotes(text) {
  /** @type {Map<string, Note>} */
  const notes = new Map()
  for (const line of text.split('\n').slice(0, -1)) {
    /** @type {Note} */
    const note = JSON.parse(line)
    notes.set(note.id, note)
  }
  return [...notes.values()]
}

/**
 * Adds a suite up. A suite that ended badly with no test to blame, and one that ran no test, count as one failure:
 * an empty suite must not look like a good one.
 * @param {string} suite
 * @param {Note[]} notes
 * @param {string} [fault] why the suite's runner itself failed
 * @returns {Tally}
 */
export function tallyOf(suite, notes, fault) {
  const failed = notes.filter((note) => note.outcome === 'failed')
  const skipped = notes.filter((note) => note.outcome === 'skipped')
  const passed = notes.filter((note) => note.outcome === 'passed').length
  const failures = failed.map(({ name, reason }) =>
    [`${suite}: ${name}`, ...(reason ? [reason] : [])].join('\n    '),
  )
  if (fault && failures.length === 0) failures.push(`${suite}: ${fault}`)
  if (!fault && passed + failed.length === 0) failures.push(`${suite}: no test ran`)
  return {
    passed,
    failures,
    skips: skipped.map(({ name, reason }) => `${suite}: ${name} (${reason ?? 'no reason given'})`),
  }
}

/**
 * @param {Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  return {
    passed: tallies.reduce((total, tally) => total + tally.passed, 0),
    failures: tallies.flatMap((tally) => tally.failures),
    skips: tallies.flatMap((tally) => tally.skips),
  }
}

/**
 * The end of a run: what was skipped and why, what failed, and the one line that says it all. Who keeps the end of a
 * long output keeps the failures.
 * @param {Tally} tally
 * @returns {string}
 */
export function summary({ passed, failures, skips }) {
  const list = (/** @type {string} */ title, /** @type {string[]} */ lines) =>
    lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`), ''] : []
  return [
    ...list('Skipped:', skips),
    ...list('Failed:', failures),
    `${passed} passed, ${failures.length} failed, ${skips.length} skipped`,
  ].join('\n')
}
