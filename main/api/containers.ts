import type { ListNews } from './list-news.ts'
import type { RunSpec } from './run-spec.ts'

export interface PortMapping {
  containerPort: number
  protocol: 'tcp' | 'udp' | 'sctp'
  /** Absent when the port is exposed and not published. */
  hostIp?: string
  hostPort?: number
}

export interface Container {
  id: string
  name: string
  image: string
  imageId: string
  command: string
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'
  /** The engine's own words, such as "Up 2 minutes" or "Exited (0) 5 seconds ago". */
  status: string
  /** Of a container that has ended. */
  exitCode?: number
  /** Absent without a health check. */
  health?: 'starting' | 'healthy' | 'unhealthy'
  /** Milliseconds since the epoch. */
  createdAt: number
  ports: PortMapping[]
  labels: Record<string, string>
  /** Names of the networks it is attached to. */
  networks: string[]
  /** Volume names, and the paths of binds. */
  mounts: string[]
  /** Compose project and service, from the container's labels. */
  project?: string
  service?: string
}

export interface Mount {
  kind: 'bind' | 'volume' | 'tmpfs' | 'other'
  /** A path of the host, or a volume's name; empty for tmpfs. */
  source: string
  /** Path in the container. */
  target: string
  readOnly: boolean
}

export interface NetworkAttachment {
  name: string
  /** Empty while the container does not run. */
  ipAddress: string
  ipv6Address: string
  gateway: string
  macAddress: string
  aliases: string[]
}

/** One container in full. Times are milliseconds since the epoch; what has not happened yet is absent. */
export interface ContainerDetails {
  id: string
  name: string
  image: string
  imageId: string
  state: Container['state']
  exitCode?: number
  /** The engine's own words for why it could not start. */
  error: string
  killedForMemory: boolean
  restartCount: number
  createdAt: number
  startedAt?: number
  finishedAt?: number
  entrypoint: string[]
  command: string[]
  workingDir: string
  user: string
  hostname: string
  tty: boolean
  /** In the container's order; a name may come twice. */
  env: { name: string; value: string }[]
  labels: Record<string, string>
  mounts: Mount[]
  networks: NetworkAttachment[]
  ports: PortMapping[]
  restart: string
  limits: {
    /** Cores; absent when unlimited, as all of these. */
    cpus?: number
    memoryBytes?: number
    pids?: number
  }
  health?: {
    status: 'starting' | 'healthy' | 'unhealthy'
    failingStreak: number
    /** Oldest first. */
    log: { at: number; exitCode: number; output: string }[]
  }
  /** The engine's whole answer to `docker inspect`, as JSON text. */
  json: string
}

/** What a container used at one moment. Rates are per second, over the time since the sample before. */
export interface StatsSample {
  id: string
  /** Milliseconds since the epoch. */
  at: number
  /** In cores: 1.5 is one and a half of them. */
  cpu: number
  /** Bytes without the page cache, as `docker stats` counts. */
  memory: number
  memoryLimit: number
  networkIn: number
  networkOut: number
  diskRead: number
  diskWrite: number
  pids: number
}

/** `docker top`: rows of as many words as there are titles. */
export interface ProcessTable {
  titles: string[]
  rows: string[][]
}

export interface FileChange {
  path: string
  kind: 'added' | 'changed' | 'deleted'
}

export interface LogLine {
  source: 'stdout' | 'stderr'
  text: string
  /** RFC 3339 with nanoseconds, as the engine wrote it. */
  at?: string
}

export interface LogOptions {
  /** How many of the newest lines to begin with; absent for all. */
  tail?: number
  /** Goes on until the reader stops or the container ends; default true. */
  follow?: boolean
  /** RFC 3339; only lines from then on. */
  since?: string
}

export interface ContainersApi {
  /** All containers at once, then what changed. */
  watch(): AsyncIterable<ListNews<Container>>
  /** One container in full, then again after each of its changes; ends when it is removed. */
  details(id: string): AsyncIterable<ContainerDetails>
  start(id: string): Promise<void>
  /** Sends the stop signal and waits for the engine's grace period. */
  stop(id: string): Promise<void>
  restart(id: string): Promise<void>
  pause(id: string): Promise<void>
  unpause(id: string): Promise<void>
  /** `signal` by name; default SIGKILL. */
  kill(id: string, signal?: string): Promise<void>
  rename(id: string, name: string): Promise<void>
  /** `force` ends a running container first; `volumes` removes its anonymous volumes. */
  remove(id: string, options?: { force?: boolean; volumes?: boolean }): Promise<void>
  /** Creates and starts; the image must be there. */
  run(spec: RunSpec): Promise<{ id: string; name: string }>
  /** Lines in batches. */
  logs(id: string, options?: LogOptions): AsyncIterable<LogLine[]>
  /**
   * A batch of the newest samples of these containers, about once a second, of those that run. Ask for what is in
   * sight only: each costs the engine a look at its cgroup.
   */
  stats(ids: string[]): AsyncIterable<StatsSample[]>
  /**
   * One container's samples: all that are kept (the last hour while it is looked at now and then) in the first batch,
   * then as they come.
   */
  statsHistory(id: string): AsyncIterable<StatsSample[]>
  /** Fails with `container-not-running` for one that does not run. */
  processes(id: string): Promise<ProcessTable>
  /** What differs from the image. */
  changes(id: string): Promise<FileChange[]>
}
