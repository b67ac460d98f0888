import type { ErrorShape } from './errors.ts'

/** A mirror as the settings have it: where it is, and of which registry it has images. */
export interface MirrorSetting {
  /** `docker.io`, `ghcr.io`, `registry.example:5000`: as image references name it. */
  registry: string
  /** `https://…`; a path before or behind `/v2` is part of it. */
  url: string
  enabled: boolean
}

/** How one endpoint is just now. `resting`: it failed, and is asked again after `restsUntil`. */
export type EndpointState = 'unused' | 'good' | 'resting' | 'off'

export interface MirrorFault {
  /** Ms since the epoch. */
  at: number
  error: ErrorShape
}

/** What a test of an endpoint has found: each step with what it took, in ms, until one failed. */
export interface MirrorTest {
  url: string
  registry: string
  at: number
  /**
   * What it was tested by, such as `library/busybox:latest`; absent where no image of this registry is known, nor was
   * pulled lately: then no more is known than that it answers.
   */
  image?: string
  /** The answer to `/v2/`. */
  pingMs?: number
  /** A real image's manifest. */
  manifestMs?: number
  /** Of a part of its largest layer. */
  bytesPerSecond?: number
  /** It has another image under the tag than the registry itself: it lags, or is no faithful mirror. */
  lags?: boolean
  error?: ErrorShape
}

/** One place that gives images of a registry, in the order in which they are asked; the last is the registry itself. */
export interface MirrorEndpoint {
  url: string
  kind: 'mirror' | 'registry'
  /** How it is called, when it is one of those that Berth knows. */
  name?: string
  enabled: boolean
  state: EndpointState
  restsUntil?: number
  /** Why it rests until then; not always the newest of its faults. */
  restsFor?: ErrorShape
  /** Bytes that it gave since the app began. */
  bytes: number
  /** The newest first. */
  faults: MirrorFault[]
  test?: MirrorTest
}

export interface MirroredRegistry {
  registry: string
  endpoints: MirrorEndpoint[]
}

/** A mirror that Berth knows by name. None is used before somebody has chosen it. */
export interface MirrorPreset {
  name: string
  registry: string
  url: string
}

/** Something that the engine has asked for, and who gave it. */
export interface ServedPull {
  at: number
  ms: number
  registry: string
  repository: string
  kind: 'manifests' | 'blobs'
  /** A tag, or a digest. */
  reference: string
  /** In the order in which they came in: several when one failed in the middle. */
  from: { url: string; bytes: number }[]
  error?: ErrorShape
}

export interface MirrorsSnapshot {
  registries: MirroredRegistry[]
  /** Why entries that were written into the settings file by hand are passed over; they stay there. */
  unusable: ErrorShape[]
  /** The newest first. */
  served: ServedPull[]
  /** Why pulls do not go by way of the app; they go on without it. */
  error?: ErrorShape
}

export interface MirrorsApi {
  watch(): AsyncIterable<MirrorsSnapshot>
  presets(): Promise<MirrorPreset[]>
  /**
   * Adds a mirror behind those that its registry has, switched on.
   * @throws {AppError} `mirror-url-invalid`, `mirror-registry-invalid`, `mirror-there`
   */
  add(mirror: { registry: string; url: string }): Promise<void>
  /** @throws {AppError} `mirror-missing` */
  remove(mirror: { registry: string; url: string }): Promise<void>
  /** @throws {AppError} `mirror-missing` */
  enable(mirror: { registry: string; url: string }, enabled: boolean): Promise<void>
  /** Asks a registry's mirrors in this order from now on; those that are not named come after. */
  order(registry: string, urls: string[]): Promise<void>
  /**
   * Tests every endpoint of one registry, or of all, by a real image; each result as it comes. Speeds are measured one
   * after the other, as they would share the line. One that passes is asked again at once.
   */
  test(registry?: string): AsyncIterable<MirrorTest>
}
