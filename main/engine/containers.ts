import {
  AppError,
  type Container,
  type ContainerDetails,
  type ContainersApi,
  type FileChange,
  type ListNews,
  type LogLine,
  type LogOptions,
  type ProcessTable,
  type RunSpec,
  type StatsSample,
} from '#api'
import type { EngineChanges } from './changes.ts'
import type { EngineClient, EngineRequest } from './client.ts'
import { ContainerList } from './container-list.ts'
import { watchContainer } from './container-watch.ts'
import { readLogs } from './logs.ts'
import { parseContainerId, parseContainerName, parseSignal } from './names.ts'
import { toCreateRequest } from './run-request.ts'
import { parseRunSpec } from './run-spec.ts'
import { runError } from './run-error.ts'
import type { Stats } from './stats.ts'

/** A stop waits for what its container was given to end in order; nobody waits longer than this. */
const verbPatienceMs = 600_000

export class Containers implements ContainersApi {
  readonly #client: EngineClient
  readonly #changes: EngineChanges
  readonly #list: ContainerList
  readonly #stats: Stats

  constructor(client: EngineClient, changes: EngineChanges, stats: Stats) {
    this.#client = client
    this.#changes = changes
    this.#list = new ContainerList(client, changes)
    this.#stats = stats
  }

  watch(): AsyncIterable<ListNews<Container>> {
    return this.#list.watch()
  }

  details(id: string): AsyncIterable<ContainerDetails> {
    return watchContainer(this.#client, this.#changes, parseContainerId(id))
  }

  start(id: string): Promise<void> {
    return this.#tell(id, 'start')
  }

  stop(id: string): Promise<void> {
    return this.#tell(id, 'stop')
  }

  restart(id: string): Promise<void> {
    return this.#tell(id, 'restart')
  }

  pause(id: string): Promise<void> {
    return this.#tell(id, 'pause')
  }

  unpause(id: string): Promise<void> {
    return this.#tell(id, 'unpause')
  }

  async kill(id: string, signal = 'SIGKILL'): Promise<void> {
    await this.#tell(id, 'kill', { signal: parseSignal(signal) })
  }

  async rename(id: string, name: string): Promise<void> {
    await this.#tell(id, 'rename', { name: parseContainerName(name) })
  }

  async remove(id: string, options: { force?: boolean; volumes?: boolean } = {}): Promise<void> {
    await this.#client.text({
      method: 'DELETE',
      path: `/containers/${parseContainerId(id)}`,
      query: { force: options.force === true, v: options.volumes === true },
      doing: { container: id },
      patienceMs: verbPatienceMs,
    })
  }

  /** Nothing is left behind when it does not start: the name is free for the next try. */
  async run(value: RunSpec): Promise<{ id: string; name: string }> {
    const spec = parseRunSpec(value)
    const doing = { image: spec.image, ...(spec.name !== undefined && { container: spec.name }) }
    try {
      const id = await this.#client.json(
        { ...toCreateRequest(spec), doing },
        ({ Id }: { Id: string }) => Id,
      )
      return await this.#begin(id, doing)
    } catch (error) {
      throw runError(error, spec)
    }
  }

  logs(id: string, options: LogOptions = {}): AsyncIterable<LogLine[]> {
    return readLogs(this.#client, parseContainerId(id), options)
  }

  stats(ids: string[]): AsyncIterable<StatsSample[]> {
    if (!Array.isArray(ids)) throw new AppError('input-invalid', { what: 'ids' })
    return this.#stats.watch(ids.map(parseContainerId))
  }

  statsHistory(id: string): AsyncIterable<StatsSample[]> {
    return this.#stats.watchHistory(parseContainerId(id))
  }

  async processes(id: string): Promise<ProcessTable> {
    return this.#look(id, 'top', (table: { Titles: string[]; Processes: string[][] | null }) => ({
      titles: table.Titles,
      rows: table.Processes ?? [],
    }))
  }

  async changes(id: string): Promise<FileChange[]> {
    const kinds = ['changed', 'added', 'deleted'] as const
    return this.#look(id, 'changes', (list: { Path: string; Kind: 0 | 1 | 2 }[] | null) =>
      (list ?? []).map(({ Path, Kind }) => ({ path: Path, kind: kinds[Kind] })),
    )
  }

  async #begin(id: string, doing: EngineRequest['doing']): Promise<{ id: string; name: string }> {
    const path = `/containers/${id}`
    const about = doing && { doing }
    try {
      // Asked before it is started: with --rm it may have done its work, and be gone, right after.
      const named = await this.#client.json(
        { path: `${path}/json`, ...about },
        ({ Name }: { Name: string }) => ({ id, name: Name.replace(/^\//, '') }),
      )
      await this.#client.text({ method: 'POST', path: `${path}/start`, ...about })
      return named
    } catch (error) {
      const query = { force: true, v: true }
      await this.#client.text({ method: 'DELETE', path, query }).catch(() => undefined)
      throw error
    }
  }

  async #tell(id: string, verb: string, query: EngineRequest['query'] = {}): Promise<void> {
    const path = `/containers/${parseContainerId(id)}/${verb}`
    const doing = { container: id }
    await this.#client.text({ method: 'POST', path, query, doing, patienceMs: verbPatienceMs })
  }

  #look<T>(id: string, what: string, toOurs: (answer: never) => T): Promise<T> {
    const path = `/containers/${parseContainerId(id)}/${what}`
    return this.#client.json({ path, doing: { container: id } }, toOurs)
  }
}
