import { type Call, readBody, sendJson } from './answers.ts'
import { checkName } from './container-verbs.ts'
import { webLog } from './log-plan.ts'
import type { FakeContainer, FakeImage, FakeMount, FakePort } from './objects.ts'
import { Refusal } from './refusal.ts'
import { toId } from './store.ts'

/** The body of POST /containers/create, as far as this engine looks at it. */
interface CreateBody {
  Image?: string
  Cmd?: string[] | null
  Entrypoint?: string[] | null
  Env?: string[]
  Labels?: Record<string, string>
  ExposedPorts?: Record<string, unknown>
  Tty?: boolean
  User?: string
  WorkingDir?: string
  Hostname?: string
  Healthcheck?: { Test?: string[] }
  HostConfig?: {
    PortBindings?: Record<string, { HostIp?: string; HostPort?: string }[]>
    Binds?: string[]
    Mounts?: { Type: FakeMount['Type']; Source?: string; Target: string; ReadOnly?: boolean }[]
    NetworkMode?: string
    RestartPolicy?: { Name?: string }
    AutoRemove?: boolean
    NanoCpus?: number
    Memory?: number
    PidsLimit?: number
    PublishAllPorts?: boolean
  }
  NetworkingConfig?: { EndpointsConfig?: Record<string, { Aliases?: string[] } | null> }
}

const shells = ['/bin/sh', '/bin/ash']

export async function createContainer(call: Call): Promise<void> {
  const { request, query, store } = call
  const body = JSON.parse(await readBody(request)) as CreateBody
  const image = store.findImage(body.Image ?? '')
  if (!image) throw new Refusal(404, `No such image: ${body.Image ?? ''}`)
  const name = query.get('name') ?? `calm_harbour_${store.containers.size}`
  checkName(store, name)
  const mounts = toMounts(body)
  const container = toContainer(call, { body, image, name, mounts })
  for (const { Type, Name } of mounts) {
    if (Type !== 'volume' || Name === undefined || store.volumes.has(Name)) continue
    const volume = { name: Name, driver: 'local', labels: {}, createdAt: Date.now(), size: 0 }
    store.volumes.set(Name, volume)
    store.change('volume', 'create', Name, { driver: 'local' })
  }
  store.containers.set(container.id, container)
  store.changeContainer(container, 'create')
  sendJson(call, { Id: container.id, Warnings: [] }, 201)
}

interface Making {
  body: CreateBody
  image: FakeImage
  name: string
  mounts: FakeMount[]
}

function toContainer({ store }: Call, { body, image, name, mounts }: Making): FakeContainer {
  const id = toId(`${name} ${Date.now()} ${store.past.length}`)
  const host = body.HostConfig ?? {}
  return {
    id,
    name,
    image: body.Image ?? '',
    imageId: image.id,
    entrypoint: body.Entrypoint ?? image.config.entrypoint,
    command: body.Cmd ?? image.config.command,
    env: [...image.config.env, ...(body.Env ?? [])],
    labels: { ...image.labels, ...body.Labels },
    state: 'created',
    ...{ exitCode: 0, error: '', oomKilled: false, restartCount: 0 },
    ...{ createdAt: Date.now(), startedAt: 0, finishedAt: 0, pausedAt: 0, idleMs: 0 },
    ...(body.Healthcheck?.Test && {
      health: { status: 'starting' as const, failingStreak: 0, log: [] },
    }),
    ports: toPorts(body, image),
    networks: toNetworks(body, store.containers.size),
    mounts,
    restart: host.RestartPolicy?.Name ?? 'no',
    tty: body.Tty === true,
    user: body.User ?? '',
    workingDir: body.WorkingDir ?? '/',
    hostname: body.Hostname ?? id.slice(0, 12),
    autoRemove: host.AutoRemove === true,
    limits: { nanoCpus: host.NanoCpus ?? 0, memory: host.Memory ?? 0, pids: host.PidsLimit ?? 0 },
    shells,
    load: { cpu: 0.05, memory: 24_000_000 },
    log: webLog(name, 8),
    changes: [],
  }
}

function toNetworks({ HostConfig, NetworkingConfig }: CreateBody, count: number) {
  const mode = HostConfig?.NetworkMode ?? 'bridge'
  const name = mode === 'default' ? 'bridge' : mode
  if (name === 'none') return {}
  const aliases = NetworkingConfig?.EndpointsConfig?.[name]?.Aliases ?? []
  return { [name]: { ip: `172.17.${Math.floor(count / 250)}.${2 + (count % 250)}`, aliases } }
}

function toPorts({ ExposedPorts, HostConfig }: CreateBody, image: FakeImage): FakePort[] {
  const bindings = HostConfig?.PortBindings ?? {}
  const exposed = [...Object.keys(ExposedPorts ?? {}), ...image.config.ports]
  const all = new Set([...Object.keys(bindings), ...exposed])
  return [...all].flatMap((key): FakePort[] => {
    const [port = '', type = 'tcp'] = key.split('/')
    const bare = { PrivatePort: Number(port), Type: type as FakePort['Type'] }
    const published = bindings[key] ?? []
    if (published.length === 0) {
      const any = { IP: '0.0.0.0', PublicPort: 49_152 + (bare.PrivatePort % 10_000) }
      return [HostConfig?.PublishAllPorts === true ? { ...bare, ...any } : bare]
    }
    return published.map(({ HostIp, HostPort }) => ({
      ...bare,
      IP: (HostIp ?? '') === '' ? '0.0.0.0' : HostIp,
      PublicPort: HostPort ? Number(HostPort) : 32_768 + (bare.PrivatePort % 10_000),
    }))
  })
}

function toMounts({ HostConfig }: CreateBody): FakeMount[] {
  const binds = (HostConfig?.Binds ?? []).map((bind): FakeMount => {
    const [source = '', target = '', mode] = bind.split(':')
    const RW = mode !== 'ro'
    return source.startsWith('/')
      ? { Type: 'bind', Source: source, Destination: target, RW }
      : toVolume(source, target, RW)
  })
  const mounts = (HostConfig?.Mounts ?? []).map(({ Type, Source = '', Target, ReadOnly }) => {
    if (!Target.startsWith('/'))
      throw new Refusal(
        400,
        `invalid mount config for type "${Type}": invalid mount path: '${Target}' mount path must be absolute`,
      )
    if (Type === 'volume') return toVolume(Source || toId(Target), Target, ReadOnly !== true)
    return { Type, Source, Destination: Target, RW: ReadOnly !== true }
  })
  return [...binds, ...mounts]
}

function toVolume(name: string, target: string, RW: boolean): FakeMount {
  return {
    Type: 'volume',
    Name: name,
    Source: `/var/lib/docker/volumes/${name}/_data`,
    Destination: target,
    RW,
  }
}
