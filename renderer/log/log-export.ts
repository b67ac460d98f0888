import type { LogSearch } from './log-search.ts'
import type { LogStore } from './log-store.ts'
import { type TimeStyle, formatLogTime } from './log-time.ts'

/** The text of a log as it is shown, in pieces of a block each. */
export function* toTextPieces(
  store: LogStore,
  times: TimeStyle,
  only?: LogSearch,
  now = Date.now(),
): Generator<string> {
  for (const block of store.blocks) {
    if (!only && times === 'off') {
      yield `${block.text}\n`
      continue
    }
    const lines = only ? only.linesOf(block) : Array.from({ length: block.count }, (_, at) => at)
    const text = lines.map((index) => {
      const time = formatLogTime(block.timeOf(index), times, now)
      return `${time === '' ? '' : `${time} `}${block.plainOf(index)}\n`
    })
    yield text.join('')
  }
}
