import { AppError, type Container, type ContainersApi, type LogLine, type RunSpec } from '#api'
import type { EngineChanges } from './changes.ts'
import type { EngineClient } from './client.ts'
import { toContainer } from './container-shape.ts'
import { LiveList } from './live-list.ts'
import { readLogs } from './logs.ts'
import { parseRunSpec, toCreateOptions } from './run-spec.ts'

export class Containers implements ContainersApi {
  readonly #client: EngineClient
  readonly #list: LiveList<Container[]>

  constructor(client: EngineClient, changes: EngineChanges) {
    this.#client = client
    this.#list = new LiveList(changes, ['container'], () => this.#fetch())
  }

  watch(): AsyncIterable<Container[]> {
    return this.#list.watch()
  }

  async start(id: string): Promise<void> {
    await this.#client.ask((docker) => docker.getContainer(parseId(id)).start(), { container: id })
  }

  async stop(id: string): Promise<void> {
    await this.#client.ask((docker) => docker.getContainer(parseId(id)).stop(), { container: id })
  }

  async restart(id: string): Promise<void> {
    await this.#client.ask((docker) => docker.getContainer(parseId(id)).restart(), {
      container: id,
    })
  }

  async remove(id: string, options: { force?: boolean; volumes?: boolean } = {}): Promise<void> {
    const query = { force: options.force === true, v: options.volumes === true }
    await this.#client.ask((docker) => docker.getContainer(parseId(id)).remove(query), {
      container: id,
    })
  }

  /** Nothing is left behind when it does not start: the name is free for the next try. */
  async run(value: RunSpec): Promise<{ id: string; name: string }> {
    const spec = parseRunSpec(value)
    const doing = { image: spec.image, ...(spec.name !== undefined && { container: spec.name }) }
    const container = await this.#client.ask(
      (docker) => docker.createContainer(toCreateOptions(spec)),
      doing,
    )
    try {
      await this.#client.ask(() => container.start(), doing)
      const { Name } = await this.#client.ask(() => container.inspect(), doing)
      return { id: container.id, name: Name.replace(/^\//, '') }
    } catch (error) {
      await container.remove({ force: true, v: true }).catch(() => undefined)
      throw error
    }
  }

  logs(id: string, options: { tail?: number; follow?: boolean } = {}): AsyncIterable<LogLine[]> {
    return readLogs(this.#client, parseId(id), options)
  }

  async #fetch(): Promise<Container[]> {
    // Never with size=1: the engine would walk every container's files (moby#17832).
    const list = await this.#client.ask((docker) => docker.listContainers({ all: true }))
    return list.map(toContainer)
  }
}

/** An id or a name, as the engine allows them; what else could be in the path of a request is refused. */
function parseId(id: unknown): string {
  if (typeof id === 'string' && /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(id)) return id
  throw new AppError('container-missing', { name: String(id) })
}
