export interface RegexQuestion {
  source: string
  flags: string
  texts: string[]
}

/** Looks for one expression in texts, elsewhere than in the window's own thread. */
export interface RegexThread {
  /** The lines of each text that match. Undefined when it took too long: there will be no more answers. */
  find(texts: string[]): Promise<number[][] | undefined>
  close(): void
}

/** What a text of a few megabytes never takes, unless the expression tries the same again and again. */
const patienceMs = 2000

/**
 * A regular expression may take longer than the world lasts (`(a+)+b`), and nothing can stop it in the thread that it
 * runs in. So one that somebody typed runs in a thread that is ended when it does not answer.
 */
export function createRegexThread({ source, flags }: RegExp): RegexThread {
  const worker = new Worker(new URL('./regex-worker.ts', import.meta.url), { type: 'module' })
  const closed = new AbortController()
  const { signal } = closed
  signal.addEventListener('abort', () => worker.terminate())
  return {
    find(texts) {
      if (signal.aborted) return Promise.resolve(undefined)
      const { promise, resolve } = Promise.withResolvers<number[][] | undefined>()
      const timer = setTimeout(() => closed.abort(), patienceMs)
      const settle = (answer?: number[][]) => {
        clearTimeout(timer)
        resolve(answer)
      }
      worker.addEventListener('message', ({ data }: MessageEvent<number[][]>) => settle(data), {
        once: true,
        signal,
      })
      worker.addEventListener('error', () => closed.abort(), { once: true, signal })
      signal.addEventListener('abort', () => settle(), { once: true })
      const question: RegexQuestion = { source, flags, texts }
      worker.postMessage(question)
      return promise
    },
    close: () => closed.abort(),
  }
}
