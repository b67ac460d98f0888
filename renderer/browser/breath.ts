import { createFrame } from './frame.ts'

/** Of a frame's sixteen: what is left is for drawing and for whoever types. */
const budgetMs = 8

/**
 * Does pieces of one long work, at most so much in a frame: whoever awaits each piece lets the page draw and listen
 * in between. A piece that comes alone is done at once.
 */
export function createBreath(): (piece: () => void) => Promise<void> {
  let spentMs = 0
  let drawn = Promise.withResolvers<undefined>()
  const frame = createFrame(() => {
    spentMs = 0
    drawn.resolve(undefined)
    drawn = Promise.withResolvers()
  })
  return async (piece) => {
    const began = performance.now()
    piece()
    spentMs += performance.now() - began
    frame.ask()
    if (spentMs >= budgetMs) await drawn.promise
  }
}
