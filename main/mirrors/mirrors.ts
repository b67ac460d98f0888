import {
  type ErrorShape,
  type MirrorPreset,
  type MirrorsApi,
  type MirrorSetting,
  type MirrorsSnapshot,
  type MirrorTest,
  type Settings,
  stream,
  toRegistryName,
} from '#api'
import { createLive } from '../live.ts'
import { type Endpoint, endpointKey, toMirrorEndpoint, toRegistryEndpoint } from './endpoint.ts'
import { forgetWay } from './fault-error.ts'
import type { Health } from './health.ts'
import {
  addMirror,
  enableMirror,
  orderMirrors,
  removeMirror,
  toUsableMirrors,
  whyUnusable,
} from './mirror-list.ts'
import { presets, probeImages } from './presets.ts'
import { probe, type ProbeImage } from './probe.ts'
import { isDigest } from './route.ts'
import type { RegistryClient } from '../registry/client.ts'
import type { ServedHistory } from './served.ts'
import { namesOf, toRegistries, toServed } from './snapshot.ts'
import { Turns } from './turns.ts'

type Named = Pick<MirrorSetting, 'registry' | 'url'>

export interface MirrorsParts {
  client: RegistryClient
  health: Health
  served: ServedHistory
  settings: {
    readonly current: Settings
    readonly otherMirrors: readonly unknown[]
    set(change: Partial<Settings>): Promise<unknown>
    onChange(listener: () => void): () => void
  }
}

/** The mirrors that the settings name, how they are, and what has come from where. */
export class Mirrors implements MirrorsApi, Disposable {
  readonly #parts: MirrorsParts
  readonly #tests = new Map<string, MirrorTest>()
  /** Of the line, which those that are tested share. */
  readonly #turns = new Turns()
  readonly #live
  readonly #stopFollowing: () => void
  #error: ErrorShape | undefined
  #storing: Promise<unknown> = Promise.resolve()

  constructor(parts: MirrorsParts) {
    this.#parts = parts
    this.#live = createLive<MirrorsSnapshot>(this.#snapshot())
    this.#stopFollowing = parts.settings.onChange(() => this.refresh())
  }

  /** Who may be asked for a registry's images, in the order of the settings; the registry itself is the last. */
  endpointsOf(registry: string): Endpoint[] {
    return [
      ...this.#list.filter((one) => one.registry === registry && one.enabled).map(toMirrorEndpoint),
      toRegistryEndpoint(registry),
    ]
  }

  watch(): AsyncIterable<MirrorsSnapshot> {
    // Rests end without a word.
    this.refresh()
    return this.#live.watch()
  }

  presets(): Promise<MirrorPreset[]> {
    return Promise.resolve([...presets])
  }

  async add(mirror: Named): Promise<void> {
    await this.#store((list) => addMirror(list, mirror))
  }

  async remove(mirror: Named): Promise<void> {
    await this.#store((list) => removeMirror(list, mirror))
  }

  async enable(mirror: Named, enabled: boolean): Promise<void> {
    await this.#store((list) => enableMirror(list, mirror, enabled))
  }

  async order(registry: string, urls: string[]): Promise<void> {
    await this.#store((list) => orderMirrors(list, registry, urls))
  }

  test(registry?: string): AsyncIterable<MirrorTest> {
    return stream<MirrorTest>(async (push, signal) => {
      const abort = new AbortController()
      signal.addEventListener('abort', () => abort.abort())
      const named = registry === undefined ? namesOf(this.#list) : [toRegistryName(registry)]
      const tests = named.flatMap((one) =>
        this.#testable(one).map(async (endpoint) => {
          await push(await this.#probe(endpoint, one, abort.signal))
        }),
      )
      await Promise.all(tests)
    })
  }

  /** Something that is shown has changed. */
  refresh(): void {
    this.#live.set(this.#snapshot())
  }

  /** There is another way to all of them: what went wrong by the one before counts no more. */
  forgetWay(): void {
    this.#parts.health.forgiveWay()
    forgetWay(this.#tests)
    this.refresh()
  }

  /** Why pulls do not come this way; undefined when they do. */
  setError(error: ErrorShape | undefined): void {
    this.#error = error
    this.refresh()
  }

  [Symbol.dispose](): void {
    this.#stopFollowing()
  }

  /** A settings file that somebody has edited may hold what nobody can ask. */
  get #list(): readonly MirrorSetting[] {
    return toUsableMirrors(this.#parts.settings.current.mirrors)
  }

  /** Those that are off, too: who tests wants to know whether to switch one on. */
  #testable(registry: string): Endpoint[] {
    const mirrors = this.#list.filter((one) => one.registry === registry)
    return [...mirrors.map(toMirrorEndpoint), toRegistryEndpoint(registry)]
  }

  async #probe(endpoint: Endpoint, registry: string, signal: AbortSignal): Promise<MirrorTest> {
    const { client, health } = this.#parts
    const original = endpoint.isMirror ? toRegistryEndpoint(registry) : undefined
    const image = this.#imageOf(registry)
    const { failure, ...test } = await probe(endpoint, registry, {
      client,
      original,
      image,
      alone: (work) => this.#turns.take(signal, work),
      signal,
    })
    if (failure) health.bad(endpoint, failure)
    else health.forgive(endpoint)
    this.#tests.set(endpointKey(test), test)
    this.refresh()
    return test
  }

  /** One that the engine has asked for lately, where nobody knows one that everybody may have. */
  #imageOf(registry: string): ProbeImage | undefined {
    const known = probeImages[registry]
    if (known) return { registry, repository: known.repository, reference: known.tag }
    const lately = this.#parts.served.list.flatMap(({ route, failure }) =>
      route.registry === registry && route.kind === 'manifests' && !failure ? [route] : [],
    )
    // Whether a mirror lags shows by a tag alone.
    return lately.find(({ reference }) => !isDigest(reference)) ?? lately[0]
  }

  /** One after the other, each on what the one before has left. */
  async #store(change: (list: readonly MirrorSetting[]) => MirrorSetting[]): Promise<void> {
    const storing = this.#storing.then(() =>
      this.#parts.settings.set({ mirrors: change(this.#parts.settings.current.mirrors) }),
    )
    this.#storing = storing.catch(() => undefined)
    await storing
  }

  #snapshot(): MirrorsSnapshot {
    const { health, served, settings } = this.#parts
    const known = { mirrors: this.#list, health, served, tests: this.#tests, now: Date.now() }
    return {
      registries: toRegistries(known),
      unusable: whyUnusable(settings.current.mirrors, settings.otherMirrors),
      served: toServed(served.list),
      ...(this.#error && { error: this.#error }),
    }
  }
}
