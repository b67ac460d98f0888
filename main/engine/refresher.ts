import { setTimeout as delay } from 'node:timers/promises'

/**
 * Runs `work` when asked: one at a time, one for all that ask while one is under way, and the next not before as long
 * as the last one took, so that an engine that is slow or busy is asked half of the time at most.
 */
export function createRefresher(work: () => Promise<void>): { ask(): void } {
  const longestPauseMs = 5000
  let [asked, busy] = [false, false]
  const run = async () => {
    while (asked) {
      asked = false
      const begun = performance.now()
      await work()
      await delay(Math.min(longestPauseMs, performance.now() - begun), undefined, { ref: false })
    }
    busy = false
  }
  return {
    ask() {
      asked = true
      if (busy) return
      busy = true
      void run()
    },
  }
}
