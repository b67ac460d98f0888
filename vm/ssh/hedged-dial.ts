import { pause } from '../waiting.ts'

interface HedgeOptions {
  /** A dial from whose other end nothing was heard gets company after this long, and so on for as long as none was. */
  everyMs: number
  /** One that was answered goes on alone for this long. */
  aloneMs: number
  /**
   * As many are under way at once: each is a handshake more for a guest that is only slow. The two that were begun first
   * may take as long as they need; of the others the oldest makes room.
   */
  most: number
  /** Asked before each that is to keep another company; default always. */
  mayBegin?: (() => boolean) | undefined
  signal: AbortSignal
}

const patient = 2

/** @param onAnswer called as soon as the other end says anything at all */
export type Dial<T> = (signal: AbortSignal, onAnswer: () => void) => Promise<T>

/**
 * Dials, and dials again beside it while nothing comes of that: a dial that was begun while nothing got through waits for
 * its whole deadline, long after all is well again. The first that is answered goes on alone for a while: a guest that is
 * slow would be slower still with several handshakes at a time.
 * @throws what the last one threw, when none is under way any more
 */
export async function hedgedDial<T extends AsyncDisposable>(
  dial: Dial<T>,
  { everyMs, aloneMs, most, mayBegin = () => true, signal }: HedgeOptions,
): Promise<T> {
  const found = Promise.withResolvers<T>()
  const underWay = new Map<AbortController, Promise<void>>()
  const over = new AbortController()
  const answered = new Set<AbortController>()
  let answeredAt = -Infinity
  const prefer = (one: AbortController) => {
    answered.add(one)
    answeredAt = performance.now()
    for (const other of underWay.keys()) {
      if (!answered.has(other)) other.abort(new Error('another one was answered'))
    }
  }
  let won = false
  const take = async (made: T) => {
    // Two may come through in the same moment.
    if (won) await made[Symbol.asyncDispose]()
    won = true
    found.resolve(made)
  }
  const begin = () => {
    if (underWay.size >= most) makeRoom(underWay.keys())
    const own = new AbortController()
    const until = AbortSignal.any([signal, over.signal, own.signal])
    const dialling = dial(until, () => {
      if (!until.aborted) prefer(own)
    })
    const done = dialling.then(take, (error: unknown) => {
      underWay.delete(own)
      // Those that are still to be begun are no more likely to fare better.
      if (underWay.size === 0) found.reject(error)
    })
    underWay.set(own, done)
  }
  begin()
  const company = async () => {
    for (;;) {
      await pause(everyMs, AbortSignal.any([signal, over.signal]))
      if (performance.now() - answeredAt > aloneMs && mayBegin()) begin()
    }
  }
  company().catch(() => undefined)
  try {
    return await found.promise
  } finally {
    over.abort(new Error('over'))
    await Promise.all(underWay.values())
  }
}

function makeRoom(underWay: Iterable<AbortController>): void {
  const [oldest] = [...underWay].slice(patient)
  oldest?.abort(new Error('a newer one takes its place'))
}
