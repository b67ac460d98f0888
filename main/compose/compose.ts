import { homedir } from 'node:os'
import { isAbsolute, join, normalize } from 'node:path'
import {
  AppError,
  type ComposeApi,
  type ComposeLogLine,
  type ComposePlan,
  type ComposeProject,
  type ComposeRun,
  type ComposeVerb,
  type Container,
  type ContainersApi,
  type ErrorShape,
  type ListNews,
  type LogOptions,
  type UpOptions,
} from '#api'
import type { FolderMap } from '../folders/folder-map.ts'
import { lastMessage, toFileError, toRunError } from './failure.ts'
import { leadsOut } from './leads-out.ts'
import type { OpenedFiles } from './opened-files.ts'
import { parsePlan } from './plan.ts'
import { parseLine, type ProgressStep } from './progress.ts'
import { watchProjects } from './project-list.ts'
import { readProjectLogs } from './project-logs.ts'
import { type ComposeRunner, readPatienceSeconds } from './runner.ts'
import { ComposeRuns, type ComposeWork } from './runs.ts'
import {
  type ComposeSource,
  findSource,
  readSource,
  toFileArguments,
  toHostText,
} from './source.ts'

export interface ComposeParts {
  runner: ComposeRunner
  containers: Pick<ContainersApi, 'watch' | 'logs'>
  /** All containers of a project, those that have ended too. */
  findContainers: (project: string) => Promise<Pick<Container, 'labels'>[]>
  opened: OpenedFiles
  folders: Pick<FolderMap, 'toGuest' | 'toHost'>
  settings: { onChange(listener: () => void): () => void }
  engineSockets: readonly string[]
  toShape: (error: unknown) => ErrorShape
}

const keptLines = 50

/** Compose projects, worked by the guest's own `docker compose`. */
export class Compose implements ComposeApi, AsyncDisposable {
  readonly #parts: ComposeParts
  readonly #runs: ComposeRuns
  readonly #over = new AbortController()

  constructor(parts: ComposeParts) {
    this.#parts = parts
    this.#runs = new ComposeRuns(parts.toShape)
  }

  watch(): AsyncIterable<ComposeProject[]> {
    return watchProjects(this.#parts)
  }

  async open(path: string): Promise<ComposePlan> {
    const file = parsePath(path)
    const plan = await this.#plan(await findSource(file))
    await this.#parts.opened.add({ project: plan.project, path: file })
    return this.#withOthers(plan)
  }

  async forget(project: string): Promise<void> {
    await this.#parts.opened.remove(parseProject(project))
  }

  async plan(project: string): Promise<ComposePlan> {
    const name = parseProject(project)
    return this.#withOthers(await this.#plan(await this.#find(name), name))
  }

  up(project: string, options: UpOptions = {}): Promise<string> {
    const flags = [
      ...(options.pull === true ? ['--pull', 'always'] : []),
      ...(options.build === true ? ['--build'] : []),
      ...(options.recreate === true ? ['--force-recreate'] : []),
      ...(options.removeOrphans === true ? ['--remove-orphans'] : []),
    ]
    return this.#run('up', project, async (name) => {
      const source = await this.#find(name)
      return [...(await this.#toFiles(source)), '-p', name, 'up', '--detach', ...flags]
    })
  }

  down(project: string, options: { volumes?: boolean } = {}): Promise<string> {
    return this.#runByName('down', project, options.volumes === true ? ['--volumes'] : [])
  }

  start(project: string): Promise<string> {
    return this.#runByName('start', project)
  }

  stop(project: string): Promise<string> {
    return this.#runByName('stop', project)
  }

  restart(project: string): Promise<string> {
    return this.#runByName('restart', project)
  }

  runs(): AsyncIterable<ListNews<ComposeRun>> {
    return this.#runs.watch()
  }

  cancel(run: string): Promise<void> {
    this.#runs.cancel(run)
    return Promise.resolve()
  }

  dismiss(run: string): Promise<void> {
    this.#runs.dismiss(run)
    return Promise.resolve()
  }

  logs(project: string, options: LogOptions = {}): AsyncIterable<ComposeLogLine[]> {
    return readProjectLogs(this.#parts, parseProject(project), options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort()
    await this.#runs[Symbol.asyncDispose]()
  }

  /** What acts on containers needs no file: Compose finds them by their labels, whatever has become of the file. */
  #runByName(verb: ComposeVerb, project: string, flags: readonly string[] = []): Promise<string> {
    return this.#run(verb, project, (name) => Promise.resolve(['-p', name, verb, ...flags]))
  }

  #run(
    verb: ComposeVerb,
    project: string,
    toArguments: (name: string) => Promise<readonly string[]>,
  ): Promise<string> {
    return new Promise((resolve) => {
      const name = parseProject(project)
      const work: ComposeWork = async (tell, signal) => {
        const words = await toArguments(name)
        if (!signal.aborted) await this.#follow({ name, words, tell, signal })
      }
      resolve(this.#runs.begin(name, verb, work))
    })
  }

  async #follow({
    name,
    words,
    tell,
    signal,
  }: {
    name: string
    words: readonly string[]
    tell: (steps: readonly ProgressStep[]) => void
    signal: AbortSignal
  }): Promise<void> {
    const running = this.#parts.runner.run(words, signal)
    const lines: string[] = []
    for (;;) {
      const next = await running.next()
      if (next.done === true) {
        if (next.value === 0 || signal.aborted) return
        const told = lines.map((line) => toHostText(line, this.#parts.folders))
        throw toRunError(name, lastMessage(told), told.map(toPlain))
      }
      const line = parseLine(next.value)
      if (line.kind !== 'steps') lines.push(next.value)
      else {
        lines.push(...line.output)
        tell(line.steps)
      }
      lines.splice(0, lines.length - keptLines)
    }
  }

  async #plan(source: ComposeSource, name?: string): Promise<ComposePlan> {
    const { runner, folders, engineSockets } = this.#parts
    const words = [...(await this.#toFiles(source)), ...(name === undefined ? [] : ['-p', name])]
    const path = source.files[0] ?? source.directory
    const ask = async (...more: string[]) => {
      const asked = [...words, 'config', '--format', 'json', ...more]
      const { code, stdout, stderr } = await runner.read(asked, this.#over.signal)
      const seconds = readPatienceSeconds
      if (code === 'late') throw new AppError('compose-slow', { path, seconds })
      if (code !== 0) throw toFileError(path, toHostText(stderr, folders))
      return { stdout, stderr }
    }
    const [resolved, written] = await Promise.all([ask(), ask('--no-interpolate')])
    const place = folders.toGuest(source.directory)
    const directory = place.kind === 'not-shared' ? source.directory : place.path
    const toHost = (guest: string) => folders.toHost(guest)
    try {
      const leaves = (guest: string) => leadsOut(source.directory, toHost(guest))
      const places = { directory, engineSockets, toHost, leadsOut: leaves }
      const plan = parsePlan({ ...resolved, written: written.stdout }, places)
      return { ...plan, project: toOwnName(plan.project, directory, source.directory) }
    } catch (cause) {
      throw new AppError('compose-invalid', { path, message: 'docker compose config' }, { cause })
    }
  }

  /** Two folders of one name are one project to Compose: bringing up one makes the other's containers anew. */
  async #withOthers(plan: ComposePlan): Promise<ComposePlan> {
    const { opened, findContainers, folders } = this.#parts
    const path = opened.pathOf(plan.project)
    if (path === undefined) return plan
    const containers = await findContainers(plan.project)
    const files = containers.flatMap(({ labels }) => readSource(labels, folders).files)
    const other = files.includes(path) ? undefined : files[0]
    if (other === undefined) return plan
    return {
      ...plan,
      risks: [{ kind: 'other-folder', service: '', what: other }, ...plan.risks],
    }
  }

  async #find(project: string): Promise<ComposeSource> {
    const { opened, findContainers, folders } = this.#parts
    const path = opened.pathOf(project)
    if (path !== undefined) return findSource(path)
    const containers = await findContainers(project)
    const sources = containers.map(({ labels }) => readSource(labels, folders))
    return sources.find(({ files }) => files.length > 0) ?? noSource(project)
  }

  #toFiles(source: ComposeSource): Promise<string[]> {
    return toFileArguments(source, this.#parts.folders)
  }
}

function noSource(project: string): never {
  throw new AppError('compose-no-file', { project })
}

/** A project without a name is called by its folder, which may have another name in the guest. */
function toOwnName(name: string, guestFolder: string, hostFolder: string): string {
  const own = toName(hostFolder)
  return own !== '' && name === toName(guestFolder) ? own : name
}

/** As Compose makes it of a folder. */
function toName(folder: string): string {
  const last = folder.split(/[\\/]/).findLast((part) => part !== '') ?? ''
  return last
    .toLowerCase()
    .replace(/[^-_a-z0-9]/g, '')
    .replace(/^[-_]+/, '')
}

/** A line of JSON as its words. */
function toPlain(line: string): string {
  const parsed = parseLine(line)
  return parsed.kind === 'error' || parsed.kind === 'warning' ? parsed.message : line
}

/** Compose's own rule. */
function parseProject(name: unknown): string {
  if (typeof name === 'string' && /^[a-z0-9][a-z0-9_-]*$/.test(name)) return name
  throw new AppError('input-invalid', { what: String(name).slice(0, 80) })
}

/** `~` as shells have it. */
function parsePath(given: unknown): string {
  const path =
    typeof given === 'string' && /^~[\\/]/.test(given) ? join(homedir(), given.slice(2)) : given
  if (typeof path === 'string' && isAbsolute(path) && !/[\0-\x1f]/.test(path)) {
    return normalize(path)
  }
  throw new AppError('compose-missing', { path: String(path).slice(0, 300) })
}
