import { type AppStatus, type ErrorShape, type Health, type StageStatus, healthLinks } from '#api'

const stages = ['image', 'disk', 'boot', 'ssh', 'engine'] as const
const durations = [120, 340, 6_200, 1_450, 24_800]

const base = {
  app: { pid: 4242, version: '0.1.0' },
  dockerSocket: '/run/user/1000/berth-3f9a1c/docker.sock',
  ports: [],
} satisfies Partial<AppStatus>

export const limits = {
  cpus: { min: 1, max: 8 },
  memoryMiB: { min: 1024, max: 16_384 },
  diskGiB: { min: 60, max: 512 },
}

function toStages(done: number, failed = false): StageStatus[] {
  return stages.map((stage, index) => {
    const ms = durations[index] ?? 0
    if (index < done) return { stage, state: 'done', ms }
    if (index > done) return { stage, state: 'pending' }
    return failed ? { stage, state: 'failed', ms } : { stage, state: 'active' }
  })
}

function toHealth(state: Health['state']): Health[] {
  return healthLinks.map((link) => ({ link, state, message: '', repairs: 0 }))
}

export function stopped(): AppStatus {
  return {
    ...base,
    state: 'stopped',
    accel: '',
    slow: false,
    stages: stages.map((stage) => ({ stage, state: 'pending' })),
    health: toHealth('unknown'),
  }
}

/** `done` stages have passed, the next one is under way. */
export function starting(done: number): AppStatus {
  return {
    ...base,
    state: 'starting',
    accel: done > 1 ? 'tcg' : '',
    slow: done > 1,
    stages: toStages(done),
    health: toHealth('unknown'),
  }
}

export function failed(): AppStatus {
  const error: ErrorShape = {
    code: 'engine-timeout',
    params: { seconds: 180 },
    details: [
      '[    3.281744] EXT4-fs (vdb): mounted filesystem r/w with ordered data mode',
      '[    4.602113] sshd: listening on 0.0.0.0 port 22',
      'containerd: level=info msg="containerd successfully booted in 1.204s"',
      'dockerd: level=info msg="Starting up"',
      'dockerd: level=error msg="failed to start daemon: cannot create network (docker0)"',
      'dockerd: level=error msg="networks have same bridge name"',
    ],
  }
  return {
    ...base,
    state: 'failed',
    accel: 'tcg',
    slow: true,
    stages: toStages(4, true),
    health: toHealth('unknown'),
    error,
  }
}

export function running(): AppStatus {
  return {
    ...base,
    state: 'running',
    accel: 'tcg',
    slow: true,
    engine: { version: '28.5.2', apiVersion: '1.51' },
    vm: { pid: 4243, cpus: 2, memoryMiB: 2048, diskGiB: 60, sshPort: 40122 },
    stages: toStages(5),
    health: toHealth('ok').map((health) =>
      health.link === 'socket'
        ? { ...health, repairs: 2, repairedAt: Date.now() - 190_000 }
        : health,
    ),
  }
}

export function degraded(): AppStatus {
  return {
    ...running(),
    state: 'degraded',
    health: toHealth('ok').map((health) =>
      health.link === 'socket'
        ? {
            ...health,
            state: 'repairing',
            repairs: 3,
            error: { code: 'engine-unreachable', params: {} },
          }
        : health,
    ),
  }
}
