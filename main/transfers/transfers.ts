import {
  type ErrorShape,
  type ImageTransfer,
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
  images: {
    pull(reference: string, options: { platform?: string }): AsyncIterable<TransferProgress>
    push(reference: string): AsyncIterable<TransferProgress>
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

  watch(): AsyncIterable<ImageTransfer[]> {
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
      return this.#begin({ kind: 'pull', image, ...asked }, () => images.pull(image, asked), {
        sizeOf: (layer) => pulls.sizeOf(layer),
        givers: () => pulls.givers(place, since),
      })
    })
  }

  push(reference: string): Promise<string> {
    return soon(() => {
      const image = parseTag(reference)
      return this.#begin({ kind: 'push', image }, () => this.#parts.images.push(image), {
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
    open: () => AsyncIterable<TransferProgress>,
    known: Known,
  ): string {
    // However it is named: `redis` is `docker.io/library/redis`.
    const { registry, repository } = placeOf(what.image)
    const { tag } = splitReference(what.image)
    const key = [what.kind, registry, repository, tag, what.platform].join(' ')
    const same = this.#runs.underWay(key)
    const first = { ...what, layers: [], message: '', from: [] }
    return (
      same?.id ??
      this.#runs.begin(key, first, (tell, signal) => follow(open(), { tell, signal, known }))
    )
  }
}

/** What our side of a transfer knows of it. */
interface Known {
  sizeOf(layer: string): number | undefined
  givers(): TransferSource[]
}

interface Following {
  tell: Parameters<Work<ImageTransfer>>[0]
  signal: AbortSignal
  known: Known
}

/** Tells what the engine tells, until its end; leaves it at `signal`, which ends its work. */
async function follow(
  lines: AsyncIterable<TransferProgress>,
  { tell, signal, known }: Following,
): Promise<void> {
  const told = new TransferLayers()
  const reading = lines[Symbol.asyncIterator]()
  const leave = () => void reading.return?.()
  signal.addEventListener('abort', leave)
  if (signal.aborted) leave()
  const look = () => ({
    layers: told.all.map((layer) => withSize(layer, known.sizeOf(layer.id))),
    message: told.message,
    from: known.givers(),
  })
  try {
    for (let line = await reading.next(); line.done !== true; line = await reading.next()) {
      told.add(line.value)
      tell(look)
    }
  } finally {
    signal.removeEventListener('abort', leave)
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
