import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endLeftovers } from '../../test/run/leftovers.mjs'
import { runChecks, runSuites } from '../../test/run/run-suites.mjs'
import { sum, summary, tallyOf } from '../../test/run/tally.mjs'
import { runEntry } from './entry.mjs'
import { say } from './progress.mjs'
import { setUp } from './setup.mjs'

const full = process.argv.includes('--full')
/** `npm test` ought to take 30 minutes at most, and is stopped well after; the full run takes what it takes. */
const budgetMinutes = 30
const limitMinutes = 45

/**
 * @param {string} name
 * @param {boolean} good
 * @returns {import('../../test/run/tally.mjs').Note}
 */
const toNote = (name, good) => ({ id: name, name, outcome: good ? 'passed' : 'failed' })

await runEntry(async ({ signal }) => {
  const started = Date.now()
  const minutes = () => (Date.now() - started) / 60_000
  const { image, native } = await setUp({ test: true, electron: false, signal })

  const tallies = [tallyOf('set-up', [toNote('ssh2’s native cipher loads', native)])]
  // A short path: sockets lie in it.
  const folder = mkdtempSync(join(tmpdir(), 'berth-'))
  // One test runs the app as another user, who has to get through to its home.
  chmodSync(folder, 0o711)
  const conditions = {
    env: {
      ...process.env,
      BERTH_IMAGE: image,
      TMPDIR: folder,
      ...(full ? { BERTH_TEST_FULL: '1' } : {}),
    },
    signal,
    msLeft: () => (full ? undefined : Math.max(1, (limitMinutes - minutes()) * 60_000)),
  }
  let complete = false
  try {
    tallies.push(await runChecks(conditions))
    for await (const tally of runSuites(conditions)) tallies.push(tally)
    complete = true
  } finally {
    const left = await endLeftovers(folder)
    for (const command of left) say(`Still running after the tests, and ended now: ${command}`)
    tallies.push(tallyOf('after', [toNote('nothing is left running', left.length === 0)]))
    // A run that was stopped must not read like a good one.
    if (!complete) tallies.push(tallyOf('run', [toNote('all suites ran to their end', false)]))
    rmSync(folder, { recursive: true, force: true })
    if (!full && minutes() > budgetMinutes)
      say(`This took ${Math.round(minutes())} minutes; ${budgetMinutes} are allowed.`)
    say(`\n${summary(sum(tallies))}`)
  }
  return sum(tallies).failures.length > 0 ? 1 : 0
})
