import type { AppStatus } from './status.ts'
import type { ErrorShape } from './errors.ts'
import type { Kinds } from './kinds.ts'

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
  /** Milliseconds since the epoch. */
  createdAt: number
  ports: PortMapping[]
  /** Compose project and service, from the container's labels. */
  project?: string
  service?: string
}

export interface PublishedPort {
  containerPort: number
  protocol: 'tcp' | 'udp'
  /** 0 or absent lets the engine choose. */
  hostPort?: number
  hostIp?: string
}

/** What `docker run -d` would be given. */
export interface RunSpec {
  image: string
  name?: string
  command?: string[]
  env?: Record<string, string>
  ports?: PublishedPort[]
  restart?: 'no' | 'always' | 'unless-stopped' | 'on-failure'
}

export interface LogLine {
  source: 'stdout' | 'stderr'
  text: string
  /** RFC 3339 with nanoseconds, as the engine wrote it. */
  at?: string
}

export interface ContainersApi {
  /** All containers at once, then all of them again whenever something changed. */
  watch(): AsyncIterable<Container[]>
  start(id: string): Promise<void>
  /** Sends the stop signal and waits for the engine's grace period. */
  stop(id: string): Promise<void>
  restart(id: string): Promise<void>
  /** `force` ends a running container first; `volumes` removes its anonymous volumes. */
  remove(id: string, options?: { force?: boolean; volumes?: boolean }): Promise<void>
  /** Creates and starts; the image must be there. */
  run(spec: RunSpec): Promise<{ id: string; name: string }>
  /** Lines in batches; follows until the reader stops or the container ends. */
  logs(id: string, options?: { tail?: number; follow?: boolean }): AsyncIterable<LogLine[]>
}

export interface Image {
  id: string
  /** Empty for a dangling image. */
  tags: string[]
  /** Bytes. */
  size: number
  /** Milliseconds since the epoch. */
  createdAt: number
}

/** One line of a pull or load, by layer where the engine tells it. */
export interface TransferProgress {
  /** Layer id; absent for a message about the whole. */
  layer?: string
  message: string
  current?: number
  total?: number
}

export interface ImagesApi {
  watch(): AsyncIterable<Image[]>
  /** Leaving the stream cancels the pull. */
  pull(reference: string): AsyncIterable<TransferProgress>
  /** Loads a `docker save` archive from this computer's disk. */
  load(path: string): AsyncIterable<TransferProgress>
  remove(id: string, options?: { force?: boolean }): Promise<void>
}

export interface MachineApi {
  /** The whole status at once, then again after every change. */
  watch(): AsyncIterable<AppStatus>
  status(): Promise<AppStatus>
  /** Adopts or boots the machine; resolves when the engine answers. */
  start(): Promise<void>
  /** Powers the guest off in order. `graceful` is false when it had to be forced. */
  stop(): Promise<{ graceful: boolean }>
  restart(): Promise<void>
  /** Lines of one of the machine's own logs; follows when asked. */
  logs(source: MachineLog, options?: { tail?: number; follow?: boolean }): AsyncIterable<string[]>
}

export const machineLogs = ['console', 'app', 'dockerd', 'containerd', 'sshd'] as const
export type MachineLog = (typeof machineLogs)[number]

export type TerminalEvent =
  | { kind: 'opened'; terminal: string }
  | { kind: 'output'; text: string }
  | { kind: 'exited'; code: number }

export interface TerminalsApi {
  /** A terminal in the guest; its first item names it for `write` and `resize`. Leaving the stream ends it. */
  openMachine(
    command: string[],
    size: { columns: number; rows: number },
  ): AsyncIterable<TerminalEvent>
  write(terminal: string, text: string): Promise<void>
  resize(terminal: string, size: { columns: number; rows: number }): Promise<void>
}

export interface Settings {
  language: 'system' | 'en' | 'zh-CN'
  theme: 'system' | 'light' | 'dark'
  /** These three take effect when the machine starts next. */
  cpus: number
  memoryMiB: number
  diskGiB: number
}

export interface SettingsSnapshot {
  settings: Settings
  /** What this computer allows, for the form and for refusals. */
  limits: {
    cpus: { min: number; max: number }
    memoryMiB: { min: number; max: number }
    diskGiB: { min: number; max: number }
  }
  /** Set when settings.json could not be read and defaults are used; the original was kept beside it. */
  notice?: ErrorShape
}

export interface SettingsApi {
  watch(): AsyncIterable<SettingsSnapshot>
  get(): Promise<SettingsSnapshot>
  /** Refuses the whole change when one value is wrong. */
  set(change: Partial<Settings>): Promise<SettingsSnapshot>
}

export interface AppApi {
  /** Opens the face for browsers on loopback, and gives an address that works once. */
  ui(): Promise<{ url: string }>
  /** Ends the app; the machine goes on unless `stopMachine`. */
  quit(options?: { stopMachine?: boolean }): Promise<void>
}

/** Everything that crosses between the app and its faces: calls and streams, and no third thing. */
export interface Api {
  app: AppApi
  machine: MachineApi
  containers: ContainersApi
  images: ImagesApi
  terminals: TerminalsApi
  settings: SettingsApi
}

export const kinds: Kinds<Api> = {
  app: { ui: 'call', quit: 'call' },
  machine: {
    watch: 'stream',
    status: 'call',
    start: 'call',
    stop: 'call',
    restart: 'call',
    logs: 'stream',
  },
  containers: {
    watch: 'stream',
    start: 'call',
    stop: 'call',
    restart: 'call',
    remove: 'call',
    run: 'call',
    logs: 'stream',
  },
  images: { watch: 'stream', pull: 'stream', load: 'stream', remove: 'call' },
  terminals: { openMachine: 'stream', write: 'call', resize: 'call' },
  settings: { watch: 'stream', get: 'call', set: 'call' },
}
