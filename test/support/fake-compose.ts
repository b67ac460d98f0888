import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { AppError } from '#api'
import type { ComposeAnswer, ComposeRunner } from '../../main/compose/runner.ts'
import { createEngineClient, type EngineClient } from '../../main/engine/client.ts'
import type { FolderMap } from '../../main/folders/folder-map.ts'
import { pause } from './fake-engine/pause.ts'

interface FakeComposeOptions {
  folders: Pick<FolderMap, 'toHost'>
  dockerSocket: string
  stepMs: number
}

interface FakeService {
  image?: string
  build?: unknown
  ports?: string[]
  volumes?: string[]
  [key: string]: unknown
}
interface FakeFile {
  name?: string
  services: Record<string, FakeService>
}
interface Listed {
  Id: string
  Names: string[]
  Labels: Record<string, string>
}

export interface FakeCompose extends ComposeRunner {
  /** From now on each run stops at its next line, until the function that it returns is called. */
  hold(): () => void
}

/**
 * `docker compose` over an engine, as far as windows need it: files are written as JSON, which YAML holds, and what is
 * none has the message of the real one.
 */
export function createFakeCompose(options: FakeComposeOptions): FakeCompose {
  const engine = createEngineClient(options.dockerSocket)
  let held: Promise<undefined> | undefined
  return {
    hold() {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      held = promise
      return () => resolve(undefined)
    },
    read: (args) => readConfig(args, options.folders),
    async *run(args, signal) {
      const verb = args.find((word) => ['up', 'down', 'start', 'stop', 'restart'].includes(word))
      const project = valueOf(args, '-p') ?? ''
      const steps =
        verb === 'up'
          ? bringUp(engine, await readConfig(args, options.folders))
          : workAll(engine, project, verb ?? '')
      for await (const line of steps) {
        if (signal.aborted) return 130
        yield JSON.stringify(line)
        if ('error' in line) return 1
        await pause(options.stepMs)
        await Promise.race([held, toAborted(signal)])
      }
      return 0
    },
  }
}

function toAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

type Line = { id: string; status: string } | { error: true; message: string }

const words = {
  start: ['Starting', 'Started'],
  stop: ['Stopping', 'Stopped'],
  restart: ['Restarting', 'Started'],
  down: ['Removing', 'Removed'],
} as const

async function* workAll(engine: EngineClient, project: string, verb: string): AsyncGenerator<Line> {
  const filters = JSON.stringify({ label: [`com.docker.compose.project=${project}`] })
  const query = { all: true, filters }
  const found = await engine.json({ path: '/containers/json', query }, (list: Listed[]) => list)
  const [doing, done] = words[verb as keyof typeof words]
  for (const { Id, Names } of found) {
    const id = `Container ${String(Names[0]).slice(1)}`
    yield { id, status: doing }
    const path = `/containers/${Id}`
    try {
      await (verb === 'down'
        ? engine.text({ method: 'DELETE', path, query: { force: true, v: true } })
        : engine.text({ method: 'POST', path: `${path}/${verb}` }))
      yield { id, status: done }
    } catch (error) {
      yield toFailure(error)
      return
    }
  }
}

async function* bringUp(engine: EngineClient, config: ComposeAnswer): AsyncGenerator<Line> {
  const file = JSON.parse(config.stdout) as FakeFile & { directory: string; path: string }
  yield { id: `Network ${String(file.name)}_default`, status: 'Creating' }
  yield { id: `Network ${String(file.name)}_default`, status: 'Created' }
  for (const [service, { image = '' }] of Object.entries(file.services)) {
    const name = `${String(file.name)}-${service}-1`
    const id = `Container ${name}`
    yield { id, status: 'Creating' }
    const body = {
      Image: image,
      Labels: {
        'com.docker.compose.project': file.name,
        'com.docker.compose.service': service,
        'com.docker.compose.container-number': '1',
        'com.docker.compose.project.working_dir': file.directory,
        'com.docker.compose.project.config_files': file.path,
      },
    }
    try {
      const query = { name }
      const made = await engine.json(
        { method: 'POST', path: '/containers/create', query, body },
        ({ Id }: { Id: string }) => Id,
      )
      yield { id, status: 'Created' }
      yield { id, status: 'Starting' }
      await engine.text({ method: 'POST', path: `/containers/${made}/start` })
      yield { id, status: 'Started' }
    } catch (error) {
      yield toFailure(error)
      return
    }
  }
}

function toFailure(error: unknown): Line {
  const told = error instanceof AppError ? (error.params['message'] ?? error.cause) : error
  const message = told instanceof Error ? told.message : String(told)
  return { error: true, message: `Error response from daemon: ${message}` }
}

async function readConfig(
  args: readonly string[],
  folders: Pick<FolderMap, 'toHost'>,
): Promise<ComposeAnswer> {
  const path = valueOf(args, '-f') ?? ''
  const directory = dirname(path)
  try {
    const file = JSON.parse(await readFile(folders.toHost(path), 'utf8')) as FakeFile
    const services = Object.entries(file.services).map(([name, service]) => [
      name,
      {
        ...service,
        ports: (service.ports ?? []).map(toPort),
        volumes: (service.volumes ?? []).map((text) => toVolume(text, directory)),
      },
    ])
    const whole = {
      ...{ name: valueOf(args, '-p') ?? basename(directory), ...file },
      ...{ services: Object.fromEntries(services) as unknown, directory, path },
    }
    return { code: 0, stdout: JSON.stringify(whole), stderr: '' }
  } catch {
    const message = 'yaml: line 4: did not find expected node content'
    return { code: 1, stdout: '', stderr: `${JSON.stringify({ error: true, message })}\n` }
  }
}

function toPort(text: string) {
  const [published = '', target = ''] = text.split(':')
  return { target: Number(target), published, protocol: 'tcp', mode: 'ingress' }
}

function toVolume(text: string, directory: string) {
  const [source = '', target = ''] = text.split(':')
  return /^[./~]/.test(source)
    ? { type: 'bind', source: resolve(directory, source), target }
    : { type: 'volume', source, target }
}

function valueOf(args: readonly string[], flag: string): string | undefined {
  const at = args.indexOf(flag)
  return at < 0 ? undefined : args[at + 1]
}
