import {
  type Api,
  AppError,
  type AppStatus,
  type Container,
  type Image,
  type RunSpec,
  type Settings,
  type SettingsSnapshot,
  stream,
} from '#api'
import { type Cell, createCell } from './cell.ts'
import { sampleContainers, sampleImages } from './fake-data.ts'
import { degraded, failed, limits, running, starting, stopped } from './fake-status.ts'
import { followLogs, transfer } from './fake-streams.ts'

export type Scenario = 'running' | 'empty' | 'starting' | 'failed' | 'stopped' | 'degraded'

export interface FakeOptions {
  scenario?: Scenario
  /** How long one stage, one verb and one step of a pull take. */
  stepMs?: number
  /** Holds the start-up at this many finished stages. */
  holdAt?: number
  settings?: Partial<Settings>
}

/** An Api without a machine: the same shapes, failures and news as the real one, for the window's tests and its author. */
export interface FakeApi extends Api {
  status: Cell<AppStatus>
  list: Cell<Container[]>
}

export function createFakeApi(options: FakeOptions = {}): FakeApi {
  const { scenario = 'running', stepMs = 300 } = options
  const filled = scenario !== 'empty'
  const status = createCell<AppStatus>(firstStatus(scenario, options.holdAt))
  const list = createCell<Container[]>(filled ? sampleContainers() : [])
  const images = createCell<Image[]>(filled ? sampleImages() : [])
  const settings = createCell<SettingsSnapshot>({
    settings: {
      language: 'system',
      theme: 'system',
      cpus: 2,
      memoryMiB: 2048,
      diskGiB: 60,
      ...options.settings,
    },
    limits,
  })
  const boot = () => walkStages(status, stepMs)
  if (scenario === 'starting' && options.holdAt === undefined) void boot()
  return {
    status,
    list,
    app: { ui: () => Promise.resolve({ url: 'http://127.0.0.1/' }), quit: () => Promise.resolve() },
    machine: {
      watch: () => status.watch(),
      status: () => Promise.resolve(status.get()),
      start: boot,
      async stop() {
        status.set({ ...status.get(), state: 'stopping' })
        await pause(stepMs)
        status.set(stopped())
        return { graceful: true }
      },
      async restart() {
        status.set({ ...status.get(), state: 'stopping' })
        await pause(stepMs)
        await boot()
      },
      logs: () => stream<string[]>((push) => push(['[    0.000000] Linux version 7.2.0'])),
    },
    containers: createContainers(list, images, stepMs),
    images: createImages(images, list, stepMs),
    terminals: {
      openMachine: () => stream(() => Promise.reject(new AppError('not-running'))),
      write: () => Promise.resolve(),
      resize: () => Promise.resolve(),
    },
    settings: createSettings(settings),
  }
}

function firstStatus(scenario: Scenario, holdAt = 0): AppStatus {
  switch (scenario) {
    case 'starting':
      return starting(holdAt)
    case 'failed':
      return failed()
    case 'stopped':
      return stopped()
    case 'degraded':
      return degraded()
    case 'running':
    case 'empty':
      return running()
  }
}

async function walkStages(status: Cell<AppStatus>, stepMs: number) {
  for (let done = 0; done < 5; done += 1) {
    status.set(starting(done))
    await pause(stepMs)
  }
  status.set(running())
}

function createContainers(
  list: Cell<Container[]>,
  images: Cell<Image[]>,
  stepMs: number,
): Api['containers'] {
  const find = (id: string) => {
    const found = list.get().find((container) => container.id === id)
    if (!found) throw new AppError('container-missing', { name: id.slice(0, 12) })
    return found
  }
  const become = async (id: string, change: Partial<Container>) => {
    find(id)
    await pause(stepMs)
    list.set(list.get().map((entry) => (entry.id === id ? { ...entry, ...change } : entry)))
  }
  return {
    watch: () => list.watch(),
    start: (id) => become(id, { state: 'running', status: 'Up Less than a second' }),
    stop: (id) => become(id, { state: 'exited', status: 'Exited (0) Less than a second ago' }),
    restart: (id) => become(id, { state: 'running', status: 'Up Less than a second' }),
    async remove(id, options = {}) {
      const container = find(id)
      await pause(stepMs)
      if (container.state === 'running' && options.force !== true)
        throw new AppError('container-busy', { name: container.name })
      list.set(list.get().filter((entry) => entry.id !== id))
    },
    async run(spec) {
      await pause(stepMs)
      const container = toContainer(spec, list.get(), images.get())
      list.set([container, ...list.get()])
      return { id: container.id, name: container.name }
    },
    logs: (id, options = {}) => followLogs(find(id), options),
  }
}

function toContainer(spec: RunSpec, all: Container[], images: Image[]): Container {
  const image = images.find((entry) => entry.tags.includes(withTag(spec.image)))
  if (!image) throw new AppError('image-not-found', { image: spec.image })
  if (all.some((entry) => entry.name === spec.name))
    throw new AppError('container-name-taken', { name: spec.name ?? '' })
  const taken = new Set(all.flatMap((entry) => entry.ports.map((port) => port.hostPort)))
  for (const port of spec.ports ?? [])
    if (port.hostPort !== undefined && taken.has(port.hostPort))
      throw new AppError('port-taken', { port: port.hostPort })
  return {
    id: crypto.randomUUID().replaceAll('-', '').padEnd(64, '0'),
    name: spec.name ?? `calm_harbour_${all.length}`,
    image: spec.image,
    imageId: image.id,
    command: spec.command?.join(' ') ?? '',
    state: 'running',
    status: 'Up Less than a second',
    createdAt: Date.now(),
    ports: (spec.ports ?? []).map((port) => ({ hostIp: '0.0.0.0', ...port })),
  }
}

function createImages(
  images: Cell<Image[]>,
  list: Cell<Container[]>,
  stepMs: number,
): Api['images'] {
  const add = (tag: string) =>
    images.set([
      { id: `sha256:${crypto.randomUUID()}`, tags: [tag], size: 54_321_000, createdAt: Date.now() },
      ...images.get(),
    ])
  return {
    watch: () => images.watch(),
    pull: (reference) => transfer(reference, stepMs, () => add(withTag(reference))),
    load: (path) => transfer(path, stepMs, () => add('loaded:latest')),
    async remove(id, options = {}) {
      await pause(stepMs)
      const image = images.get().find((entry) => entry.id === id)
      const used = list.get().some((container) => container.imageId === id)
      if (used && options.force !== true)
        throw new AppError('image-in-use', { image: image?.tags[0] ?? id })
      images.set(images.get().filter((entry) => entry.id !== id))
    },
  }
}

function createSettings(settings: Cell<SettingsSnapshot>): Api['settings'] {
  return {
    watch: () => settings.watch(),
    get: () => Promise.resolve(settings.get()),
    set(change) {
      const next = { ...settings.get(), settings: { ...settings.get().settings, ...change } }
      for (const key of ['cpus', 'memoryMiB', 'diskGiB'] as const) {
        const { min, max } = limits[key]
        if (next.settings[key] < min || next.settings[key] > max)
          return Promise.reject(new AppError('setting-invalid', { key, min, max }))
      }
      settings.set(next)
      return Promise.resolve(next)
    },
  }
}

function withTag(reference: string) {
  return /:[^/]*$/.test(reference) ? reference : `${reference}:latest`
}

function pause(ms: number) {
  return new Promise<void>((resolve) => setTimeout(resolve, ms))
}
