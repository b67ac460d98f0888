import { setTimeout as delay } from 'node:timers/promises'

const longestPauseMs = 5000

/**
 * Runs `work` when asked: one at a time, one for all that ask while one is under way, and the next not before as long
 * as the last one took, so that an engine that is slow or busy is asked half of the time at most. The first of a burst
 * is asked for at once; what follows gathers for a little, as nobody reads quicker than that.
 */
export function createRefresher(
  work: () => void | Promise<void>,
  leastPauseMs = 40,
): { ask(): void } {
  let [asked, busy] = [false, false]
  const run = async () => {
    while (asked) {
      asked = false
      const begun = performance.now()
      await work()
      const pauseMs = Math.min(longestPauseMs, Math.max(leastPauseMs, performance.now() - begun))
      await delay(pauseMs, undefined, { ref: false })
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
