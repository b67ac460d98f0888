import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { untilAborted } from '../waiting.ts'
import { type Beat, parseBeat } from './beat.ts'
import { type News, parseNews } from './news.ts'

/** The talk with the one process in the guest. */
export interface Talk extends AsyncDisposable {
  /**
   * Says the word and waits for the beat. Only one at a time may wait.
   * @throws when the talk has ended, or the signal is aborted
   */
  ask(word: string, signal: AbortSignal): Promise<Beat>
}

/** Reads all that comes at once, asked for or not: who does not read makes the engine wait. */
export function openTalk(pipe: Duplex, onNews: (news: News) => void): Talk {
  let answer = Promise.withResolvers<Beat>()
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => undefined)
  pipe.on('error', () => undefined)
  const lines = createInterface({ input: pipe })
  lines.on('line', (line) => {
    const beat = parseBeat(line)
    if (beat) answer.resolve(beat)
    const news = parseNews(line)
    if (news) onNews(news)
  })
  lines.on('close', () => {
    ended.reject(new Error('it ended'))
  })
  return {
    async ask(word, signal) {
      answer = Promise.withResolvers()
      pipe.write(`${word}\n`)
      return untilAborted(Promise.race([answer.promise, ended.promise]), signal)
    },
    [Symbol.asyncDispose]() {
      pipe.destroy()
      return Promise.resolve()
    },
  }
}
