import {
  type ErrorShape,
  type ImageTransfer,
  type ListNews,
  type TransferLayer,
  TransferLayers,
  type TransferProgress,
  type TransfersApi,
  type TransferSource,
} from '#api'
import {
  parsePlatform,
  parseReference,
  parseTag,
  placeOf,
  splitReference,
} from '../engine/names.ts'
import type { PullsKnown } from '../mirrors/pulls-known.ts'
import { Runs, type Work } from '../runs.ts'

export interface TransfersParts {
  /** What is cancelled by `signal` tells on, without an error, until the engine has let go. */
  images: {
    pull(
      reference: string,
      options: { platform?: string; signal: AbortSignal },
    ): AsyncIterable<TransferProgress>
    push(reference: string, options: { signal: AbortSignal }): AsyncIterable<TransferProgress>
  }
  /** What is known of what goes by way of us, beside what the engine tells. */
  pulls: PullsKnown
  toShape: (error: unknown) => ErrorShape
}

/** Transfers whose end is remembered. */
const mostEnded = 30

/** Pulls and pushes. They belong to the app: windows come and go, and each finds them as they are. */
export class Transfers implements TransfersApi, AsyncDisposable {
  readonly #parts: TransfersParts
  readonly #runs: Runs<ImageTransfer>

  constructor(parts: TransfersParts) {
    this.#parts = parts
    this.#runs = new Runs({ toShape: parts.toShape, mostEnded })
  }

  watch(): AsyncIterable<ListNews<ImageTransfer>> {
    return this.#runs.watch()
  }

  pull(reference: string, options: { platform?: string } = {}): Promise<string> {
    return soon(() => {
      const image = parseReference(reference)
      const asked =
        options.platform === undefined ? {} : { platform: parsePlatform(options.platform) }
      const { images, pulls } = this.#parts
      const since = Date.now()
      const place = placeOf(image)
      const open: Open = (signal) => images.pull(image, { ...asked, signal })
      return this.#begin({ kind: 'pull', image, ...asked }, open, {
        sizeOf: (layer) => pulls.sizeOf(layer),
        givers: () => pulls.givers(place, since),
      })
    })
  }

  push(reference: string): Promise<string> {
    return soon(() => {
      const image = parseTag(reference)
      const open: Open = (signal) => this.#parts.images.push(image, { signal })
      return this.#begin({ kind: 'push', image }, open, {
        sizeOf: () => undefined,
        givers: () => [],
      })
    })
  }

  cancel(id: string): Promise<void> {
    return soon(() => this.#runs.cancel(id))
  }

  dismiss(id: string): Promise<void> {
    return soon(() => this.#runs.dismiss(id))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#runs[Symbol.asyncDispose]()
  }

  #begin(
    what: Pick<ImageTransfer, 'kind' | 'image' | 'platform'>,
    open: Open,
    known: Known,
  ): string {
    // However it is named: `redis` is `docker.io/library/redis`.
    const { registry, repository } = placeOf(what.image)
    const { tag } = splitReference(what.image)
    const key = [what.kind, registry, repository, tag, what.platform].join(' ')
    const same = this.#runs.underWay(key)
    const first = { ...what, layers: [], message: '', from: [] }
    return (
      same?.id ?? this.#runs.begin(key, first, (tell, signal) => follow(open(signal), tell, known))
    )
  }
}

type Open = (signal: AbortSignal) => AsyncIterable<TransferProgress>

/** What our side of a transfer knows of it. */
interface Known {
  sizeOf(layer: string): number | undefined
  givers(): TransferSource[]
}

/** Tells what the engine tells, until its end. */
async function follow(
  lines: AsyncIterable<TransferProgress>,
  tell: Parameters<Work<ImageTransfer>>[0],
  known: Known,
): Promise<void> {
  const told = new TransferLayers()
  const look = () => ({
    layers: told.all.map((layer) => withSize(layer, known.sizeOf(layer.id))),
    message: told.message,
    from: known.givers(),
  })
  try {
    for await (const line of lines) {
      told.add(line)
      tell(look)
    }
  } finally {
    // The last blob may have come to its end after the engine's last word of it.
    tell(look)
  }
}

function withSize(layer: TransferLayer, size: number | undefined): TransferLayer {
  return layer.total === undefined && size !== undefined ? { ...layer, total: size } : layer
}

/** What is thrown at once is a call's rejection all the same. */
function soon<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()))
}
