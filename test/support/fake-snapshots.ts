import {
  type Limits,
  type LinkHealth,
  type MachineProcess,
  type MachineSnapshot,
  type StageReport,
  startStages,
  VmError,
} from '#vm'

export const machineScenarios = ['starting', 'failed', 'stopped', 'degraded'] as const
export type MachineScenario = 'running' | (typeof machineScenarios)[number]

const durations = [120, 340, 6200, 1450, 24_800]
const links = ['process', 'boot', 'ssh', 'socket', 'engine', 'clock'] as const

export const consoleLines = [
  '[    3.281744] EXT4-fs (vdb): mounted filesystem r/w with ordered data mode',
  '[    4.602113] sshd: listening on 0.0.0.0 port 1',
  'containerd: level=info msg="containerd successfully booted in 1.204s"',
  'dockerd: level=info msg="Starting up"',
  'dockerd: level=error msg="failed to start daemon: cannot create network (docker0)"',
  'dockerd: level=error msg="networks have same bridge name"',
]

const emulated: MachineProcess = {
  pid: 4243,
  accel: 'tcg',
  slow: true,
  cpus: 2,
  memoryMiB: 2048,
  swapMiB: 1024,
  diskGiB: 64,
  live: {
    cpus: { min: 1, max: 64 },
    memoryMiB: { min: 1024, max: 4096 },
    diskGiB: { min: 64, max: Infinity },
  },
  sshPort: 40_122,
  adopted: false,
}

/** What it runs with, as far as something else is wanted than the usual. */
export function toProcess({
  fast,
  wanted,
}: {
  fast?: boolean
  wanted?: () => Limits
}): MachineProcess {
  const limits = { ...emulated, ...wanted?.() }
  const live = { ...limits.live, memoryMiB: { min: 1024, max: limits.memoryMiB * 2 } }
  return { ...limits, live, ...(fast === true && { accel: 'kvm', slow: false }) }
}

/** How a machine of this scenario begins. */
export function toSnapshot(
  { scenario, holdAt = 0 }: { scenario: MachineScenario; holdAt?: number },
  process: MachineProcess,
): MachineSnapshot {
  switch (scenario) {
    case 'starting':
      return toStarting(holdAt, process)
    case 'failed':
      return {
        state: {
          phase: 'failed',
          stage: 'engine',
          error: new VmError('engine-timeout', { seconds: 180 }, { serial: consoleLines }),
        },
        stages: toStages(4, true),
        health: toHealth('unknown'),
        repairs: [],
      }
    case 'stopped':
      return toStopped()
    case 'degraded':
      return {
        ...toRunning(process),
        health: toHealth('ok').map((health) =>
          health.link === 'socket'
            ? { ...health, state: 'repairing', repairs: 3, error: new VmError('link-lost') }
            : health,
        ),
      }
    case 'running':
      return toRunning(process)
  }
}

function toStages(done: number, failed = false): StageReport[] {
  return startStages.map((stage, index) => {
    const ms = durations[index] ?? 0
    if (index < done) return { stage, state: 'done', ms }
    if (index > done) return { stage, state: 'pending' }
    return failed ? { stage, state: 'failed', ms } : { stage, state: 'active' }
  })
}

function toHealth(state: LinkHealth['state']): LinkHealth[] {
  return links.map((link) => ({ link, state, repairs: 0 }))
}

export function toStopped(): MachineSnapshot {
  return {
    state: { phase: 'stopped' },
    stages: toStages(-1),
    health: toHealth('unknown'),
    repairs: [],
  }
}

/** `done` stages have passed, the next one is under way. */
export function toStarting(done: number, process: MachineProcess): MachineSnapshot {
  const stage = startStages[done] ?? 'engine'
  return {
    state: { phase: 'starting', stage, ...(done > 1 && { process }) },
    stages: toStages(done),
    health: toHealth('unknown'),
    repairs: [],
  }
}

export function toRunning(process: MachineProcess): MachineSnapshot {
  return {
    state: { phase: 'running', process },
    repairs: [],
    stages: toStages(startStages.length),
    health: toHealth('ok').map((health) =>
      health.link === 'socket'
        ? { ...health, repairs: 2, repairedAt: Date.now() - 190_000 }
        : health,
    ),
  }
}
