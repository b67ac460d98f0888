import type { EngineChanges, EngineEvent } from '../../engine/changes.ts'
import type { EngineClient } from '../../engine/client.ts'
import type { Log } from '../../host/log.ts'

/** As far as it is read; see "Volume" of the engine's API. */
interface ListedVolume {
  Name: string
  Driver: string
  Options: Record<string, string> | null
}

/** An unnamed one, which nobody can have given options. */
const unnamed = /^[0-9a-f]{64}$/

/**
 * The folders of this computer that volumes stand for: those of the local driver that bind one (`type=none,o=bind`). A
 * volume's options never change, so each is asked for once.
 */
export class VolumeFolders implements Disposable {
  readonly #client: EngineClient
  readonly #changes: EngineChanges
  readonly #log: Log
  /** By name; undefined for a volume that is one. */
  readonly #known = new Map<string, string | undefined>()

  constructor(client: EngineClient, changes: EngineChanges, log: Log) {
    this.#client = client
    this.#changes = changes
    this.#log = log
    changes.on('volume', this.#onVolume)
    changes.on('resync', this.#onResync)
  }

  /** Paths, which need not be shared or be there; of those that cannot be asked about, none. */
  async of(names: ReadonlySet<string>): Promise<string[]> {
    const unknown = [...names].filter((name) => !unnamed.test(name) && !this.#known.has(name))
    if (unknown.length > 0) await this.#ask(unknown)
    return [...names].flatMap((name) => this.#known.get(name) ?? [])
  }

  [Symbol.dispose](): void {
    this.#changes.off('volume', this.#onVolume)
    this.#changes.off('resync', this.#onResync)
  }

  readonly #onVolume = ({ action, id }: EngineEvent): void => {
    if (action === 'destroy') this.#known.delete(id)
  }

  readonly #onResync = (): void => {
    this.#known.clear()
  }

  async #ask(names: readonly string[]): Promise<void> {
    try {
      const query = { filters: JSON.stringify({ name: names }) }
      const found = await this.#client.json(
        { path: '/volumes', query },
        ({ Volumes }: { Volumes: ListedVolume[] | null }) => Volumes ?? [],
      )
      for (const name of names) this.#known.set(name, undefined)
      for (const volume of found) this.#known.set(volume.Name, toFolder(volume))
    } catch (error) {
      this.#log.failure('folders.volumes', error)
    }
  }
}

function toFolder({ Driver, Options }: ListedVolume): string | undefined {
  const isBind = (Options?.['o'] ?? '').split(',').some((word) => /^r?bind$/.test(word))
  return Driver === 'local' && isBind ? Options?.['device'] : undefined
}
