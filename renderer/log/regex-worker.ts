import { findHitLines } from './hit-lines.ts'
import { findRanges } from './log-query.ts'
import { toDrawn } from './log-text.ts'
import type { RegexQuestion } from './regex-thread.ts'

/** A thread of its own for expressions that somebody typed: one that never ends is ended with it. */
addEventListener('message', ({ data }: MessageEvent<RegexQuestion>) => {
  const expression = new RegExp(data.source, data.flags)
  postMessage(data.texts.map((text) => findIn(text, expression)))
})

function findIn(text: string, expression: RegExp): number[] {
  const hits = findHitLines(text, expression)
  const lines = text.split('\n')
  // The window looks for these again when it draws a line: what would hang it there hangs here first.
  for (const hit of hits) findRanges(toDrawn(lines[hit] ?? ''), expression)
  return hits
}
