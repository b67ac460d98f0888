import { toMirrorBase, toRegistryBase } from '../registry/base-url.ts'
import type { Deadlines } from '../registry/exchange.ts'

/** One place that can give the images of a registry. */
export interface Endpoint {
  /** Whose images it is asked for. */
  registry: string
  /** As it is shown. */
  url: string
  base: string
  /** The registry itself, or somebody's mirror of it. */
  isMirror: boolean
}

/** What is known of an endpoint is kept by this: one address may be a mirror of several registries. */
export function endpointKey({ registry, url }: Pick<Endpoint, 'registry' | 'url'>): string {
  return `${registry} ${url}`
}

export function toMirrorEndpoint({ registry, url }: Pick<Endpoint, 'registry' | 'url'>): Endpoint {
  return { registry, url, base: toMirrorBase(url), isMirror: true }
}

export function toRegistryEndpoint(registry: string): Endpoint {
  const base = toRegistryBase(registry)
  return { registry, url: base.replace(/\/v2$/, ''), base, isMirror: false }
}

/** While there is another place to go to. */
export const impatient: Deadlines = { connectMs: 1000, firstByteMs: 1000, stallMs: 5000 }
/** For the last one there is: a slow answer is better than none. */
export const patient: Deadlines = { connectMs: 10_000, firstByteMs: 30_000, stallMs: 30_000 }
