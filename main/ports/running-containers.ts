import { isAbsolute } from 'node:path'
import { AppError } from '#api'
import type { EngineChanges, EngineEvent } from '../engine/changes.ts'
import type { EngineClient } from '../engine/client.ts'
import { toDetails } from '../engine/container-details.ts'
import { type ListedContainer, toContainer } from '../engine/container-shape.ts'
import type { Log } from '../host/log.ts'
import { askedLabel } from './asked.ts'
import { toCode } from './local-ports.ts'
import { PreparedContainers, toInspected } from './prepared-containers.ts'
import type { RunningContainer } from './wanted.ts'

const againMs = 1000
const withAsked = { [askedLabel]: true }
/** Each is a connection of its own. */
const looksAtOnce = 16

/**
 * The containers that run, with their ports. One that starts is inspected at once: that takes the engine a twentieth of
 * the time that a list of this one does, for which it walks through images. The question is put when the container
 * joins its network, which is before it starts: the engine holds the container until then, so that the answer comes
 * with the start and not after the news of it. What is known of it from its making counts until then. One that dies is
 * gone without a question, so that its ports are free before the engine has cleared up after it.
 */
export class RunningContainers implements Disposable {
  readonly #client: EngineClient
  readonly #changes: EngineChanges
  readonly #log: Log
  readonly #onChange: (ids: ReadonlySet<string>) => void
  readonly #prepared: PreparedContainers
  readonly #known = new Map<string, Known>()
  readonly #named = new Set<string>()
  /** Asked about since they joined a network, and what was said of them meanwhile. */
  readonly #arriving = new Map<string, { hasStarted: boolean; isOutdated: boolean }>()
  /** When those died that an answer may still show which is under way. */
  readonly #died = new Map<string, number>()
  /** Questions and deaths in their order: an answer tells nothing of what came after its question. */
  #turn = 0
  #clearedAt = 0
  #underWay = 0
  #stale = false
  #busy = false
  #synced = false
  #timer: NodeJS.Timeout | undefined

  constructor(parts: {
    client: EngineClient
    changes: EngineChanges
    log: Log
    /** These came, went or changed, and `synced` may have become true. */
    onChange: (ids: ReadonlySet<string>) => void
  }) {
    this.#client = parts.client
    this.#changes = parts.changes
    this.#log = parts.log
    this.#onChange = parts.onChange
    this.#prepared = new PreparedContainers(parts.client, parts.changes)
    this.#changes.on('container', this.#onContainer)
    this.#changes.on('network', this.#onNetwork)
    this.#changes.on('resync', this.#onResync)
    if (this.#changes.live) this.#onResync()
  }

  /** Whether all of them are known: before that, none is not none. */
  get synced(): boolean {
    return this.#synced
  }

  *all(): Iterable<RunningContainer> {
    for (const { container } of this.#known.values()) yield container
  }

  get(id: string): RunningContainer | undefined {
    return this.#known.get(id)?.container
  }

  /** The same for one that may have been started just now, and by its name, too. */
  async find(id: string): Promise<RunningContainer | undefined> {
    return this.get(id) ?? this.get((await this.#look(id)) ?? id)
  }

  /** The machine is gone, and all of them with it. */
  clear(): void {
    this.#named.clear()
    this.#synced = false
    this.#clearedAt = ++this.#turn
    this.#known.clear()
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#prepared[Symbol.dispose]()
    this.#changes.off('container', this.#onContainer)
    this.#changes.off('network', this.#onNetwork)
    this.#changes.off('resync', this.#onResync)
  }

  readonly #onContainer = ({ action, id, attributes }: EngineEvent): void => {
    if (action === 'start') {
      const arrival = this.#arriving.get(id)
      if (arrival) arrival.hasStarted = true
      else if (!this.#known.has(id)) this.#name(id)
    } else if (isEnd(action, attributes)) {
      this.#named.delete(id)
      const arrival = this.#arriving.get(id)
      if (arrival) arrival.hasStarted = false
      if (this.#forget(id)) this.#onChange(new Set([id]))
    } else if (action === 'rename') this.#rename(id, attributes['name'])
  }

  /** A container that runs loses its ports with its last bridge, and gets them with a new one. */
  readonly #onNetwork = ({ action, attributes }: EngineEvent): void => {
    const id = attributes['container'] ?? ''
    const arrival = this.#arriving.get(id)
    // The answer tells of all networks that it was started with.
    if (arrival) arrival.isOutdated ||= arrival.hasStarted
    else if (this.#known.has(id)) {
      if (action === 'connect' || action === 'disconnect') this.#name(id)
    } else if (action === 'connect' && id !== '') void this.#arrive(id)
  }

  readonly #onResync = (): void => {
    this.#stale = true
    void this.#ask()
  }

  #name(id: string): void {
    this.#named.add(id)
    void this.#ask()
  }

  #forget(id: string): boolean {
    if (this.#underWay > 0) this.#died.set(id, ++this.#turn)
    return this.#known.delete(id)
  }

  #rename(id: string, name: string | undefined): void {
    const arrival = this.#arriving.get(id)
    if (arrival) arrival.isOutdated = true
    const known = this.#known.get(id)
    if (!known || name === undefined) return
    this.#known.set(id, { ...known, container: { ...known.container, name } })
    this.#onChange(new Set([id]))
    // It may still have the old one.
    if (this.#underWay > 0) this.#name(id)
  }

  /** One that is slow to start keeps nobody else waiting. */
  async #arrive(id: string): Promise<void> {
    if (this.#arriving.has(id) || this.#arriving.size >= looksAtOnce) return
    const arrival = { hasStarted: false, isOutdated: false }
    this.#arriving.set(id, arrival)
    const prepared = this.#prepared.get(id)
    if (prepared) {
      this.#put(prepared, ++this.#turn)
      this.#onChange(new Set([id]))
    }
    await this.#look(id).catch((error: unknown) => this.#tellFailure(error))
    this.#arriving.delete(id)
    const isKnown = this.#known.has(id)
    if (isKnown || prepared) this.#onChange(new Set([id]))
    // It was answered before the engine held it, or before it got another name or network.
    if (isKnown ? arrival.isOutdated : arrival.hasStarted) this.#name(id)
  }

  #tellFailure(error: unknown): void {
    this.#log.write('ports.list-failed', { reason: toCode(error) })
  }

  async #ask(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      while (this.#stale || this.#named.size > 0) await this.#refresh()
    } catch (error) {
      // When the engine has gone, the feed says `resync` once it is back.
      this.#tellFailure(error)
      this.#stale = true
      if (this.#changes.live) this.#timer = setTimeout(() => void this.#ask(), againMs).unref()
    } finally {
      this.#busy = false
    }
  }

  async #refresh(): Promise<void> {
    const whole = this.#stale
    const ids = [...this.#named].slice(0, looksAtOnce)
    if (whole) this.#named.clear()
    for (const id of ids) this.#named.delete(id)
    this.#stale = false
    if (whole) return this.#refreshAll()
    await Promise.all(ids.map((id) => this.#look(id)))
    this.#onChange(new Set(ids))
  }

  /** Without `all`, the engine tells of those that run or are paused. */
  async #refreshAll(): Promise<void> {
    const request = { path: '/containers/json', query: withAsked }
    const toFound = (list: ListedContainer[]) => list.map(toListed)
    await this.#answered(
      () => this.#client.json(request, toFound),
      (found, askedAt) => {
        if (askedAt < this.#clearedAt) return
        this.#synced = true
        const before = new Set(this.#known.keys())
        for (const [id, known] of this.#known) if (known.askedAt < askedAt) this.#known.delete(id)
        for (const container of found) this.#put(container, askedAt)
        this.#onChange(before.union(this.#known))
      },
    )
  }

  /** Resolves with the id of one that runs. */
  async #look(id: string): Promise<string | undefined> {
    const request = { path: `/containers/${id}/json`, query: withAsked }
    try {
      return await this.#answered(
        async () => toDetails(await this.#client.text(request)),
        (details, askedAt) => {
          const isUp = details.state === 'running' || details.state === 'paused'
          if (!isUp) this.#drop(details.id, askedAt)
          return isUp && this.#put(toInspected(details), askedAt) ? details.id : undefined
        },
      )
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'container-missing')) throw error
      this.#known.delete(id)
      return undefined
    }
  }

  async #answered<Answer, Result>(
    question: () => Promise<Answer>,
    take: (answer: Answer, askedAt: number) => Result,
  ): Promise<Result> {
    const askedAt = ++this.#turn
    this.#underWay++
    try {
      return take(await question(), askedAt)
    } finally {
      this.#underWay--
      if (this.#underWay === 0) this.#died.clear()
    }
  }

  /** Whether it is one that has not died since. */
  #put(container: RunningContainer, askedAt: number): boolean {
    const { id } = container
    if (Math.max(this.#died.get(id) ?? 0, this.#clearedAt) > askedAt) return false
    if ((this.#known.get(id)?.askedAt ?? 0) < askedAt) this.#known.set(id, { container, askedAt })
    return true
  }

  #drop(id: string, askedAt: number): void {
    if ((this.#known.get(id)?.askedAt ?? askedAt) <= askedAt) this.#known.delete(id)
  }
}

/** Nothing outlives a SIGKILL, though the engine says so a while later. */
function isEnd(action: string, attributes: EngineEvent['attributes']): boolean {
  return (
    action === 'die' || action === 'destroy' || (action === 'kill' && attributes['signal'] === '9')
  )
}

interface Known {
  container: RunningContainer
  /** The turn of the question whose answer this is. */
  askedAt: number
}

/** Without what the engine tells besides: there may be thousands. */
function toListed(listed: ListedContainer): RunningContainer {
  const { id, name, labels, ports, mounts } = toContainer(listed)
  // Names of volumes have no slashes.
  const isFolder = (mount: string) => isAbsolute(mount)
  const volumes = mounts.filter((mount) => !isFolder(mount))
  return { id, name, labels, ports, folders: mounts.filter(isFolder), volumes }
}
