import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { imageFolder } from '../../vm/image/cache.ts'
import { measureBoot } from './boot.ts'
import { observeCircumstances } from './circumstances.ts'
import { measureGuestLogs } from './log-guest.ts'
import { measureLatency } from './latency.ts'
import { measureIdle } from './idle.ts'
import { measureMemory } from './memory-back.ts'
import { judge, type Outcome } from './outcome.ts'
import { measureLogs } from './log-stream.ts'
import { formatCircumstances, formatOutcome, writeReport } from './report.ts'
import { measurePortAppears } from './port-appears.ts'
import { measurePortPath } from './port-path.ts'
import { measurePulls } from './pull-guest.ts'
import { measurePullServer } from './pull-host.ts'
import { measureSharedFolder } from './shared-folder.ts'
import { measureThroughput } from './throughput.ts'
import { measureWake } from './wake.ts'
import { measureList } from './window-list.ts'

const usage = `npm run bench -- [B1] [B3] … [--pairs N] [--requests N]
  B1  boot against stock Debian under the same kernel, --pairs boots of each (3)
  B2  until the engine answers after a stop, after QEMU was killed, and for the next app, --pairs turns
  B3  API latency against ssh -L and within the guest, --requests by each way (400)
  B4  32 MiB through the engine's socket against ssh -L, --pairs of each
  B5  what goes through a published port against hostfwd and ssh -L, --requests by each way
  B6  how soon a published port is there and gone against other forwarders, --pairs of each
  B7  a shared folder against the guest's disk and 9p, --pairs of each
  B8  what app and machine use while idle, without and with 20 containers
  B9  memory that the guest let go of, with and without free page reporting, --pairs turns of each
  B10 a log's flood into the window against a plain reader, --pairs of each
  B10guest the same from a real engine
  B11 the list of 5,000 containers against 50, --pairs visits of each (3)
  B13 pulls by our path against the engine's own, and by mirrors that fail, --pairs of each
  B13host the same without an engine: our server against the registry itself
All without a name. Ends with 1 when a target is missed for certain.
`
const reportFile = join(import.meta.dirname, '../../test-results/bench.json')

interface Counts {
  pairs: number
  requests: number
}

const benchmarks: Record<string, (counts: Counts) => Promise<Outcome>> = {
  B1: measureBoot,
  B2: measureWake,
  B3: measureLatency,
  B4: measureThroughput,
  B5: measurePortPath,
  B6: measurePortAppears,
  B7: measureSharedFolder,
  B8: measureIdle,
  B9: measureMemory,
  B10: measureLogs,
  B10guest: measureGuestLogs,
  B11: measureList,
  B13: measurePulls,
  B13host: measurePullServer,
}

class UsageError extends Error {}

function parse(): { names: string[]; counts: Counts } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      pairs: { type: 'string', default: '3' },
      requests: { type: 'string', default: '400' },
    },
  })
  const unknown = positionals.find((name) => !(name in benchmarks))
  if (unknown !== undefined) throw new UsageError(`There is no benchmark ${unknown}.`)
  const names = positionals.length ? [...new Set(positionals)] : Object.keys(benchmarks)
  return { names, counts: { pairs: toCount(values.pairs), requests: toCount(values.requests) } }
}

function toCount(value: string): number {
  const count = Number(value)
  if (Number.isInteger(count) && count > 0) return count
  throw new UsageError(`A number of 1 or more is wanted, not ${value}.`)
}

async function main(): Promise<void> {
  const { names, counts } = parse()
  const image =
    process.env['BERTH_IMAGE'] ?? (await imageFolder(process.arch === 'arm64' ? 'arm64' : 'amd64'))
  const before = await observeCircumstances(image)
  const outcomes: Outcome[] = []
  for (const name of names) {
    const outcome = await benchmarks[name]?.(counts)
    if (!outcome) continue
    outcomes.push(outcome)
    process.stdout.write(`${formatOutcome(outcome)}\n`)
  }
  const after = await observeCircumstances(image)
  const load = `${before.load} before, ${after.load} after`
  process.stdout.write(`${formatCircumstances({ ...after, load })}\n`)
  await writeReport(reportFile, { before, after, outcomes })
  if (outcomes.some(isMissed)) process.exitCode = 1
}

function isMissed({ comparisons, checks }: Outcome): boolean {
  return checks.some(({ ok }) => !ok) || comparisons.some((one) => judge(one) === 'fail')
}

try {
  await main()
} catch (error) {
  if (!(error instanceof UsageError) && !isParseError(error)) throw error
  process.stderr.write(`${error.message}\n${usage}`)
  process.exitCode = 2
}

function isParseError(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error
}
