import type { ContainerDetails } from '#api'
import type { EngineChanges, EngineEvent } from '../engine/changes.ts'
import type { EngineClient } from '../engine/client.ts'
import { toDetails, toPlannedPorts } from '../engine/container-details.ts'
import { askedLabel } from './asked.ts'
import type { RunningContainer } from './wanted.ts'

/** Of those that were made and have not gone; the oldest is forgotten first. */
const mostKept = 1000

/**
 * Containers that were made since this lives, as they will be once they run: an inspect waits from the moment at which
 * the engine begins to start one until it has, and by then its program may have listened for a while.
 */
export class PreparedContainers implements Disposable {
  readonly #client: EngineClient
  readonly #changes: EngineChanges
  readonly #kept = new Map<string, RunningContainer>()

  constructor(client: EngineClient, changes: EngineChanges) {
    this.#client = client
    this.#changes = changes
    changes.on('container', this.#onContainer)
    changes.on('resync', this.#onResync)
  }

  /** Only one that publishes a port whose number is known before. */
  get(id: string): RunningContainer | undefined {
    return this.#kept.get(id)
  }

  [Symbol.dispose](): void {
    this.#changes.off('container', this.#onContainer)
    this.#changes.off('resync', this.#onResync)
  }

  readonly #onContainer = ({ action, id, attributes }: EngineEvent): void => {
    if (action === 'create') void this.#prepare(id)
    else if (action === 'destroy') this.#kept.delete(id)
    else if (action === 'rename') {
      const [known, name] = [this.#kept.get(id), attributes['name']]
      if (known && name !== undefined) this.#kept.set(id, { ...known, name })
    }
  }

  /** What happened meanwhile is not known. */
  readonly #onResync = (): void => {
    this.#kept.clear()
  }

  /** It may have gone, or be held by its start already: then it is met as any other. */
  async #prepare(id: string): Promise<void> {
    try {
      const request = { path: `/containers/${id}/json`, query: { [askedLabel]: true } }
      const json = await this.#client.text(request)
      const details = toDetails(json)
      const ports = toPlannedPorts(json)
      if (details.state !== 'created' || ports.length === 0) return
      this.#kept.set(id, { ...toInspected(details), ports })
      const [oldest] = this.#kept.keys()
      if (oldest !== undefined && this.#kept.size > mostKept) this.#kept.delete(oldest)
    } catch {
      this.#kept.delete(id)
    }
  }
}

export function toInspected({
  id,
  name,
  labels,
  ports,
  mounts,
}: ContainerDetails): RunningContainer {
  const sources = (wanted: string) =>
    mounts.filter(({ kind }) => kind === wanted).map(({ source }) => source)
  return { id, name, labels, ports, folders: sources('bind'), volumes: sources('volume') }
}
