import { rm } from 'node:fs/promises'
import { machineConfig, snapshotWhere } from '../support/machine.ts'
import { createQemuMachine, type Machine, type StartStage } from '../../vm/index.ts'
import type { Outcome } from './outcome.ts'
import { estimate, median } from './stats.ts'

/** From the spawn of QEMU to the engine's first answer, which B1 holds against other guests. */
const booting: readonly StartStage[] = ['boot', 'ssh', 'engine']
const deadlineMs = 600_000

/** In ms, each to the engine's first answer on this computer. */
interface Turn {
  /** Of a machine that is off, from the call; and what of it is the boot. */
  cold: number
  boot: number
  /** From the death of QEMU under a machine that runs. */
  killed: number
  /** Of a machine that runs, by another app. */
  adopted: number
}

/**
 * B2, the cold part: how long it takes until the engine answers after a stop, after QEMU was killed, and for an app that
 * finds a machine running. A machine that is woken from a saved state will be held against the first.
 * @param options.pairs turns, all on one data disk
 */
export async function measureWake(options: { pairs: number }): Promise<Outcome> {
  const { home, config } = await machineConfig()
  try {
    const turns: Turn[] = []
    // The first boot formats the disk and makes keys.
    await using first = createQemuMachine(config)
    await first.start()
    await first.stop()
    await first[Symbol.asyncDispose]()
    for (let index = 0; index < options.pairs; index++) {
      turns.push(await turn(() => createQemuMachine(config)))
      process.stderr.write(`B2 ${JSON.stringify(turns.at(-1))}\n`)
    }
    return describe(turns)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function turn(create: () => Machine): Promise<Turn> {
  const { cold, boot } = await startCold(create)
  await using machine = create()
  try {
    const adopted = await timed(() => machine.start())
    return { cold, boot, adopted, killed: await timed(() => killAndWait(machine)) }
  } finally {
    await machine.stop()
  }
}

async function startCold(create: () => Machine): Promise<Pick<Turn, 'cold' | 'boot'>> {
  await using machine = create()
  const cold = await timed(() => machine.start())
  const stages = machine.snapshot.stages.filter(({ stage }) => booting.includes(stage))
  return { cold, boot: stages.reduce((sum, { ms }) => sum + (ms ?? Number.NaN), 0) }
}

async function killAndWait(machine: Machine): Promise<void> {
  const { state } = machine.snapshot
  if (state.phase !== 'running') throw new Error(`the machine is ${state.phase}`)
  process.kill(state.process.pid, 'SIGKILL')
  await snapshotWhere(machine, (now) => now.state.phase === 'failed', deadlineMs)
  await snapshotWhere(machine, (now) => now.state.phase === 'running', deadlineMs)
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

function describe(turns: readonly Turn[]): Outcome {
  const ratio = (of: (turn: Turn) => number) => estimate(turns, (drawn) => median(drawn.map(of)))
  const arm = (name: string, of: (turn: Turn) => number) => ({ name, samples: turns.map(of) })
  return {
    id: 'B2',
    title: 'Until the engine answers, the cold part',
    arms: [
      arm('a machine that was off', ({ cold }) => cold),
      arm('of it, the boot', ({ boot }) => boot),
      arm('after QEMU was killed', ({ killed }) => killed),
      arm('an app that finds it running', ({ adopted }) => adopted),
    ],
    comparisons: [
      {
        name: 'killed ÷ off',
        estimate: ratio(({ cold, killed }) => killed / cold),
        pass: 1.2,
        ambitious: 1.1,
      },
      { name: 'off ÷ its boot', estimate: ratio(({ cold, boot }) => cold / boot) },
      { name: 'found running ÷ off', estimate: ratio(({ cold, adopted }) => adopted / cold) },
    ],
    checks: [],
    notes: ['from the call, so with what is looked at before QEMU is spawned'],
  }
}
