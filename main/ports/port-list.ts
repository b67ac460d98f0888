import { isDeepStrictEqual } from 'node:util'
import { comparePorts, type ErrorShape, type HostPort, type ListNews } from '#api'
import { type PendingNews, watchList } from '../engine/pending-news.ts'

/** All ports as they are, and the news of them: only what has changed is told. */
export class PortList {
  readonly #known = new Map<string, HostPort>()
  readonly #idsOf = new Map<string, readonly string[]>()
  /** By id, so that the first of them is found without a look at all ports. */
  readonly #troubled = new Map<string, HostPort>()
  readonly #watchers = new Set<PendingNews<HostPort>>()

  watch(): AsyncIterable<ListNews<HostPort>> {
    return watchList(this.#known, (news) => {
      this.#watchers.add(news)
      news.giveAll()
      return () => this.#watchers.delete(news)
    })
  }

  get(id: string): HostPort | undefined {
    return this.#known.get(id)
  }

  /** By number. */
  all(): HostPort[] {
    return [...this.#known.values()].toSorted(comparePorts)
  }

  /** Why one of them is not open: of the lowest number, when there are several. */
  get trouble(): ErrorShape | undefined {
    return [...this.#troubled.values()].toSorted(comparePorts)[0]?.error
  }

  /** These are the ports of these owners now. */
  set(portsOf: ReadonlyMap<string, readonly HostPort[]>): void {
    const touched = new Set<string>()
    // All that goes first: an owner may have got what another had.
    for (const [owner, ports] of portsOf) {
      const ids = ports.map(({ id }) => id)
      for (const id of this.#idsOf.get(owner) ?? [])
        if (!ids.includes(id) && this.#delete(id)) touched.add(id)
      if (ids.length > 0) this.#idsOf.set(owner, ids)
      else this.#idsOf.delete(owner)
    }
    for (const port of [...portsOf.values()].flat()) if (this.#put(port)) touched.add(port.id)
    if (touched.size > 0) for (const watcher of this.#watchers) watcher.give([...touched])
  }

  #delete(id: string): boolean {
    this.#troubled.delete(id)
    return this.#known.delete(id)
  }

  #put(port: HostPort): boolean {
    if (isDeepStrictEqual(this.#known.get(port.id), port)) return false
    this.#known.set(port.id, port)
    if (port.error) this.#troubled.set(port.id, port)
    else this.#troubled.delete(port.id)
    return true
  }
}
