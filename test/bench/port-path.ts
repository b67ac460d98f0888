import { startMachine } from '../support/machine.ts'
import { end, spawnOpenSsh, toGuest } from './carriers.ts'
import { createTooledDocker, said, toolImage, toolPorts } from './guest-tool.ts'
import type { Comparison, Outcome } from './outcome.ts'
import { publishPorts } from './published.ts'
import { estimate, median, percentile, pooledRatio } from './stats.ts'
import {
  echoes,
  freshRequests,
  isAnswered,
  keptRequests,
  type Place,
  stream,
} from './tcp-client.ts'
import { retry } from '../../vm/waiting.ts'

const mebibyte = 1024 ** 2
const streamBytes = 16 * mebibyte
const perBlock = 25
const datagrams = 100

/** One way to a published port: where the container's two TCP servers are. */
interface Way {
  name: string
  stream: Place
  talk: Place
}

/** One thing that is done by all ways. */
interface Work {
  name: string
  blocks: number
  take: (way: Way) => Promise<number[]>
  taken: number[][][]
}

/**
 * B5: what goes through a published port, by the app's own way, by a forward of QEMU's that was set by hand, and by
 * ssh -L. All ways lead to the same container; blocks alternate between them, forth and back.
 * @param options.requests small requests by each way, kept connection and new ones, without the discarded first block
 */
export async function measurePortPath(options: { requests: number }): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const test = stack.use(await startMachine())
  const docker = stack.use(await createTooledDocker(test.config.engine.hostSocket))
  const published = stack.use(publishPorts(test))
  const [first, udp] = [await published.findFree('tcp', 2), await published.findFree('udp')]
  const publish = [
    ...['-p', `${first}-${first + 1}:${toolPorts.stream}-${toolPorts.talk}`],
    ...['-p', `${udp}:${toolPorts.echo}/udp`],
  ]
  await said(docker, ['run', '-d', ...publish, toolImage])
  await published.whenOpen(first, 2)
  const at = (host: string, port: number) => ({
    stream: { host, port },
    talk: { host, port: port + 1 },
  })
  const byHand = await published.findFree('tcp', 2)
  for (const offset of [0, 1])
    await test.machine.forwards.add({
      ...{ protocol: 'tcp', address: '127.0.0.1' },
      ...{ port: byHand + offset, guestPort: first + offset },
    })
  const bySsh = await published.findFree('tcp', 2)
  const words = [0, 1].flatMap((offset) => [
    '-L',
    `127.0.0.1:${bySsh + offset}:10.0.2.15:${first + offset}`,
  ])
  const ssh = await spawnOpenSsh(toGuest(test), words)
  stack.defer(() => end(ssh))
  const ways: Way[] = [
    { name: 'berth', ...at('127.0.0.1', first) },
    { name: 'berth, ::1', ...at('::1', first) },
    { name: 'QEMU’s hostfwd', ...at('127.0.0.1', byHand) },
    { name: 'ssh -L', ...at('127.0.0.1', bySsh) },
  ]
  for (const { talk } of ways) await untilAnswered(talk)
  const works = createWorks(ways, Math.max(1, Math.ceil(options.requests / perBlock)))
  for (const work of works) await measure(work, ways)
  const back = await echoes({ host: '127.0.0.1', port: udp }, datagrams)
  return {
    id: 'B5',
    title: `Published ports: ${streamBytes / mebibyte} MiB, small requests, new connections`,
    arms: works.flatMap(({ name, taken }) =>
      ways.map((way, index) => ({
        name: `${name}, ${way.name}`,
        samples: taken[index]?.flat() ?? [],
      })),
    ),
    comparisons: works.flatMap(compare),
    checks: [
      { name: 'datagrams come back', ok: back === datagrams, detail: `${back} of ${datagrams}` },
    ],
    notes: [
      'all ways end at the same published port of the guest, behind which the engine is the same',
      `blocks of ${perBlock} requests, forth and back; one block of each way discarded`,
      'ratios are of time: 0.67 of ssh -L is 1.5 times its throughput',
    ],
  }
}

function createWorks(ways: readonly Way[], blocks: number): Work[] {
  const work = (name: string, count: number, take: Work['take']): Work => ({
    ...{ name, take, blocks: count },
    taken: ways.map(() => []),
  })
  return [
    work('stream', 6, async (way) => [await stream(way.stream, streamBytes)]),
    work('kept', blocks, (way) => keptRequests(way.talk, perBlock)),
    work('new connection', blocks, (way) => freshRequests(way.talk, perBlock)),
  ]
}

async function measure({ blocks, take, taken }: Work, ways: readonly Way[]): Promise<void> {
  for (const way of ways) await take(way)
  const order = [...ways.entries()]
  for (let round = 0; round < blocks; round += 1) {
    for (const [index, way] of round % 2 === 0 ? order : order.toReversed())
      taken[index]?.push(await take(way))
  }
}

function compare({ name, taken: [ours = [], six = [], plain = [], ssh = []] }: Work): Comparison[] {
  const ratio = (
    [one, other]: [number[][], number[][]],
    statistic: (samples: readonly number[]) => number = median,
  ) =>
    estimate(
      one.map((block, index) => ({ ours: block, theirs: other[index] ?? [] })),
      pooledRatio(statistic),
    )
  const p99 = (samples: readonly number[]) => percentile(samples, 0.99)
  const tail = { name: `${name} p99 berth ÷ hostfwd`, estimate: ratio([ours, plain], p99) }
  return [
    { name: `${name} berth ÷ hostfwd`, estimate: ratio([ours, plain]), pass: 1.11, ambitious: 1 },
    ...(name === 'stream' ? [] : [{ ...tail, ambitious: 1.2 }]),
    { name: `${name} berth ÷ ssh -L`, estimate: ratio([ours, ssh]), pass: 0.67 },
    { name: `${name} berth, ::1 ÷ ssh -L`, estimate: ratio([six, ssh]) },
  ]
}

async function untilAnswered(place: Place): Promise<void> {
  const look = async () => {
    if (!(await isAnswered(place))) throw new Error(`nobody answers on port ${place.port}`)
  }
  await retry(look, { everyMs: 100, signal: AbortSignal.timeout(30_000) })
}
