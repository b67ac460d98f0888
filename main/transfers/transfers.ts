import {
  type ErrorShape,
  type ImageTransfer,
  type ListNews,
  toImagePlace,
  toLocalName,
  type TransferLayer,
  TransferLayers,
  type TransferProgress,
  type TransfersApi,
  type TransferSource,
} from '#api'
import { parsePlatform, parseReference, parseTag } from '../engine/names.ts'
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

  async pull(reference: string, options: { platform?: string } = {}): Promise<string> {
    const image = parseReference(reference)
    const asked =
      options.platform === undefined ? {} : { platform: parsePlatform(options.platform) }
    const { images, pulls } = this.#parts
    const place = toImagePlace(image)
    let since = 0
    const open: Open = (signal) => {
      since = Date.now()
      return images.pull(image, { ...asked, signal })
    }
    return this.#begin({ kind: 'pull', image, ...asked }, open, {
      sizeOf: (layer) => pulls.sizeOf(layer),
      givers: () => pulls.givers(place, since),
    })
  }

  async push(reference: string): Promise<string> {
    const image = parseTag(reference)
    const open: Open = (signal) => this.#parts.images.push(image, { signal })
    return this.#begin({ kind: 'push', image }, open, {
      sizeOf: () => undefined,
      givers: () => [],
    })
  }

  cancel(id: string): Promise<void> {
    this.#runs.cancel(id)
    return Promise.resolve()
  }

  dismiss(id: string): Promise<void> {
    this.#runs.dismiss(id)
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#runs[Symbol.asyncDispose]()
  }

  /** One that is ending has to end first: nobody who asks anew means that one. */
  async #begin(
    what: Pick<ImageTransfer, 'kind' | 'image' | 'platform'>,
    open: Open,
    known: Known,
  ): Promise<string> {
    // However it is named: `redis` is `docker.io/library/redis`.
    const key = [what.kind, toLocalName(what.image), what.platform].join(' ')
    const first = { ...what, layers: [], message: '', from: [] }
    if (this.#runs.underWay(key)?.phase === 'ending') await this.#runs.whenOver(key)
    return (
      this.#runs.underWay(key)?.id ??
      this.#runs.begin(key, first, (tell, signal) => follow(open(signal), tell, known))
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
