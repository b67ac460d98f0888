import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { z } from 'zod'
import { AppError, type Image, type ImagesApi, stream, type TransferProgress } from '#api'
import type { EngineChanges } from './changes.ts'
import type { EngineClient } from './client.ts'
import { toEngineError } from './errors.ts'
import { readJsonLines } from './json-lines.ts'
import { LiveList } from './live-list.ts'

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
    this.#list = new LiveList(changes, ['image'], () => this.#fetch())
  }

  watch(): AsyncIterable<Image[]> {
    return this.#list.watch()
  }

  pull(reference: string): AsyncIterable<TransferProgress> {
    const image = parseReference(reference)
    return this.#transfer(
      (signal) => this.#client.docker.pull(image, { abortSignal: signal }),
      (error) => pullError(image, error),
    )
  }

  load(path: string): AsyncIterable<TransferProgress> {
    return this.#transfer(async (signal) => {
      // Opened before the engine is asked, so that a file that cannot be read is told as that.
      const file = await open(path).catch(() => undefined)
      const isFile = (await file?.stat())?.isFile()
      if (!file || !isFile) throw new AppError('image-file-invalid', { path })
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

  async remove(id: string, options: { force?: boolean } = {}): Promise<void> {
    const image = parseReference(id)
    const query = { force: options.force === true }
    await this.#client.ask((docker) => docker.getImage(image).remove(query), { image })
  }

  #load(source: Readable, signal: AbortSignal): Promise<NodeJS.ReadableStream> {
    return this.#client.docker.loadImage(source, { abortSignal: signal })
  }

  #transfer(
    begin: (signal: AbortSignal) => Promise<NodeJS.ReadableStream>,
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
    const list = await this.#client.ask((docker) => docker.listImages())
    return list.map(toImage)
  }
}

function toImage(info: Docker.ImageInfo): Image {
  const tags = (info.RepoTags as string[] | null) ?? []
  return {
    id: info.Id,
    tags: tags.filter((tag) => tag !== '<none>:<none>'),
    size: info.Size,
    createdAt: info.Created * 1000,
  }
}

function toProgress(value: unknown): TransferProgress {
  const line = progressLine.parse(value)
  if (line.error !== undefined) throw new Error(line.error)
  const detail = line.progressDetail
  return {
    message: (line.status ?? line.stream ?? '').trim(),
    ...(line.id !== undefined && { layer: line.id }),
    ...(detail?.current !== undefined && { current: detail.current }),
    ...(detail?.total !== undefined && { total: detail.total }),
  }
}

/** A name without a tag means `latest`, as on the command line; without it the engine would pull every tag. */
function parseReference(reference: unknown): string {
  if (typeof reference !== 'string' || !/^[\w][\w.:/@+-]*$/.test(reference)) {
    throw new AppError('image-name-invalid', { image: String(reference) })
  }
  const named = /[@:]/.test(reference.slice(reference.lastIndexOf('/') + 1))
  return named ? reference : `${reference}:latest`
}

function pullError(image: string, error: unknown): AppError {
  const known = toEngineError(error, { image })
  if (known.code !== 'engine-unreachable' || isLost(error)) {
    return known.code === 'engine-refused'
      ? new AppError(
          'pull-failed',
          { image, message: String(known.params['message']) },
          { cause: error },
        )
      : known
  }
  const message = error instanceof Error ? error.message : String(error)
  return /not found|manifest unknown|does not exist/.test(message)
    ? new AppError('image-not-found', { image }, { cause: error })
    : new AppError('pull-failed', { image, message }, { cause: error })
}

/** The engine has many words for a file that is no archive, and few for a disk that has no room for one. */
function loadError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (isLost(error)) return toEngineError(error)
  const message = error instanceof Error ? error.message : String(error)
  return /no space left|disk quota|read-only file system/.test(message)
    ? new AppError('engine-refused', { message }, { cause: error })
    : new AppError('image-file-invalid', {}, { cause: error })
}

/** Whether the connection failed, as against an error told on the progress stream. */
function isLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
