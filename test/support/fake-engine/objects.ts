import type { LogPlan } from './log-plan.ts'

/** A published or exposed port, in the engine's own words. */
export interface FakePort {
  PrivatePort: number
  Type: 'tcp' | 'udp' | 'sctp'
  PublicPort?: number
  IP?: string
}

export interface FakeMount {
  Type: 'bind' | 'volume' | 'tmpfs'
  /** Of a volume. */
  Name?: string
  Source: string
  Destination: string
  RW: boolean
}

export interface FakeHealth {
  status: 'starting' | 'healthy' | 'unhealthy'
  failingStreak: number
  log: { at: number; exitCode: number; output: string }[]
}

/** Times are milliseconds since the epoch; 0 is "not yet". */
export interface FakeContainer {
  id: string
  name: string
  image: string
  imageId: string
  entrypoint: string[]
  command: string[]
  env: string[]
  labels: Record<string, string>
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'
  exitCode: number
  error: string
  oomKilled: boolean
  restartCount: number
  createdAt: number
  startedAt: number
  finishedAt: number
  /** Since when it is paused, and for how long it was before. */
  pausedAt: number
  idleMs: number
  health?: FakeHealth
  ports: FakePort[]
  /** Addresses by network. */
  networks: Record<string, { ip: string; aliases: string[] }>
  mounts: FakeMount[]
  restart: string
  tty: boolean
  user: string
  workingDir: string
  hostname: string
  autoRemove: boolean
  limits: { nanoCpus: number; memory: number; pids: number }
  /** Shells that its files hold. */
  shells: string[]
  /** How much it works: cores, and bytes of memory, on average. */
  load: { cpu: number; memory: number }
  log: LogPlan
  changes: { Path: string; Kind: 0 | 1 | 2 }[]
  /** What its own layer takes. */
  writtenBytes?: number
}

export interface FakeLayer {
  createdBy: string
  size: number
  comment: string
}

export interface FakeImage {
  id: string
  tags: string[]
  digests: string[]
  size: number
  sharedSize: number
  createdAt: number
  labels: Record<string, string>
  /** Oldest first. */
  layers: FakeLayer[]
  config: { entrypoint: string[]; command: string[]; env: string[]; ports: string[] }
}

export interface FakeVolume {
  name: string
  driver: string
  labels: Record<string, string>
  createdAt: number
  size: number
  options?: Record<string, string>
}

export interface FakeCacheRecord {
  id: string
  description: string
  size: number
  inUse: boolean
}

export interface FakeNetwork {
  id: string
  name: string
  driver: string
  subnet: string
  internal: boolean
  createdAt: number
}

export interface FakeExec {
  id: string
  container: string
  command: string[]
  tty: boolean
  user: string
  workingDir: string
  running: boolean
  exitCode: number | null
  size: { columns: number; rows: number }
  /** Told of a new size while it runs. */
  onResize: () => void
}
