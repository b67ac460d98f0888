import { z } from 'zod'

const manifest = z.object({
  layers: z.array(z.object({ digest: z.string(), size: z.number().int().nonnegative() })),
})

/** The layers of a few hundred images. */
const most = 5000

/** How the engine calls a layer: the beginning of its digest. */
const toShort = (digest: string) => digest.slice('sha256:'.length).slice(0, 12)

/** What layers weigh, by the manifests that came by: the engine itself tells it only once it has begun with one. */
export class LayerSizes {
  readonly #sizes = new Map<string, number>()

  /** An index, or what is no image, teaches nothing. */
  learn(bytes: Buffer): void {
    const { layers = [] } = manifest.safeParse(JSON.parse(bytes.toString('utf8'))).data ?? {}
    for (const { digest, size } of layers) {
      this.#sizes.delete(toShort(digest))
      this.#sizes.set(toShort(digest), size)
    }
    const old = [...this.#sizes.keys()].slice(0, Math.max(0, this.#sizes.size - most))
    for (const one of old) this.#sizes.delete(one)
  }

  /** Bytes, as they are sent. */
  of(layer: string): number | undefined {
    return this.#sizes.get(layer)
  }
}
