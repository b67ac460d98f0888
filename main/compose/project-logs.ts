import {
  type ComposeLogLine,
  type Container,
  type ListNews,
  type LogLine,
  type LogOptions,
  type Push,
  stream,
} from '#api'
import { mergeByTime } from './merge-by-time.ts'

export interface ProjectLogsParts {
  containers: {
    watch(): AsyncIterable<ListNews<Container>>
    logs(id: string, options: LogOptions): AsyncIterable<LogLine[]>
  }
}

/** How far a container's log has been read: the newest moment, and how many lines came at it. */
interface Place {
  at: string
  same: number
}

/**
 * The logs of a project's containers as one: what there is in the order of its time, then what comes, as it comes. A
 * container that comes later joins, and one that ends is followed again when it runs again.
 */
export function readProjectLogs(
  parts: ProjectLogsParts,
  project: string,
  options: LogOptions,
): AsyncIterable<ComposeLogLine[]> {
  return stream<ComposeLogLine[]>(async (push, signal) => {
    const reader = new ProjectLogReader(parts, push)
    const news = parts.containers.watch()[Symbol.asyncIterator]()
    signal.addEventListener('abort', () => {
      void news.return?.()
      reader.end()
    })
    let isBegun = false
    for (;;) {
      const next = await news.next()
      if (next.done === true || signal.aborted) return
      const found = 'all' in next.value ? next.value.all : next.value.changed
      const members = found.filter((container) => container.project === project)
      if (!isBegun) await reader.begin(members, options)
      isBegun = true
      if (options.follow === false) break
      reader.join(members)
    }
    await news.return?.()
  }, 16)
}

class ProjectLogReader {
  readonly #parts: ProjectLogsParts
  readonly #push: Push<ComposeLogLine[]>
  readonly #places = new Map<string, Place>()
  readonly #open = new Map<string, AsyncIterator<LogLine[]>>()
  #isOver = false

  constructor(parts: ProjectLogsParts, push: Push<ComposeLogLine[]>) {
    this.#parts = parts
    this.#push = push
  }

  /** All that there is, in the order of its time. */
  async begin(members: readonly Container[], options: LogOptions): Promise<void> {
    const sources = members.map((member) => this.#read(member, { ...options, follow: false }))
    for await (const lines of mergeByTime(sources)) {
      if (this.#isOver) return
      await this.#push(lines)
    }
  }

  /** Follows those that are not followed yet and may have something to say. */
  join(members: readonly Container[]): void {
    for (const member of members) {
      const isKnown = this.#places.has(member.id)
      const isUp = member.state === 'running' || member.state === 'paused'
      if (!this.#isOver && !this.#open.has(member.id) && (isUp || !isKnown)) {
        void this.#follow(member)
      }
    }
  }

  end(): void {
    this.#isOver = true
    for (const iterator of this.#open.values()) void iterator.return?.()
  }

  async #follow(member: Container): Promise<void> {
    const at = this.#places.get(member.id)?.at ?? ''
    const options = { follow: true, ...(at !== '' && { since: at }) }
    for await (const lines of this.#read(member, options)) await this.#push(lines)
  }

  /** One that is removed, or that the engine cannot be asked about now, has nothing more to say. */
  async *#read(member: Container, options: LogOptions): AsyncGenerator<ComposeLogLine[]> {
    const from = toFrom(member)
    const isNew = this.#skipKnown(member.id)
    const iterator = this.#parts.containers.logs(member.id, options)[Symbol.asyncIterator]()
    this.#open.set(member.id, iterator)
    try {
      for (;;) {
        const next = await iterator.next()
        if (next.done === true || this.#isOver) return
        const lines = next.value.filter(isNew).map((line) => ({ ...line, from }))
        if (lines.length > 0) yield lines
      }
    } catch {
      // The list of containers tells what has become of it.
    } finally {
      this.#open.delete(member.id)
      void iterator.return?.()
    }
  }

  /** What is read from a moment on begins with the lines of that moment. */
  #skipKnown(id: string): (line: LogLine) => boolean {
    const place = this.#places.get(id) ?? { at: '', same: 0 }
    this.#places.set(id, place)
    let skip = place.same
    return ({ at = '' }) => {
      if (skip > 0 && at !== '' && at <= place.at) {
        if (at === place.at) skip -= 1
        return false
      }
      skip = 0
      if (at === place.at) place.same += 1
      else if (at > place.at) Object.assign(place, { at, same: 1 })
      return true
    }
  }
}

/** As Compose's own log has it. */
function toFrom({ name, service, labels }: Container): string {
  const number = labels['com.docker.compose.container-number']
  return service === undefined ? name : number === undefined ? service : `${service}-${number}`
}
