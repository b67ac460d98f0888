import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createBerthCli } from '../support/berth-cli.ts'
import { createDockerCli } from '../support/docker-cli.ts'
import { machineConfig } from '../support/machine.ts'
import { startBareGuest } from './bare-guest.ts'
import { cpuTime } from './cpu-time.ts'
import type { Comparison, Outcome } from './outcome.ts'
import { estimate, median } from './stats.ts'
import { countWakeups } from './wakeups.ts'

const containers = 20
/** What a start and a client leave to be done is over by then. */
const settleMs = 30_000
const sliceMs = 10_000
const slices = 8

/** What was used in a slice of time, for each second: processor time in ms, and wakeups. */
interface Slice {
  bare: number
  machine: number
  app: number
  appWakeups: number
}

interface Processes {
  bare: number
  machine: number
  app: number
}

/**
 * B8: what the app and its machine use while nobody wants anything, without and with containers, beside the same
 * machine and kernel with one process that sleeps.
 */
export async function measureIdle(): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-idle-'))
  const { home, config } = await machineConfig()
  try {
    await using cli = await createBerthCli()
    const ask = async (...args: string[]) => {
      const { code, stdout, stderr } = await cli(args, { BERTH_IMAGE: config.imageFolder })
      if (code !== 0) throw new Error(`berth ${args.join(' ')}: ${stderr}`)
      return stdout
    }
    await ask('set', `memoryMiB=${config.memoryMiB}`, `cpus=${config.cpus}`)
    await ask('start', '--headless', '--wait')
    const status = JSON.parse(await ask('status', '--json')) as Status
    await using bare = await startBareGuest(config, folder)
    const pids = { bare: bare.pid, machine: status.vm.pid, app: status.app.pid }
    const empty = await observe(pids)
    await using docker = await createDockerCli(status.dockerSocket)
    await runContainers(docker)
    const full = await observe(pids)
    return describe(empty, full)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await rm(home, { recursive: true, force: true })
  }
}

interface Status {
  app: { pid: number }
  vm: { pid: number }
  dockerSocket: string
}

async function runContainers(docker: Awaited<ReturnType<typeof createDockerCli>>): Promise<void> {
  const must = async (...args: string[]) => {
    const { code, stderr } = await docker(args)
    if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`)
  }
  await must('build', '-t', 'busybox', docker.buildContext)
  for (let index = 0; index < containers; index++)
    await must('run', '-d', 'busybox', 'sleep', '100000')
}

async function observe(pids: Processes): Promise<Slice[]> {
  await delay(settleMs)
  const seen: Slice[] = []
  for (let index = 0; index < slices; index++) {
    const before = await look(pids)
    await delay(sliceMs)
    const after = await look(pids)
    const perSecond = (of: (one: Slice) => number) => ((of(after) - of(before)) * 1000) / sliceMs
    seen.push({
      bare: perSecond(({ bare }) => bare),
      machine: perSecond(({ machine }) => machine),
      app: perSecond(({ app }) => app),
      appWakeups: perSecond(({ appWakeups }) => appWakeups),
    })
  }
  return seen
}

async function look({ bare, machine, app }: Processes): Promise<Slice> {
  return {
    ...{ bare: await cpuTime(bare), machine: await cpuTime(machine) },
    ...{ app: await cpuTime(app), appWakeups: await countWakeups(app) },
  }
}

function describe(empty: readonly Slice[], full: readonly Slice[]): Outcome {
  const mean = (some: readonly Slice[], of: (slice: Slice) => number) =>
    some.reduce((sum, slice) => sum + of(slice), 0) / some.length
  const ratio = (name: string, some: readonly Slice[]): Comparison => ({
    name,
    estimate: estimate(
      some,
      (drawn) => mean(drawn, ({ machine, app }) => machine + app) / mean(drawn, ({ bare }) => bare),
    ),
    ...{ pass: 2, ambitious: 1.15 },
  })
  const arms = (name: string, some: readonly Slice[]) => [
    { name: `machine, ${name}`, unit: 'ms/s', samples: some.map(({ machine }) => machine) },
    { name: `app, ${name}`, unit: 'ms/s', samples: some.map(({ app }) => app) },
    { name: `app, ${name}`, unit: 'wakeups/s', samples: some.map((one) => one.appWakeups) },
    { name: `sleeping guest beside it`, unit: 'ms/s', samples: some.map(({ bare }) => bare) },
  ]
  const appCpu = median(full.map(({ app }) => app))
  const appWakeups = median(full.map((one) => one.appWakeups))
  return {
    id: 'B8',
    title: 'Idle: processor time of app and machine, window hidden',
    arms: [...arms('no container', empty), ...arms(`${containers} containers`, full)],
    comparisons: [
      ratio('berth ÷ a guest that sleeps, no container', empty),
      ratio(`berth ÷ a guest that sleeps, ${containers} containers`, full),
    ],
    checks: [
      { name: 'app ≤ 2 ms/s', ok: appCpu <= 2, detail: `${appCpu.toFixed(2)} ms/s` },
      { name: 'app ≤ 5 wakeups/s', ok: appWakeups <= 5, detail: `${appWakeups.toFixed(1)} /s` },
    ],
    notes: [
      `both guests run side by side: ${slices} slices of ${sliceMs / 1000} s, after ${settleMs / 1000} s of rest`,
      'Linux counts processor time in hundredths of a second: a slice has a grain of 1 ms/s',
    ],
  }
}
