/** One line of a pull, push or load, by layer where the engine tells it. */
export interface TransferProgress {
  /** Layer id; absent for a message about the whole. */
  layer?: string
  /** In the engine's English words. */
  message: string
  /** Bytes. */
  current?: number
  total?: number
  /** How long it has been unpacked, where the engine tells that instead of bytes. */
  seconds?: number
}

/** The newest that is known of a layer. */
export interface TransferLayer extends Omit<TransferProgress, 'layer'> {
  /** The first twelve digits of its digest. */
  id: string
  /** It was there before. */
  isOld?: true
}

/** What the engine has told of the layers of a transfer. Each keeps its place from when it came up. */
export class TransferLayers {
  readonly #layers = new Map<string, TransferLayer>()
  #message = ''

  add({ layer: id, ...line }: TransferProgress): void {
    if (id === undefined) {
      this.#message = line.message
      return
    }
    const known = this.#layers.get(id)
    // A finished layer comes without numbers: its size stays, or the sum would run backwards.
    const total = line.total ?? known?.total
    // What was there is unpacked yet, when only that was missing.
    const isOld = known?.isOld ?? /already exists|^mounted from/i.test(line.message)
    this.#layers.set(id, {
      ...{ id, ...line },
      ...(total !== undefined && { total }),
      ...(isOld && { isOld }),
    })
  }

  get all(): TransferLayer[] {
    return [...this.#layers.values()]
  }

  /** The last word about the whole. */
  get message(): string {
    return this.#message
  }
}
