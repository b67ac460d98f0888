import { isDeepStrictEqual } from 'node:util'
import type { Container, ListNews } from '#api'
import type { EngineChanges, EngineEvent } from './changes.ts'
import type { EngineClient } from './client.ts'
import { isContainerNews, isToldEarly } from './container-events.ts'
import { type ListedContainer, toContainer } from './container-shape.ts'
import { type PendingNews, watchList } from './pending-news.ts'
import { createRefresher } from './refresher.ts'

/** More than this many at once, and the whole list is no dearer. */
const mostIds = 500
/** What fits into a request's line for any server. */
const idsOfRequest = 100
/** Each is a connection of its own. */
const looksAtOnce = 16

/**
 * All containers, kept true by the engine's events: an event names its container, and only those that were named are
 * asked for again. Ids gather while a request is under way. Nothing is asked while nobody watches.
 */
export class ContainerList {
  readonly #client: EngineClient
  readonly #changes: EngineChanges
  readonly #known = new Map<string, Container>()
  readonly #watchers = new Set<PendingNews<Container>>()
  readonly #refresher = createRefresher(() => this.#refresh())
  readonly #named = new Set<string>()
  /** Those of them that must be waited for: the list does not show yet what was told. */
  readonly #early = new Set<string>()
  #stale = true
  /** Whether `#known` is a list at all, and not only nothing yet. */
  #filled = false
  #failures = 0

  constructor(client: EngineClient, changes: EngineChanges) {
    this.#client = client
    this.#changes = changes
  }

  watch(): AsyncIterable<ListNews<Container>> {
    return watchList(this.#known, (news) => {
      this.#add(news)
      return () => this.#delete(news)
    })
  }

  #add(watcher: PendingNews<Container>): void {
    if (this.#watchers.size === 0) {
      this.#changes.on('container', this.#onContainer)
      this.#changes.on('network', this.#onNetwork)
      this.#changes.on('resync', this.#onResync)
    }
    this.#watchers.add(watcher)
    if (this.#filled) watcher.giveAll()
    if (this.#stale && this.#changes.live) this.#refresher.ask()
  }

  #delete(watcher: PendingNews<Container>): void {
    if (!this.#watchers.delete(watcher) || this.#watchers.size > 0) return
    this.#changes.off('container', this.#onContainer)
    this.#changes.off('network', this.#onNetwork)
    this.#changes.off('resync', this.#onResync)
    this.#known.clear()
    this.#named.clear()
    this.#early.clear()
    this.#stale = true
    this.#filled = false
    this.#failures = 0
  }

  readonly #onContainer = (event: EngineEvent): void => {
    if (!isContainerNews(event)) return
    if (isToldEarly(event)) this.#early.add(event.id)
    this.#name(event.id)
  }

  /** A container that runs joins and leaves networks without an event of its own. */
  readonly #onNetwork = ({ action, attributes }: EngineEvent): void => {
    const id = attributes['container']
    if (id && (action === 'connect' || action === 'disconnect')) this.#name(id)
  }

  readonly #onResync = (): void => {
    this.#stale = true
    this.#refresher.ask()
  }

  #name(id: string): void {
    if (id === '') return
    this.#named.add(id)
    if (this.#named.size > mostIds) this.#stale = true
    this.#refresher.ask()
  }

  async #refresh(): Promise<void> {
    if (this.#watchers.size === 0 || (!this.#stale && this.#named.size === 0)) return
    const ids = [...this.#named]
    const whole = this.#stale
    this.#named.clear()
    this.#stale = false
    try {
      await this.#settle()
      if (whole) await this.#refreshAll()
      else await this.#refreshSome(ids)
      this.#failures = 0
    } catch (error) {
      this.#stale = true
      this.#failures += 1
      // When the engine has gone, the feed says `resync` once it is back.
      if (!this.#changes.live) return
      if (this.#failures === 1) this.#refresher.ask()
      else for (const watcher of this.#watchers) watcher.fail(error)
    }
  }

  async #settle(): Promise<void> {
    const ids = [...this.#early]
    this.#early.clear()
    // One that has gone meanwhile is missing from the list as well, which is what tells it.
    const look = (id: string) => this.#client.text({ path: `/containers/${id}/json` })
    for (let index = 0; index < ids.length; index += looksAtOnce)
      await Promise.allSettled(ids.slice(index, index + looksAtOnce).map(look))
  }

  async #refreshAll(): Promise<void> {
    const list = await this.#fetch()
    if (this.#watchers.size === 0) return
    this.#filled = true
    this.#known.clear()
    for (const container of list) this.#known.set(container.id, container)
    for (const watcher of this.#watchers) watcher.giveAll()
  }

  async #refreshSome(ids: readonly string[]): Promise<void> {
    const found: Container[] = []
    for (let index = 0; index < ids.length; index += idsOfRequest) {
      found.push(...(await this.#fetch(ids.slice(index, index + idsOfRequest))))
    }
    // All watchers left meanwhile; who came since then gets the whole list first.
    if (!this.#filled) return
    const there = new Map(found.map((container) => [container.id, container]))
    const touched = ids.filter((id) => {
      const [before, now] = [this.#known.get(id), there.get(id)]
      if (now) this.#known.set(id, now)
      else this.#known.delete(id)
      return !isDeepStrictEqual(before, now)
    })
    if (touched.length === 0) return
    for (const watcher of this.#watchers) watcher.give(touched)
  }

  /** Never with size=1: the engine would walk every container's files (moby#17832). */
  async #fetch(ids?: readonly string[]): Promise<Container[]> {
    const filters = ids && JSON.stringify({ id: ids })
    return this.#client.json(
      { path: '/containers/json', query: { all: true, filters } },
      (list: ListedContainer[]) => list.map(toContainer),
    )
  }
}
