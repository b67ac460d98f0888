import { posix } from 'node:path'
import type { ByteName } from '../bytes.ts'
import type { OwnChanges } from '../own-changes.ts'
import type { HostWatch } from './host-watch.ts'
import { PendingPokes } from './pending-pokes.ts'

/** A folder, or a single file, of this computer as containers have it. */
export interface MountedPlace {
  /** In its real form. */
  host: ByteName
  guest: ByteName
}

export interface WatchedPlaceParts {
  watch: HostWatch
  /** What containers change themselves. */
  own: OwnChanges
  /** What no container has a business in. */
  isHidden: (path: ByteName) => boolean
  onChange: () => void
  onLimit: () => void
}

/** What changed in one place and is news to containers. */
export class WatchedPlace implements Disposable {
  readonly place: MountedPlace
  readonly #own: OwnChanges
  readonly #pending: PendingPokes
  readonly #watching: Disposable
  #limit: number | undefined

  constructor(place: MountedPlace, { watch, own, isHidden, onChange, onLimit }: WatchedPlaceParts) {
    this.place = place
    this.#own = own
    this.#pending = new PendingPokes(place.host)
    this.#watching = watch({
      root: place.host,
      skip: isHidden,
      onChange: (path, news) => {
        this.#pending.add(path, news)
        onChange()
      },
      onLimit: (watched) => {
        this.#limit = watched
        onLimit()
      },
    })
  }

  /** How many folders are watched, when there are more that cannot be. */
  get limit(): number | undefined {
    return this.#limit
  }

  /** What is to be told next, in the guest's names: about `count`. */
  take(count: number): ByteName[] {
    const { host, guest } = this.place
    const found = new Set<ByteName>()
    while (found.size < count && this.#pending.size > 0) {
      for (const { path, entries, forced } of this.#pending.take(count - found.size)) {
        if (!this.#own.isNews(path) && !forced) continue
        found.add(path)
        if (entries && path !== host) found.add(posix.dirname(path))
      }
    }
    return [...found].map((path) => guest + path.slice(host.length))
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]()
  }
}
