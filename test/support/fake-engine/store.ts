import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type {
  FakeCacheRecord,
  FakeContainer,
  FakeExec,
  FakeImage,
  FakeNetwork,
  FakeVolume,
} from './objects.ts'
import { Refusal } from './refusal.ts'

export interface EngineEvent {
  Type: 'container' | 'image' | 'volume' | 'network'
  Action: string
  Actor: { ID: string; Attributes: Record<string, string> }
  scope: 'local'
  time: number
  timeNano: number
  /** The old form of the same, which docker still sends for containers and images. */
  status?: string
  id?: string
  from?: string
}

const keptEvents = 2000

/** Everything the engine knows. Whoever changes it says so by `change`, which is what /events tells. */
export class EngineStore extends EventEmitter<{ event: [EngineEvent] }> {
  readonly containers = new Map<string, FakeContainer>()
  readonly images = new Map<string, FakeImage>()
  readonly volumes = new Map<string, FakeVolume>()
  readonly networks = new Map<string, FakeNetwork>()
  readonly buildCache = new Map<string, FakeCacheRecord>()
  readonly execs = new Map<string, FakeExec>()
  readonly past: EngineEvent[] = []
  /** What each pull and push has shown itself by: `X-Registry-Auth`. */
  readonly accounts: unknown[] = []
  /** After how many steps the client of a pull went. */
  readonly keptPulls = new Map<string, number>()
  /** Pulls that are cancelled are let go of after it. */
  clinging: Promise<undefined> | undefined

  #silent = false

  constructor() {
    super()
    this.setMaxListeners(0)
  }

  change(
    type: EngineEvent['Type'],
    action: string,
    id: string,
    attributes: Record<string, string> = {},
  ): void {
    if (this.#silent) return
    const now = Date.now()
    const event: EngineEvent = {
      ...((type === 'container' || type === 'image') && { status: action, id }),
      ...(type === 'container' && { from: attributes['image'] ?? '' }),
      Type: type,
      Action: action,
      Actor: { ID: id, Attributes: attributes },
      scope: 'local',
      time: Math.floor(now / 1000),
      timeNano: now * 1_000_000,
    }
    this.past.push(event)
    if (this.past.length > keptEvents) this.past.shift()
    this.emit('event', event)
  }

  /** Changes that no event tells of, as if they fell into a gap of the feed. */
  silently(change: () => void): void {
    this.#silent = true
    change()
    this.#silent = false
  }

  /** The same for a container, with what docker puts into its events. */
  changeContainer(container: FakeContainer, action: string, more: Record<string, string> = {}) {
    const { id, image, name, labels } = container
    this.change('container', action, id, { ...labels, image, name, ...more })
  }

  /** By id, name or the beginning of an id. */
  container(reference: string): FakeContainer {
    const found =
      this.containers.get(reference) ??
      this.containers.values().find(({ name }) => name === reference) ??
      this.containers.values().find(({ id }) => reference.length > 3 && id.startsWith(reference))
    if (!found) throw new Refusal(404, `No such container: ${reference}`)
    return found
  }

  /** By id, its beginning, or a name with or without its tag. */
  image(reference: string): FakeImage {
    const found = this.findImage(reference)
    if (!found) throw new Refusal(404, `No such image: ${withTag(reference)}`)
    return found
  }

  findImage(reference: string): FakeImage | undefined {
    const named = withTag(reference)
    const short = reference.replace(/^sha256:/, '')
    return (
      this.images.get(reference) ??
      this.images
        .values()
        .find(({ tags, digests }) => tags.includes(named) || digests.includes(reference)) ??
      this.images
        .values()
        .find(({ id }) => /^[0-9a-f]{4,}$/.test(short) && id.startsWith(`sha256:${short}`))
    )
  }
}

export function withTag(reference: string): string {
  return /[@:]/.test(reference.slice(reference.lastIndexOf('/') + 1))
    ? reference
    : `${reference}:latest`
}

/** 64 hex digits, always the same for the same seed. */
export function toId(seed: string): string {
  return createHash('sha256').update(seed).digest('hex')
}
