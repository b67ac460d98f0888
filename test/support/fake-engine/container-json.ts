import { humanDuration, toTime } from './durations.ts'
import type { FakeContainer, FakeMount } from './objects.ts'
import { toId } from './store.ts'

/** An entry of GET /containers/json. */
export function toListEntry(container: FakeContainer) {
  const alive = isAlive(container)
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: container.image,
    ImageID: container.imageId,
    Command: [...container.entrypoint, ...container.command].join(' '),
    Created: Math.floor(container.createdAt / 1000),
    Ports: alive ? container.ports : [],
    Labels: container.labels,
    State: container.state,
    Status: toStatus(container),
    HostConfig: { NetworkMode: Object.keys(container.networks)[0] ?? 'none' },
    NetworkSettings: { Networks: toNetworks(container) },
    Mounts: container.mounts.map(toMount),
  }
}

/** The column STATUS of `docker ps`. */
function toStatus(container: FakeContainer): string {
  const up = `Up ${humanDuration(Date.now() - container.startedAt)}`
  const ago = `${humanDuration(Date.now() - container.finishedAt)} ago`
  switch (container.state) {
    case 'created':
      return 'Created'
    case 'running':
      return container.health ? `${up} (${toHealthWord(container.health.status)})` : up
    case 'paused':
      return `${up} (Paused)`
    case 'restarting':
      return `Restarting (${container.exitCode}) ${ago}`
    case 'removing':
      return 'Removal In Progress'
    case 'exited':
      return `Exited (${container.exitCode}) ${ago}`
    case 'dead':
      return 'Dead'
  }
}

export function isAlive({ state }: FakeContainer): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting'
}

function toHealthWord(status: 'starting' | 'healthy' | 'unhealthy'): string {
  return status === 'starting' ? 'health: starting' : status
}

function toMount(mount: FakeMount) {
  return {
    ...mount,
    ...(mount.Type === 'volume' && { Driver: 'local' }),
    Mode: mount.RW ? 'z' : 'ro',
    Propagation: mount.Type === 'bind' ? 'rprivate' : '',
  }
}

function toNetworks(container: FakeContainer) {
  const alive = isAlive(container)
  return Object.fromEntries(
    Object.entries(container.networks).map(([name, { ip, aliases }]) => [
      name,
      {
        IPAMConfig: null,
        Links: null,
        Aliases: aliases,
        MacAddress: alive ? toMac(ip) : '',
        DriverOpts: null,
        GwPriority: 0,
        NetworkID: toId(`network ${name}`),
        EndpointID: alive ? toId(`endpoint ${name} ${container.id}`) : '',
        Gateway: alive ? ip.replace(/\.\d+$/, '.1') : '',
        IPAddress: alive ? ip : '',
        IPPrefixLen: alive ? 16 : 0,
        IPv6Gateway: '',
        GlobalIPv6Address: '',
        GlobalIPv6PrefixLen: 0,
        DNSNames: [container.name, ...aliases],
      },
    ]),
  )
}

function toMac(ip: string): string {
  return ['02:42', ...ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(
    ':',
  )
}

/** GET /containers/{id}/json. */
export function toInspect(container: FakeContainer) {
  const [path = '', ...args] = [...container.entrypoint, ...container.command]
  return {
    Id: container.id,
    Created: toTime(container.createdAt),
    Path: path,
    Args: args,
    State: toState(container),
    Image: container.imageId,
    ResolvConfPath: `/var/lib/docker/containers/${container.id}/resolv.conf`,
    HostnamePath: `/var/lib/docker/containers/${container.id}/hostname`,
    LogPath: `/var/lib/docker/containers/${container.id}/${container.id}-json.log`,
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlayfs',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: 'docker-default',
    ExecIDs: null,
    HostConfig: toHostConfig(container),
    Mounts: container.mounts.map(toMount),
    Config: toConfig(container),
    NetworkSettings: {
      SandboxID: isAlive(container) ? toId(`sandbox ${container.id}`) : '',
      Ports: isAlive(container) ? toPortMap(container, true) : {},
      Networks: toNetworks(container),
    },
  }
}

function toState(container: FakeContainer) {
  const { state, health } = container
  return {
    Status: state,
    Running: isAlive(container),
    Paused: state === 'paused',
    Restarting: state === 'restarting',
    OOMKilled: container.oomKilled,
    Dead: state === 'dead',
    Pid: state === 'running' || state === 'paused' ? toPid(container) : 0,
    ExitCode: isAlive(container) && state !== 'restarting' ? 0 : container.exitCode,
    Error: container.error,
    StartedAt: toTime(container.startedAt),
    FinishedAt: toTime(container.finishedAt),
    ...(health && {
      Health: {
        Status: health.status,
        FailingStreak: health.failingStreak,
        Log: health.log.map(({ at, exitCode, output }) => ({
          Start: toTime(at),
          End: toTime(at + 80),
          ExitCode: exitCode,
          Output: output,
        })),
      },
    }),
  }
}

export function toPid(container: FakeContainer): number {
  return 1000 + (Number.parseInt(container.id.slice(0, 4), 16) % 30_000)
}

function toHostConfig(container: FakeContainer) {
  const { nanoCpus, memory, pids } = container.limits
  return {
    Binds: container.mounts.flatMap(({ Type, Source, Name, Destination, RW }) =>
      Type === 'tmpfs' ? [] : [`${Name ?? Source}:${Destination}:${RW ? 'rw' : 'ro'}`],
    ),
    NetworkMode: Object.keys(container.networks)[0] ?? 'none',
    PortBindings: toPortMap(container, false),
    RestartPolicy: { Name: container.restart, MaximumRetryCount: 0 },
    AutoRemove: container.autoRemove,
    LogConfig: { Type: 'json-file', Config: {} },
    Privileged: false,
    ReadonlyRootfs: false,
    NanoCpus: nanoCpus,
    Memory: memory,
    MemorySwap: memory * 2,
    PidsLimit: pids === 0 ? null : pids,
    ShmSize: 67_108_864,
    Runtime: 'runc',
  }
}

function toConfig(container: FakeContainer) {
  return {
    Hostname: container.hostname,
    Domainname: '',
    User: container.user,
    AttachStdin: false,
    AttachStdout: true,
    AttachStderr: true,
    ExposedPorts: Object.fromEntries(
      container.ports.map(({ PrivatePort, Type }) => [`${PrivatePort}/${Type}`, {}]),
    ),
    Tty: container.tty,
    OpenStdin: false,
    Env: container.env,
    Cmd: container.command,
    Image: container.image,
    WorkingDir: container.workingDir,
    Entrypoint: container.entrypoint.length ? container.entrypoint : null,
    Labels: container.labels,
  }
}

function toPortMap({ ports }: FakeContainer, exposed: boolean) {
  const map: Record<string, { HostIp: string; HostPort: string }[] | null> = {}
  for (const { PrivatePort, Type, PublicPort, IP } of ports) {
    const key = `${PrivatePort}/${Type}`
    if (PublicPort === undefined) {
      if (exposed) map[key] ??= null
      continue
    }
    map[key] = [...(map[key] ?? []), { HostIp: IP ?? '0.0.0.0', HostPort: String(PublicPort) }]
  }
  return map
}
