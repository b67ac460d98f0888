import type Docker from 'dockerode'
import type { ContainerDetails, Mount, PortMapping } from '#api'
import { readAnswer, toTime } from './answers.ts'
import { toState } from './container-shape.ts'

type Health = NonNullable<ContainerDetails['health']>

/** What dockerode's types leave out, or promise where the engine says null. */
type Inspected = Omit<Docker.ContainerInspectInfo, 'Mounts'> & {
  Mounts?: Docker.ContainerInspectInfo['Mounts'] | null
}

/** The engine's answer to an inspect as ours, with its own text kept. */
export function toDetails(json: string): ContainerDetails {
  return readAnswer(json, (info: Inspected) => ({
    ...toIdentity(info),
    ...toRun(info),
    ...toSetup(info),
    ...toSurroundings(info),
    json,
  }))
}

/**
 * From the same answer, the ports that the container publishes as soon as it runs, where a number of the host's was
 * asked for; none for one that has no network of its own.
 */
export function toPlannedPorts(json: string): PortMapping[] {
  return readAnswer(json, ({ HostConfig }: Inspected) => {
    const { NetworkMode = '', PortBindings } = HostConfig
    if (/^(host|none|container:.*)$/.test(NetworkMode)) return []
    const planned = toPorts(PortBindings as Record<string, EngineBinding[] | null> | null)
    return planned.filter(({ hostPort = 0 }) => hostPort > 0)
  })
}

function toIdentity(info: Inspected) {
  return {
    id: info.Id,
    name: info.Name.replace(/^\//, ''),
    image: info.Config.Image,
    imageId: info.Image,
    createdAt: Date.parse(info.Created),
    labels: orEmpty(info.Config.Labels),
  }
}

function toRun(info: Inspected) {
  const { State } = info
  const startedAt = toTime(State.StartedAt)
  const finishedAt = toTime(State.FinishedAt)
  const ended = State.Status === 'exited' || State.Status === 'dead'
  const health = toHealth(State.Health)
  return {
    state: toState(State.Status),
    ...(ended && { exitCode: State.ExitCode }),
    error: State.Error,
    killedForMemory: State.OOMKilled,
    restartCount: info.RestartCount,
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(health && { health }),
  }
}

function toSetup({ Config, HostConfig }: Inspected) {
  return {
    entrypoint: toWords(Config.Entrypoint),
    command: toWords(Config.Cmd),
    workingDir: Config.WorkingDir,
    user: Config.User,
    hostname: Config.Hostname,
    tty: Config.Tty,
    env: orNone(Config.Env).map(toVariable),
    restart: toRestart(HostConfig.RestartPolicy),
    limits: toLimits(HostConfig),
  }
}

function toSurroundings(info: Inspected) {
  return {
    mounts: [...orNone(info.Mounts).map(toMount), ...toTmpfs(info.HostConfig.Tmpfs)],
    networks: Object.entries(orEmpty(info.NetworkSettings.Networks)).map(([name, network]) => ({
      name,
      ipAddress: network.IPAddress,
      ipv6Address: network.GlobalIPv6Address,
      gateway: network.Gateway,
      macAddress: network.MacAddress,
      aliases: orNone(network.Aliases as string[] | null),
    })),
    ports: toPorts(info.NetworkSettings.Ports),
  }
}

function toWords(words: string | string[] | null | undefined): string[] {
  return typeof words === 'string' ? [words] : (words ?? [])
}

function toVariable(line: string) {
  const at = line.indexOf('=')
  return at < 0 ? { name: line, value: '' } : { name: line.slice(0, at), value: line.slice(at + 1) }
}

function toRestart(policy: { Name: string; MaximumRetryCount?: number } | undefined): string {
  const name = policy?.Name ?? ''
  const most = policy?.MaximumRetryCount ?? 0
  if (name === '') return 'no'
  return most > 0 ? `${name}:${most}` : name
}

function toLimits(host: Docker.HostConfig): ContainerDetails['limits'] {
  const { NanoCpus = 0, CpuQuota = 0, CpuPeriod = 0, Memory = 0, PidsLimit } = host
  const cpus = NanoCpus > 0 ? NanoCpus / 1e9 : CpuQuota > 0 ? CpuQuota / (CpuPeriod || 100_000) : 0
  return {
    ...(cpus > 0 && { cpus }),
    ...(Memory > 0 && { memoryBytes: Memory }),
    ...(PidsLimit && PidsLimit > 0 && { pids: PidsLimit }),
  }
}

function toHealth(health: Docker.ContainerInspectInfo['State']['Health']): Health | undefined {
  const status = health?.Status
  if (status !== 'starting' && status !== 'healthy' && status !== 'unhealthy') return undefined
  return {
    status,
    failingStreak: health?.FailingStreak ?? 0,
    log: orNone(health?.Log).map(({ Start, ExitCode, Output }) => ({
      at: toTime(Start) ?? 0,
      exitCode: ExitCode,
      output: Output,
    })),
  }
}

function toMount(mount: Docker.ContainerInspectInfo['Mounts'][number]): Mount {
  const kind = (['bind', 'volume', 'tmpfs'] as const).find((known) => known === mount.Type)
  return {
    kind: kind ?? 'other',
    source: kind === 'volume' ? (mount.Name ?? mount.Source) : mount.Source,
    target: mount.Destination,
    readOnly: !mount.RW,
  }
}

/** Those of `--tmpfs` are not among the mounts. */
function toTmpfs(tmpfs: unknown): Mount[] {
  return Object.keys(orEmpty(tmpfs as Record<string, string> | null | undefined)).map((target) => ({
    kind: 'tmpfs',
    source: '',
    target,
    readOnly: false,
  }))
}

interface EngineBinding {
  HostIp: string
  HostPort: string
}

function toPorts(ports: Record<string, EngineBinding[] | null> | null) {
  const found = new Map<string, PortMapping>()
  for (const [name, bindings] of Object.entries(orEmpty(ports))) {
    const [number = '', family] = name.split('/')
    const protocol = family === 'udp' || family === 'sctp' ? family : 'tcp'
    const port = { containerPort: Number(number), protocol } as const
    if (!bindings?.length) found.set(name, port)
    for (const { HostIp, HostPort } of bindings ?? []) {
      const key = `${name} ${HostPort}`
      // Twice where only the address family differs.
      if (!found.has(key)) found.set(key, { ...port, hostIp: HostIp, hostPort: Number(HostPort) })
    }
  }
  return [...found.values()].toSorted((a, b) => a.containerPort - b.containerPort)
}

function orNone<T>(list: T[] | null | undefined): T[] {
  return list ?? []
}

function orEmpty<T>(record: Record<string, T> | null | undefined): Record<string, T> {
  return record ?? {}
}
