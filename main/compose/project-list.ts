import { isDeepStrictEqual } from 'node:util'
import { type ComposeProject, type Container, type ListNews, stream } from '#api'
import type { FolderMap } from '../folders/folder-map.ts'
import type { OpenedFiles } from './opened-files.ts'
import { type ComposeSource, findSource, readSource, toProject } from './source.ts'

export interface ProjectListParts {
  containers: { watch(): AsyncIterable<ListNews<Container>> }
  opened: OpenedFiles
  folders: Pick<FolderMap, 'toGuest' | 'toHost'>
  /** Folders may have been shared or not be any more. */
  settings: { onChange(listener: () => void): () => void }
}

/** Projects by the labels of all containers, and those whose file was opened; told when one of them has changed. */
export function watchProjects(parts: ProjectListParts): AsyncIterable<ComposeProject[]> {
  return stream<ComposeProject[]>(async (push, signal) => {
    const { containers, opened, settings } = parts
    const news = createNews()
    const found = new FoundProjects(parts.folders)
    const reading = containers.watch()[Symbol.asyncIterator]()
    const stops = [opened.onChange(news.tell), settings.onChange(news.tell)]
    signal.addEventListener('abort', () => {
      void reading.return?.()
      news.tell()
    })
    const done = readAll(reading, (item) => {
      if (found.take(item)) news.tell()
    }).catch((error: unknown) => news.fail(error))
    let told: ComposeProject[] | undefined
    try {
      for (;;) {
        await news.next()
        if (signal.aborted) return
        const projects = await toProjects(found.sources, parts)
        if (!isDeepStrictEqual(projects, told)) await push(projects)
        told = projects
      }
    } finally {
      for (const stop of stops) stop()
      await reading.return?.()
      await done
    }
  }, 1)
}

async function readAll<T>(reading: AsyncIterator<T>, take: (item: T) => void): Promise<void> {
  for (;;) {
    const next = await reading.next()
    if (next.done === true) return
    take(next.value)
  }
}

/**
 * What the containers say, kept by container so that the last one takes its project with it. Of each project the newest
 * container is believed. Most news change nothing here: containers come and go, and their project stays.
 */
class FoundProjects {
  readonly #byContainer = new Map<string, string>()
  readonly #projects = new Map<string, { ids: Set<string>; source: ComposeSource }>()
  readonly #folders: Pick<FolderMap, 'toHost'>

  constructor(folders: Pick<FolderMap, 'toHost'>) {
    this.#folders = folders
  }

  get sources(): ReadonlyMap<string, ComposeSource> {
    return new Map([...this.#projects].map(([name, { source }]) => [name, source]))
  }

  /** Whether this has changed a project. */
  take(news: ListNews<Container>): boolean {
    if ('all' in news) {
      this.#byContainer.clear()
      this.#projects.clear()
      for (const container of news.all) this.#put(container)
      return true
    }
    const left = news.gone.filter((id) => this.#delete(id))
    const changed = news.changed.filter((container) => this.#put(container))
    return left.length + changed.length > 0
  }

  #put({ id, project, labels }: Container): boolean {
    if (project === undefined || this.#byContainer.has(id)) return false
    const before = this.#projects.get(project)
    const source = readSource(labels, this.#folders)
    this.#byContainer.set(id, project)
    this.#projects.set(project, { ids: (before?.ids ?? new Set()).add(id), source })
    return !isDeepStrictEqual(before?.source, source)
  }

  /** Whether it was the last of its project. */
  #delete(id: string): boolean {
    const name = this.#byContainer.get(id)
    const project = this.#projects.get(name ?? '')
    if (name === undefined || !project) return false
    this.#byContainer.delete(id)
    project.ids.delete(id)
    if (project.ids.size > 0) return false
    return this.#projects.delete(name)
  }
}

async function toProjects(
  sources: ReadonlyMap<string, ComposeSource>,
  { opened, folders }: ProjectListParts,
): Promise<ComposeProject[]> {
  const ofFiles = opened.all.map(async ({ project, path }) =>
    toProject(project, await findSource(path), { opened: true, folders }),
  )
  const ofContainers = [...sources]
    .filter(([name]) => opened.pathOf(name) === undefined)
    .map(([name, source]) => toProject(name, source, { opened: false, folders }))
  const projects = await Promise.all([...ofFiles, ...ofContainers])
  return projects.sort((a, b) => a.name.localeCompare(b.name))
}

/** Something may have changed, once for any number of times; a failure is thrown at who waits. */
function createNews() {
  const state = { fresh: false, wake: () => undefined as unknown }
  let failure: { error: unknown } | undefined
  return {
    tell: () => {
      state.fresh = true
      state.wake()
    },
    fail: (error: unknown) => {
      failure = { error }
      state.wake()
    },
    next: async () => {
      if (!state.fresh && !failure) await new Promise<void>((resolve) => (state.wake = resolve))
      if (failure) throw failure.error
      state.fresh = false
    },
  }
}
