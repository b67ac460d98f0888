import { startMachine, type TestMachine } from '../support/machine.ts'
import { startOpenSsh, startOurs, toGuest, type Carrier } from './carriers.ts'
import { createGuestPing } from './guest-ping.ts'
import type { Check, Comparison, Outcome } from './outcome.ts'
import { burst, pings } from './ping.ts'
import { estimate, median, percentile, pooledRatio } from './stats.ts'

const perBlock = 25
const load = { clients: 50, connections: 1000 }
const loadMs = 10_000

/** One way to the engine: takes `count` times in ms. */
interface Way {
  name: string
  /** Undefined in the guest, where there is nothing that could break under load. */
  carrier?: Carrier
  take(count: number): Promise<number[]>
  blocks: number[][]
}

/**
 * B3: GET /_ping with a new connection each, as the docker command does it. All ways lead to the same engine in the
 * same minutes; blocks of requests alternate between them, forth and back.
 * @param options.requests per way, without the discarded first block.
 */
export async function measureLatency(options: { requests: number }): Promise<Outcome> {
  await using guest = await startMachine()
  await using stack = new AsyncDisposableStack()
  const ways = await openWays(guest, stack)
  const count = Math.max(1, Math.ceil(options.requests / perBlock))
  for (const way of ways) await way.take(perBlock)
  for (let index = 0; index < count; index++) {
    for (const way of index % 2 === 0 ? ways : ways.toReversed()) {
      way.blocks.push(await way.take(perBlock))
    }
  }
  const [native, script, bare, openSsh, direct] = ways
  const checks: Check[] = []
  for (const way of [native, openSsh, bare, script]) checks.push(await checkLoad(way))
  return {
    id: 'B3',
    title: 'API latency: GET /_ping, a new connection each',
    arms: ways.map(({ name, blocks }) => ({ name, samples: blocks.flat() })),
    comparisons: [
      ...[native, script].flatMap((ours) => compare(ours, { openSsh, direct })),
      ...compareProxy(native, bare),
    ],
    checks,
    notes: [
      `blocks of ${perBlock}, ${count} of each way, forth and back; one block of each discarded`,
      'the asking process is apart from the forwarding one; in the guest a static C program asks',
      'asking process, forward and both virtual CPUs share the cores of this host',
    ],
  }
}

async function openWays(
  { machine, config }: TestMachine,
  stack: AsyncDisposableStack,
): Promise<[Way, Way, Way, Way, Way]> {
  const guest = toGuest({ machine, config })
  const through = (name: string, carrier: Carrier): Way => ({
    ...{ name, carrier, blocks: [] },
    take: (count) => pings(carrier.socket, count),
  })
  const native = stack.use(await startOurs(guest))
  const script = stack.use(await startOurs(guest, { native: false }))
  const bare = stack.use(await startOurs(guest, { proxy: false }))
  const openSsh = stack.use(await startOpenSsh(guest))
  const inGuest = await createGuestPing(machine)
  return [
    through('berth, native crypto', native),
    through('berth, JavaScript crypto', script),
    through('berth, without its proxy', bare),
    through('ssh -L', openSsh),
    { name: 'in the guest', take: (count) => inGuest.ping(count), blocks: [] },
  ]
}

/** What it costs that every connection is read along. */
function compareProxy(native: Way, bare: Way): Comparison[] {
  return [
    { name: 'p50 with ÷ without the proxy', estimate: ratio(native, bare, median), pass: 1.1 },
    { name: 'p99 with ÷ without the proxy', estimate: ratio(native, bare, p99) },
  ]
}

const p99 = (samples: readonly number[]) => percentile(samples, 0.99)

function ratio(ours: Way, theirs: Way, statistic: (samples: readonly number[]) => number) {
  return estimate(
    ours.blocks.map((block, index) => ({ ours: block, theirs: theirs.blocks[index] ?? [] })),
    pooledRatio(statistic),
  )
}

function compare(ours: Way, { openSsh, direct }: { openSsh: Way; direct: Way }): Comparison[] {
  const against = (theirs: Way, statistic: (samples: readonly number[]) => number) =>
    ratio(ours, theirs, statistic)
  const name = (what: string, theirs: Way) => `${what} ${ours.name} ÷ ${theirs.name}`
  return [
    { name: name('p50', openSsh), estimate: against(openSsh, median), pass: 1.1, ambitious: 1 },
    { name: name('p99', openSsh), estimate: against(openSsh, p99), pass: 0.5, ambitious: 0.15 },
    { name: name('p50', direct), estimate: against(direct, median), ambitious: 1.5 },
    { name: name('p99', direct), estimate: against(direct, p99) },
  ]
}

async function checkLoad({ name, carrier }: Way): Promise<Check> {
  if (!carrier) throw new Error(`${name} carries nothing`)
  const { samples, errors, ms } = await burst(carrier.socket, load)
  const found = [`${errors.length} errors`, `${(ms / 1000).toFixed(1)} s`]
  const tail = `p50 ${median(samples).toFixed(0)} ms, p99 ${percentile(samples, 0.99).toFixed(0)} ms`
  return {
    name: `${load.connections} connections by ${load.clients} clients, ${name}`,
    ok: errors.length === 0 && ms <= loadMs,
    detail: [...found, tail, ...new Set(errors)].join(', '),
  }
}
