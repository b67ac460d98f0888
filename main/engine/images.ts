import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import {
  AppError,
  type Image,
  type ImageLayer,
  type ImagesApi,
  type ImageUse,
  stream,
  type TransferProgress,
} from '#api'
import { toWholeArchive } from './archive.ts'
import type { EngineChanges } from './changes.ts'
import type { EngineClient } from './client.ts'
import { readDiskUsage } from './disk-usage.ts'
import { toEngineError } from './errors.ts'
import { type ListedImage, type ListedLayer, toImage, toLayer, toUse } from './image-shape.ts'
import { readJsonLines } from './json-lines.ts'
import { LiveList } from './live-list.ts'
import { parseImage, parsePlatform, parseReference, splitReference } from './names.ts'
import { toPullError } from './pull-error.ts'

/** A line of the engine's progress; see POST /images/create in its API. */
const progressLine = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  stream: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z
    .object({ current: z.number().optional(), total: z.number().optional() })
    .optional(),
})

export class Images implements ImagesApi {
  readonly #client: EngineClient
  readonly #list: LiveList<Image[]>

  constructor(client: EngineClient, changes: EngineChanges) {
    this.#client = client
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

  pull(reference: string, options: { platform?: string } = {}): AsyncIterable<TransferProgress> {
    const image = parseReference(reference)
    const platform = options.platform === undefined ? undefined : parsePlatform(options.platform)
    const { repository: fromImage, tag } = splitReference(image)
    const query = { fromImage, tag, platform }
    return this.#transfer(
      (signal) =>
        this.#client.open({
          ...{ method: 'POST', path: '/images/create', query, signal },
          doing: { image },
        }),
      (error) => toPullError(image, error),
    )
  }

  load(path: string): AsyncIterable<TransferProgress> {
    return this.#transfer(async (signal) => {
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
    return this.#transfer((signal) => {
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
    const { repository: repo, tag } = splitReference(parseReference(reference))
    if (reference.includes('@')) throw new AppError('image-name-invalid', { image: reference })
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

  #transfer(
    begin: (signal: AbortSignal) => Promise<Readable>,
    toError: (error: unknown) => AppError,
  ): AsyncIterable<TransferProgress> {
    return stream<TransferProgress>(async (push, signal) => {
      const abort = new AbortController()
      signal.addEventListener('abort', () => abort.abort())
      try {
        const source = await begin(abort.signal)
        for await (const line of readJsonLines(source)) await push(toProgress(line))
      } catch (error) {
        if (!abort.signal.aborted) throw toError(error)
      } finally {
        abort.abort()
      }
    })
  }

  async #fetch(): Promise<Image[]> {
    return this.#client.json({ path: '/images/json' }, (list: ListedImage[]) => list.map(toImage))
  }
}

/** @throws {AppError} `engine-refused` for a line that tells of a failure */
function toProgress(value: unknown): TransferProgress {
  const { data: line } = progressLine.safeParse(value)
  if (!line) throw new AppError('engine-garbled')
  if (line.error !== undefined) throw new AppError('engine-refused', { message: line.error })
  const detail = line.progressDetail
  return {
    message: (line.status ?? line.stream ?? '').trim(),
    // "Pulling from library/redis" carries the tag as its id: that is no layer.
    ...(line.id !== undefined && /^[0-9a-f]{12}$/.test(line.id) && { layer: line.id }),
    ...(detail?.current !== undefined && { current: detail.current }),
    ...(detail?.total !== undefined && { total: detail.total }),
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
