import { toMirrorBase, toRegistryBase } from '../registry/base-url.ts'
import type { Deadlines } from '../registry/exchange.ts'

/** One place that can give the images of a registry. */
export interface Endpoint {
  /** As it is shown, and what its health is kept by. */
  url: string
  base: string
  /** The registry itself, or somebody's mirror of it. */
  isMirror: boolean
}

export function toMirrorEndpoint(url: string): Endpoint {
  return { url, base: toMirrorBase(url), isMirror: true }
}

export function toRegistryEndpoint(registry: string): Endpoint {
  const base = toRegistryBase(registry)
  return { url: base.replace(/\/v2$/, ''), base, isMirror: false }
}

/** While there is another place to go to. */
export const impatient: Deadlines = { connectMs: 1000, firstByteMs: 1000, stallMs: 5000 }
/** For the last one there is: a slow answer is better than none. */
export const patient: Deadlines = { connectMs: 10_000, firstByteMs: 30_000, stallMs: 30_000 }
