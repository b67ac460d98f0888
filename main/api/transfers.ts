import type { ListNews } from './list-news.ts'
import type { Run } from './runs.ts'
import type { TransferLayer } from './transfer-layers.ts'

/** A place that gave something of an image that is pulled. */
export interface TransferSource {
  url: string
  /** How it is called, when it is one of the mirrors that Berth knows. */
  name?: string
  bytes: number
}

/** A pull or a push, under way or over. */
export interface ImageTransfer extends Run {
  kind: 'pull' | 'push'
  /** The image by its whole name, with its tag or digest. */
  image: string
  /** Of a pull for another platform than the machine's own. */
  platform?: string
  /** In the order in which the engine told of them. */
  layers: TransferLayer[]
  /** The engine's last words about the whole. */
  message: string
  /** Who gave what of a pull, the most first; what is still coming is not counted yet. */
  from: TransferSource[]
}

/**
 * Pulls and pushes. Each goes on whoever watches, until it has ended, is cancelled or the app ends; there is one of an
 * image at a time. The engine keeps what had come of a pull that was cancelled, half a layer too: a pull begun again
 * goes on there.
 */
export interface TransfersApi {
  /** All that are under way and the last ones that ended, in the order in which they began; then those that change. */
  watch(): AsyncIterable<ListNews<ImageTransfer>>
  /**
   * Begins a pull and answers with its id; with that of the pull that is under way, if there is one; one that is ending is
   * waited for. `platform` such as `linux/arm64`; default the machine's own.
   * @throws {AppError} `image-name-invalid`, `input-invalid`
   */
  pull(reference: string, options?: { platform?: string }): Promise<string>
  /**
   * The same for a push of one tag to the registry that its name says.
   * @throws {AppError} `image-name-invalid`
   */
  push(reference: string): Promise<string>
  /** It is `ending` until the engine has let go. One that has ended already is left alone. */
  cancel(transfer: string): Promise<void>
  /** Forgets one that has ended, for every window. */
  dismiss(transfer: string): Promise<void>
}
