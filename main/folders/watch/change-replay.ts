import type { Machine } from '#vm'
import type { ByteName } from '../bytes.ts'
import { Poker } from './poker.ts'
import { type MountedPlace, WatchedPlace, type WatchedPlaceParts } from './watched-place.ts'

/** More of the folders in `path` are there than the `watched` that this computer lets us watch. */
export interface WatchLimit {
  path: string
  watched: number
}

export interface ChangeReplayParts extends Omit<WatchedPlaceParts, 'onChange'> {
  machine: Pick<Machine, 'pipe'>
}

/** An editor writes a file in several steps; this long they are one change. */
const gatherMs = 20

/** Tells programs in containers of changes that are made on this computer, in the folders that they have mounted. */
export class ChangeReplay implements Disposable {
  readonly #parts: ChangeReplayParts
  readonly #poker: Poker
  readonly #watched = new Map<string, WatchedPlace>()
  #timer: NodeJS.Timeout | undefined

  constructor(parts: ChangeReplayParts) {
    this.#parts = parts
    this.#poker = new Poker({ machine: parts.machine, next: (count) => this.#next(count) })
  }

  /** The first folder of which not all is watched. */
  get limit(): WatchLimit | undefined {
    for (const { place, limit } of this.#watched.values())
      if (limit !== undefined)
        return { path: Buffer.from(place.host, 'latin1').toString(), watched: limit }
    return undefined
  }

  /** From now on exactly these are watched; what lies in another one goes with it. */
  want(places: readonly MountedPlace[]): void {
    const wanted = new Map(outermost(places).map((place) => [toKey(place), place]))
    for (const [key, watched] of this.#watched) {
      if (wanted.has(key)) continue
      this.#watched.delete(key)
      watched[Symbol.dispose]()
      if (watched.limit !== undefined) this.#parts.onLimit()
    }
    for (const [key, place] of wanted)
      if (!this.#watched.has(key)) this.#watched.set(key, this.#watch(place))
    if (this.#watched.size === 0) this.#poker.rest()
  }

  [Symbol.dispose](): void {
    this.want([])
    clearTimeout(this.#timer)
    this.#poker[Symbol.dispose]()
  }

  #watch(place: MountedPlace): WatchedPlace {
    const onChange = () => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        this.#poker.wake()
      }, gatherMs).unref()
    }
    return new WatchedPlace(place, { ...this.#parts, onChange })
  }

  #next(count: number): ByteName[] {
    const found: ByteName[] = []
    for (const watched of this.#watched.values()) {
      if (found.length >= count) break
      found.push(...watched.take(count - found.length))
    }
    return found
  }
}

/** Each place once, and none that lies in another one as it does in the guest. */
function outermost(places: readonly MountedPlace[]): MountedPlace[] {
  const unique = [...new Map(places.map((place) => [toKey(place), place])).values()]
  return unique.filter(
    (place) => !unique.some((other) => other !== place && contains(other, place)),
  )
}

function contains(outer: MountedPlace, inner: MountedPlace): boolean {
  return (
    inner.host.startsWith(`${outer.host}/`) &&
    inner.guest === outer.guest + inner.host.slice(outer.host.length)
  )
}

function toKey({ host, guest }: MountedPlace): string {
  return `${host}\0${guest}`
}
