import { runEntry } from '../../main/setup/entry.mjs'
import { runChecks } from './run-suites.mjs'
import { summary } from './tally.mjs'

// `npm run check`: every check, also after one that failed, and how many did.
await runEntry(async ({ signal }) => {
  const tally = await runChecks({ env: process.env, signal, msLeft: () => undefined })
  process.stdout.write(`\n${summary(tally)}\n`)
  return tally.failures.length > 0 ? 1 : 0
})
