import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { startMachine, type TestMachine } from '../support/machine.ts'
import type { DockerCli } from '../support/docker-cli.ts'
import { toGuest } from './carriers.ts'
import { createTooledDocker, putTool, said, toolImage, toolPorts } from './guest-tool.ts'
import type { Check, Comparison, Outcome } from './outcome.ts'
import { createEventPeer, createPollingPeer, type Peer } from './port-peers.ts'
import { type Published, publishPorts } from './published.ts'
import { type Block, estimate, median } from './stats.ts'
import { isAnswered } from './tcp-client.ts'

const rangeSize = 100
const mayLagMs = 100
const patienceMs = 120_000
/** The engine itself takes a second or so for each port under emulation. */
const rangeMs = 600_000

interface Lab {
  test: TestMachine
  docker: DockerCli
  published: Published
  /** The path of guest-tool in the guest. */
  tool: string
}

/** All in ms. What the host saw is told from the moment at which the guest itself saw it. */
interface Sighting {
  appeared: number
  gone: number
  /** The whole of `docker run -d`. */
  run: number
}

interface Arm {
  name: string
  peer?: Peer
  sightings: Sighting[]
}

/**
 * B6: from the first answer of a published port in the guest to the first one on this computer, and from the first
 * refusal there to the first one here, by the app, by a forwarder that polls and by one that follows events.
 * @param options.pairs containers for each of them, one after the other, without the discarded first one
 */
export async function measurePortAppears(options: { pairs: number }): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const test = stack.use(await startMachine())
  const docker = stack.use(await createTooledDocker(test.config.engine.hostSocket))
  const published = stack.use(publishPorts(test))
  const lab: Lab = { test, docker, published, tool: await putTool(test.machine) }
  const parts = { guest: toGuest(test), changes: published.changes }
  const [polling, events] = [createPollingPeer(parts), createEventPeer(parts)]
  const arms: [Arm, Arm, Arm] = [
    { name: 'berth', sightings: [] },
    { name: polling.name, peer: polling, sightings: [] },
    { name: events.name, peer: events, sightings: [] },
  ]
  await sight(lab)
  for (let round = 0; round < options.pairs; round += 1)
    for (const arm of round % 2 === 0 ? arms : arms.toReversed())
      arm.sightings.push(await sight(lab, arm.peer))
  const one = await timeToListen(lab, 1)
  const range = await timeToListen(lab, rangeSize)
  return {
    id: 'B6',
    title: 'A published port: from the guest’s first answer to ours, and the same for its end',
    arms: [
      ...arms.map(({ name, sightings }) => ({
        name: `appears, ${name}`,
        samples: sightings.map(({ appeared }) => appeared),
      })),
      ...arms.map(({ name, sightings }) => ({
        name: `is gone, ${name}`,
        samples: sightings.map(({ gone }) => gone),
      })),
      { name: 'docker run -d', samples: arms[0].sightings.map(({ run }) => run) },
    ],
    comparisons: compare(arms),
    checks: [...checkLag(arms[0]), checkRange(one, range)],
    notes: [
      `${options.pairs} containers of each arm, order turned with each; one discarded`,
      'the guest tells by a datagram, whose way to this computer counts in favour of each arm alike',
      'negative: this computer was first; the app works in the process that measures, the others in their own',
    ],
  }
}

/** One container that comes and goes, with the peer or without one. */
async function sight({ test, docker, published, tool }: Lab, peer?: Peer): Promise<Sighting> {
  await using stack = new AsyncDisposableStack()
  if (peer) stack.use(await peer.start())
  const port = await published.findFree('tcp', 3)
  const place = { host: '127.0.0.1', port: port + (peer?.offset ?? 0) }
  using guest = await listenForWords()
  const watching = test.machine.exec([tool, 'appear', String(port), String(guest.port)])
  await guest.said('here')
  const began = performance.now()
  const words = ['run', '-d', '-p', `${port}:${toolPorts.talk}`, toolImage]
  const [hostUp, guestUp, { id, run }] = await Promise.all([
    timeOf(() => isAnswered(place)),
    guest.said('up'),
    said(docker, words).then((id) => ({ id, run: performance.now() - began })),
  ])
  const removing = said(docker, ['rm', '-f', id])
  const [hostDown, guestDown] = await Promise.all([
    timeOf(async () => !(await isListening(place))),
    guest.said('down'),
    removing,
  ])
  await watching
  return { appeared: hostUp - guestUp, gone: hostDown - guestDown, run }
}

/** From the engine's word that a container has started until so many published ports listen here. */
async function timeToListen({ test, docker, published }: Lab, count: number): Promise<number> {
  const first = await published.findFree('tcp', count)
  const started = new Promise<number>((resolve) => {
    published.changes.on('container', ({ action }) => {
      if (action === 'start') resolve(performance.now())
    })
  })
  const range = `${first}-${first + count - 1}:1000-${999 + count}`
  // It is left there: a hundred ports take the engine as long to give back as to publish.
  const running = said(docker, ['run', '-d', '-p', range, toolImage])
  // Not by a connection: the app itself listens for a moment, to see whether a port can be had.
  const areThere = async () => {
    const found = await test.machine.forwards.list()
    return found.filter(({ port }) => port >= first && port < first + count).length === count
  }
  const took = (await timeOf(areThere, 5, rangeMs)) - (await started)
  await running
  return took
}

function compare([ours, ...peers]: readonly [Arm, ...Arm[]]): Comparison[] {
  const ratio = (theirs: readonly number[]) =>
    estimate(
      ours.sightings.map(({ appeared }, index) => ({
        ours: [appeared],
        theirs: [theirs[index] ?? Number.NaN],
      })),
      ratioOfMedians,
    )
  const runs = ours.sightings.map(({ run }) => run)
  return [
    ...peers.map(({ name, sightings }) => ({
      name: `appears berth ÷ ${name}`,
      estimate: ratio(sightings.map(({ appeared }) => appeared)),
      pass: 1,
    })),
    { name: 'appears berth ÷ docker run -d', estimate: ratio(runs), ambitious: 0.1 },
  ]
}

/** One that was here first took no time. */
function ratioOfMedians(blocks: readonly Block[]): number {
  const middle = (side: 'ours' | 'theirs') => median(blocks.flatMap((block) => block[side]))
  return Math.max(0, middle('ours')) / middle('theirs')
}

function checkLag({ sightings }: Arm): Check[] {
  const check = (name: string, samples: number[]): Check => ({
    name: `${name} within ${mayLagMs} ms of the guest`,
    ok: median(samples) <= mayLagMs,
    detail: `median ${median(samples).toFixed(1)} ms, greatest ${Math.max(...samples).toFixed(1)} ms`,
  })
  return [
    check(
      'appears',
      sightings.map(({ appeared }) => appeared),
    ),
    check(
      'is gone',
      sightings.map(({ gone }) => gone),
    ),
  ]
}

function checkRange(one: number, range: number): Check {
  return {
    name: `${rangeSize} ports listen within 10 times as long after the start as one, or before it`,
    ok: range <= 0 || range <= one * 10,
    detail: `${range.toFixed(0)} ms and ${one.toFixed(0)} ms`,
  }
}

interface Words extends Disposable {
  port: number
  /** Resolves with the time at which this word came, by `performance.now()`. */
  said(word: string): Promise<number>
}

async function listenForWords(): Promise<Words> {
  const socket: Socket = createSocket('udp4')
  const times = new Map<string, number>()
  socket.on('message', (word) => times.set(String(word), performance.now()))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    async said(word) {
      await timeOf(() => Promise.resolve(times.has(word)))
      return times.get(word) ?? Number.NaN
    },
    [Symbol.dispose]: () => socket.close(),
  }
}

/** When it was first so. @throws when it is not in time */
async function timeOf(
  isSo: () => Promise<boolean>,
  everyMs = 1,
  withinMs = patienceMs,
): Promise<number> {
  const until = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > until) throw new Error(`not so in ${withinMs} ms`)
    await delay(everyMs)
  }
  return performance.now()
}

async function isListening(place: { host: string; port: number }): Promise<boolean> {
  const socket = connect(place)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
