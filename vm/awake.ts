import type { Board } from './board.ts'
import { diskTrouble } from './disk-watch.ts'
import type { Awake } from './ssh/link.ts'
import { untilAborted } from './waiting.ts'

/** QEMU pauses a guest whose disk fails; the board knows for as long as that lasts. */
export function awakeBy(board: Board): Awake {
  const isAwake = () => !diskTrouble(board)
  return {
    get now() {
      return isAwake()
    },
    async wait(signal) {
      if (isAwake()) return
      const { promise, resolve } = Promise.withResolvers<undefined>()
      const stop = board.onChange(() => {
        if (isAwake()) resolve(undefined)
      })
      try {
        await untilAborted(promise, signal)
      } finally {
        stop()
      }
    },
  }
}
