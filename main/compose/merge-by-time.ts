const mostLines = 1000

interface Timed {
  at?: string
}

interface Head<T> {
  iterator: AsyncIterator<T[]>
  lines: T[]
  index: number
}

/**
 * Several sources that are each in the order of time, as one in batches. Of each source one batch is held, however long
 * it is in all. Lines without a time stay where they are in their own source.
 */
export async function* mergeByTime<T extends Timed>(
  sources: readonly AsyncIterable<T[]>[],
): AsyncGenerator<T[]> {
  const begun = sources.map((source): Head<T> => ({
    iterator: source[Symbol.asyncIterator](),
    lines: [],
    index: 0,
  }))
  let batch: T[] = []
  try {
    const filled = await Promise.all(begun.map(fill))
    let heads = begun.filter((_, at) => filled[at] === true)
    while (heads.length > 0) {
      const oldest = heads.reduce((first, head) => (timeOf(head) < timeOf(first) ? head : first))
      const line = oldest.lines[oldest.index]
      if (line) batch.push(line)
      oldest.index += 1
      if (!(await fill(oldest))) heads = heads.filter((head) => head !== oldest)
      if (batch.length < mostLines) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  } finally {
    for (const { iterator } of begun) void iterator.return?.()
  }
}

/** Whether there is another line. */
async function fill<T>(head: Head<T>): Promise<boolean> {
  while (head.index >= head.lines.length) {
    const next = await head.iterator.next()
    if (next.done === true) return false
    Object.assign(head, { lines: next.value, index: 0 })
  }
  return true
}

/** The engine's times are of one width and zone, so that they sort as text. */
function timeOf<T extends Timed>({ lines, index }: Head<T>): string {
  return lines[index]?.at ?? ''
}
