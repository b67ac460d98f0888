import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import {
  AppError,
  type Image,
  type ImageLayer,
  type ImagesApi,
  type ImageUse,
  toImagePlace,
  type TransferProgress,
} from '#api'
import { toWholeArchive } from './archive.ts'
import type { EngineChanges } from './changes.ts'
import type { EngineClient } from './client.ts'
import { readDiskUsage } from './disk-usage.ts'
import { toEngineError } from './errors.ts'
import { type ListedImage, type ListedLayer, toImage, toLayer, toUse } from './image-shape.ts'
import { LiveList } from './live-list.ts'
import { parseImage, parsePlatform, parseReference, parseTag, splitReference } from './names.ts'
import { toPullError } from './pull-error.ts'
import { toPushError } from './push-error.ts'
import { readTransfer } from './transfer.ts'

/**
 * What the engine is to show a registry, for each way: the value of `X-Registry-Auth`; undefined for nothing. A pull that
 * comes by way of us needs none.
 */
export type RegistryAuth = Record<
  'pull' | 'push',
  (registry: string) => Promise<string | undefined>
>

const nobody = () => Promise.resolve(undefined)

export class Images implements ImagesApi {
  readonly #client: EngineClient
  readonly #registryAuth: RegistryAuth
  readonly #list: LiveList<Image[]>

  constructor(
    client: EngineClient,
    changes: EngineChanges,
    registryAuth: RegistryAuth = { pull: nobody, push: nobody },
  ) {
    this.#client = client
    this.#registryAuth = registryAuth
    this.#list = new LiveList({
      changes,
      kind: 'image',
      // A save and a push leave everything as it was.
      matters: ({ action }) => action !== 'save' && action !== 'push',
      fetch: () => this.#fetch(),
    })
  }

  watch(): AsyncIterable<Image[]> {
    return this.#list.watch()
  }

  /**
   * What the engine tells of a pull. `signal` cancels it: what is told then ends, without an error, once the engine has
   * let go. A reader that leaves cancels it, too, and waits for nothing. `platform` such as `linux/arm64`.
   */
  pull(
    reference: string,
    options: { platform?: string; signal?: AbortSignal } = {},
  ): AsyncIterable<TransferProgress> {
    const image = parseReference(reference)
    const platform = options.platform === undefined ? undefined : parsePlatform(options.platform)
    const { repository: fromImage, tag } = splitReference(image)
    const query = { fromImage, tag, platform }
    return readTransfer(
      async (signal) =>
        this.#client.open({
          ...({ method: 'POST', path: '/images/create', query, signal } as const),
          cancel: options.signal,
          registryAuth: await this.#registryAuth.pull(toImagePlace(image).registry),
          doing: { image },
        }),
      (error) => toPullError(image, error),
      options.signal,
    )
  }

  /** The same of a push of one tag. */
  push(reference: string, options: { signal?: AbortSignal } = {}): AsyncIterable<TransferProgress> {
    const image = parseTag(reference)
    const { repository, tag } = splitReference(image)
    const path = `/images/${repository}/push`
    let isKnown = false
    return readTransfer(
      async (signal) => {
        const registryAuth = await this.#registryAuth.push(toImagePlace(image).registry)
        isKnown = registryAuth !== undefined
        return this.#client.open({
          ...({ method: 'POST', path, query: { tag }, registryAuth, signal } as const),
          cancel: options.signal,
          doing: { image },
        })
      },
      (error) => toPushError(image, error, { isKnown }),
      options.signal,
    )
  }

  load(path: string): AsyncIterable<TransferProgress> {
    return readTransfer(async (signal) => {
      // Opened before the engine is asked, so that a file that cannot be read is told as that.
      const file = await open(path).catch(() => undefined)
      const isFile = (await file?.stat())?.isFile()
      if (!file || !isFile) {
        await file?.close()
        throw new AppError('image-file-invalid', { path })
      }
      const source = file.createReadStream()
      signal.addEventListener('abort', () => source.destroy())
      return this.#load(source, signal)
    }, loadError)
  }

  /** The same from bytes that come by another way, such as a browser's upload. */
  loadFrom(source: Readable): AsyncIterable<TransferProgress> {
    return readTransfer((signal) => {
      signal.addEventListener('abort', () => source.destroy())
      return this.#load(source, signal)
    }, loadError)
  }

  /** An archive as `docker save` makes it, for whole images by name or id. Aborting ends the engine's work. */
  async save(references: readonly string[], signal: AbortSignal): Promise<Readable> {
    const names = references.map(parseImage)
    if (names.length === 0) throw new AppError('input-invalid', { what: 'images' })
    const doing = { image: names.join(', ') }
    return toWholeArchive(
      await this.#client.open({ path: '/images/get', query: { names }, signal, doing }),
    )
  }

  async tag(id: string, reference: string): Promise<void> {
    const { repository: repo, tag } = splitReference(parseTag(reference))
    await this.#client.text({
      method: 'POST',
      path: `/images/${parseImage(id)}/tag`,
      query: { repo, tag },
      doing: { image: reference },
    })
  }

  async remove(id: string, options: { force?: boolean } = {}): Promise<void> {
    const image = parseImage(id)
    await this.#client.text({
      method: 'DELETE',
      path: `/images/${image}`,
      query: { force: options.force === true },
      doing: { image },
    })
  }

  async history(id: string): Promise<ImageLayer[]> {
    const image = parseImage(id)
    return this.#client.json(
      { path: `/images/${image}/history`, doing: { image } },
      (list: ListedLayer[]) => list.map(toLayer),
    )
  }

  async usage(): Promise<ImageUse[]> {
    return readDiskUsage(
      this.#client,
      { type: 'image' },
      (answer: { Images: ListedImage[] | null }) => (answer.Images ?? []).map(toUse),
    )
  }

  async inspect(id: string): Promise<string> {
    const image = parseImage(id)
    return this.#client.text({ path: `/images/${image}/json`, doing: { image } })
  }

  #load(upload: Readable, signal: AbortSignal): Promise<Readable> {
    return this.#client.open({ method: 'POST', path: '/images/load', upload, signal })
  }

  async #fetch(): Promise<Image[]> {
    return this.#client.json({ path: '/images/json' }, (list: ListedImage[]) => list.map(toImage))
  }
}

/** The engine has many words for a file that is no archive, and few for a disk that has no room for one. */
function loadError(error: unknown): AppError {
  const known = toEngineError(error)
  if (known.code !== 'engine-refused') return known
  const message = String(known.params['message'])
  return /no space left|disk quota|read-only file system/.test(message)
    ? known
    : new AppError('image-file-invalid', {}, { cause: error })
}
