/** What a piece of work over many things has come to. */
export interface BulkProgress {
  total: number
  /** Settled well. */
  done: number
  failed: { id: string; error: unknown }[]
  /** Not begun, because the rest was called off. */
  left: number
}

export interface BulkOptions {
  /** How many are under way at once. */
  width?: number
  /** Calls off what has not begun; what is under way is let finish. */
  signal?: AbortSignal
  onProgress?: (progress: BulkProgress) => void
}

/** Does `work` for each id, a few at a time; one failure does not keep the others from being done. */
export async function runBulk(
  ids: readonly string[],
  work: (id: string) => Promise<unknown>,
  { width = 4, signal, onProgress }: BulkOptions = {},
): Promise<BulkProgress> {
  let progress: BulkProgress = { total: ids.length, done: 0, failed: [], left: ids.length }
  const tell = (change: Partial<BulkProgress>) => {
    progress = { ...progress, ...change }
    onProgress?.(progress)
  }
  const queue = ids.values()
  const take = async () => {
    for (const id of queue) {
      if (signal?.aborted === true) return
      tell({ left: progress.left - 1 })
      try {
        await work(id)
        tell({ done: progress.done + 1 })
      } catch (error) {
        tell({ failed: [...progress.failed, { id, error }] })
      }
    }
  }
  onProgress?.(progress)
  await Promise.all(Array.from({ length: Math.min(width, ids.length) }, take))
  return progress
}
