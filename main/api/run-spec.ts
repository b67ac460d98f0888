export interface PublishedPort {
  containerPort: number
  protocol: 'tcp' | 'udp' | 'sctp'
  /** 0 or absent lets the engine choose. */
  hostPort?: number
  hostIp?: string
}

export interface MountSpec {
  kind: 'bind' | 'volume' | 'tmpfs'
  /** An absolute path of the host, or a volume's name; absent for tmpfs and for an anonymous volume. */
  source?: string
  /** Absolute path in the container. */
  target: string
  readOnly?: boolean
}

/**
 * What `docker run -d` would be given; each field is named after its flag. Absent fields are the engine's or the
 * image's own defaults. Bytes are bytes, seconds are seconds.
 */
export interface RunSpec {
  image: string
  name?: string
  /** An empty list clears the image's entrypoint. */
  entrypoint?: string[]
  command?: string[]
  env?: Record<string, string>
  ports?: PublishedPort[]
  /** -P: every exposed port on a free port of the host. */
  publishAll?: boolean
  expose?: string[]
  mounts?: MountSpec[]
  volumesFrom?: string[]
  network?: string
  networkAliases?: string[]
  hostname?: string
  /** `name:address` each. */
  addHost?: string[]
  dns?: string[]
  macAddress?: string
  ip?: string
  restart?: 'no' | 'always' | 'unless-stopped' | 'on-failure'
  /** With `on-failure` only. */
  restartRetries?: number
  /** --rm */
  autoRemove?: boolean
  user?: string
  groupAdd?: string[]
  workdir?: string
  labels?: Record<string, string>
  tty?: boolean
  /** -i: keeps standard input open. */
  interactive?: boolean
  /** A small init process as PID 1. */
  init?: boolean
  readOnly?: boolean
  privileged?: boolean
  capAdd?: string[]
  capDrop?: string[]
  securityOpt?: string[]
  /** `/dev/x:/dev/y:rwm` each. */
  devices?: string[]
  /** --gpus: `all`, or how many. */
  gpus?: string
  /** Cores. */
  cpus?: number
  cpusetCpus?: string
  cpuShares?: number
  memoryBytes?: number
  /** -1 is unlimited. */
  memorySwapBytes?: number
  memoryReservationBytes?: number
  pidsLimit?: number
  shmBytes?: number
  ulimits?: { name: string; soft: number; hard: number }[]
  sysctls?: Record<string, string>
  ipc?: string
  pid?: string
  userns?: string
  cgroupns?: string
  platform?: string
  runtime?: string
  stopSignal?: string
  stopSeconds?: number
  logDriver?: string
  logOptions?: Record<string, string>
  health?: {
    /** A shell's command line; `none` switches the image's check off. */
    command?: string
    intervalSeconds?: number
    timeoutSeconds?: number
    startSeconds?: number
    retries?: number
  }
}
