import { rm } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { readManifest } from '../../vm/image/manifest.ts'
import { createQemuMachine, type Machine, type StartStage } from '../../vm/index.ts'
import { machineConfig } from '../support/machine.ts'
import { cpuTime } from './cpu-time.ts'
import { createGuestPing } from './guest-ping.ts'
import type { Comparison, Outcome } from './outcome.ts'
import { estimate, fewestForInterval, median } from './stats.ts'
import { stockDebian } from './stock-debian.ts'
import { createStockMachine, type BootTimes, type StockMachine } from './stock-machine.ts'

/** From the spawn of QEMU to the engine's first answer; what comes before it is another's to measure. */
const measured: readonly StartStage[] = ['boot', 'ssh', 'engine']
const tries = 3

/** The times of one pair, in ms; those of the floor on the clock. */
interface Pair {
  ours: BootTimes
  stock: BootTimes
  /** A kernel that powers off at once. */
  kernel: number
  /** containerd and dockerd started in a guest that runs. */
  engine: number
}

/**
 * B1: from the spawn of QEMU to the engine's first answer on the host, against Debian with systemd under the same
 * kernel file in the same virtual machine, and against the floor: kernel plus engine and nothing else.
 */
export async function measureBoot({ pairs: count }: { pairs: number }): Promise<Outcome> {
  const { home, config, lines } = await machineConfig()
  const manifest = await readManifest(config.imageFolder)
  const debian = await stockDebian(config.imageFolder, manifest)
  const panics = () => lines.filter((line) => line.includes('guest-panicked')).length
  const retried = { count: 0 }
  try {
    await using machine = createQemuMachine(config)
    const folder = join(home, 'stock')
    const stock = await createStockMachine(debian, { config, manifest, folder })
    const guests: Guests = { machine, stock, panics, retried }
    // The first boot of a new disk formats it and makes keys: both arms are measured from the second on.
    await bootPair(guests, 0)
    const pairs: Pair[] = []
    for (let index = 0; index < count; index++) pairs.push(await bootPair(guests, index))
    return describe(pairs, { hash: debian.hash, retried: retried.count, config })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

interface Guests {
  machine: Machine
  stock: StockMachine
  /** How often a kernel of ours has panicked so far. */
  panics: () => number
  retried: { count: number }
}

async function bootPair(guests: Guests, index: number): Promise<Pair> {
  const { stock, retried } = guests
  const theirs = () => again(() => stock.boot(), retried)
  const before = index % 2 === 1 ? await theirs() : undefined
  const ours = await again(() => bootOurs(guests), retried)
  const kernel = await again(() => stock.bootKernelOnly(), retried)
  const pair = { ...ours, kernel, stock: before ?? (await theirs()) }
  process.stderr.write(`B1 ${JSON.stringify(pair)}, load ${loadavg()[0]?.toFixed(1) ?? '?'}\n`)
  return pair
}

async function bootOurs({ machine, panics }: Guests): Promise<Pick<Pair, 'ours' | 'engine'>> {
  const before = panics()
  try {
    await machine.start()
    if (panics() !== before) throw new Error('the guest booted only after a kernel panic')
    const stages = machine.snapshot.stages.filter(({ stage }) => measured.includes(stage))
    const ms = stages.reduce((sum, stage) => sum + (stage.ms ?? Number.NaN), 0)
    const { state } = machine.snapshot
    if (state.phase !== 'running') throw new Error(`the machine is ${state.phase}`)
    const ours = { ms, cpuMs: await cpuTime(state.process.pid) }
    const guest = await createGuestPing(machine)
    return { ours, engine: await guest.restartEngine() }
  } finally {
    await machine.stop()
  }
}

/** Emulated kernels break now and then, whatever is in the guest; such a boot is no sample of either arm. */
async function again<T>(measure: () => Promise<T>, retried: { count: number }): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await measure()
    } catch (error) {
      if (attempt >= tries) throw error
      retried.count++
      process.stderr.write(`B1 once more: ${String(error)}\n`)
    }
  }
}

interface Setting {
  hash: string
  retried: number
  config: { cpus: number; memoryMiB: number }
}

function describe(pairs: readonly Pair[], { hash, retried, config }: Setting): Outcome {
  const floor = ({ kernel, engine }: Pair) => kernel + engine
  const arm = (name: string, of: (pair: Pair) => number) => ({ name, samples: pairs.map(of) })
  const ratio = (of: (pair: Pair) => number) => estimate(pairs, (drawn) => median(drawn.map(of)))
  const comparisons: Comparison[] = [
    {
      name: 'berth ÷ stock Debian',
      estimate: ratio(({ ours, stock }) => ours.ms / stock.ms),
      ...{ pass: 0.35, ambitious: 0.2 },
    },
    {
      name: 'berth ÷ stock Debian, processor time',
      estimate: ratio(({ ours, stock }) => ours.cpuMs / stock.cpuMs),
    },
    {
      name: 'berth ÷ floor',
      estimate: ratio((pair) => pair.ours.ms / floor(pair)),
      ...{ pass: 1.4, ambitious: 1.15 },
    },
  ]
  return {
    id: 'B1',
    title: 'Boot: spawn of QEMU to the first 200 on /_ping through the forward',
    arms: [
      arm('berth', ({ ours }) => ours.ms),
      arm('stock Debian', ({ stock }) => stock.ms),
      arm('berth, processor time', ({ ours }) => ours.cpuMs),
      arm('stock Debian, processor time', ({ stock }) => stock.cpuMs),
      arm('floor: kernel only', ({ kernel }) => kernel),
      arm('floor: engine only', ({ engine }) => engine),
    ],
    comparisons,
    checks: [],
    notes: [
      `the same kernel file, kernel arguments and virtual machine: -accel tcg,thread=multi -smp ${config.cpus} -m ${config.memoryMiB}`,
      `stock Debian ${hash}: systemd, networkd with DHCP, docker.io as packaged; without cloud-init, apparmor and bootloader, and with our small initrd, all to its favour`,
      'processor time is that of QEMU and hardly depends on what else the host does; time on the clock does',
      'the floor is no lower bound: its engine meets the firewall rules of the run before and waits some seconds for the supervisor',
      `one pair discarded, order turned with each pair; ${retried} boots repeated because a guest or its kernel failed`,
      ...(pairs.length < fewestForInterval
        ? [`${fewestForInterval} pairs are the fewest that give a 95 % interval`]
        : []),
    ],
  }
}
