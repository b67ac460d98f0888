import type { Manifest } from './manifest.ts'

const most = 64
const largestBytes = 256 * 1024

/**
 * Manifests that were read lately, by digest. The engine asks for the tag and then for the digest that it was told, which
 * so costs a registry one question. A tag is never answered from here: it may mean another image by now.
 */
export class ManifestCache {
  readonly #kept = new Map<string, Manifest>()

  get(key: string): Manifest | undefined {
    return this.#kept.get(key)
  }

  set(key: string, manifest: Manifest): void {
    if (manifest.bytes.length > largestBytes) return
    this.#kept.delete(key)
    this.#kept.set(key, manifest)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > most && oldest !== undefined) this.#kept.delete(oldest)
  }
}
