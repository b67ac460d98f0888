import type { ProcessTable } from '#api'

export interface ProcessRow {
  id: string
  cells: string[]
}

export interface ProcessOrder {
  /** A title of the table. */
  column: string
  descending: boolean
}

/** The rows that hold `filter`, in order: numbers by value, all else by letters. */
export function toProcessRows(
  { titles, rows }: ProcessTable,
  order: ProcessOrder,
  filter: string,
): ProcessRow[] {
  const wanted = filter.toLowerCase()
  const pid = titles.indexOf('PID')
  const at = titles.indexOf(order.column)
  const sign = order.descending ? -1 : 1
  return rows
    .filter((cells) => cells.some((cell) => cell.toLowerCase().includes(wanted)))
    .map((cells, index) => ({ id: `${cells[pid] ?? ''} ${pid < 0 ? index : ''}`, cells }))
    .sort((a, b) => sign * compare(a.cells[at] ?? '', b.cells[at] ?? ''))
}

function compare(a: string, b: string): number {
  const [left, right] = [toValue(a), toValue(b)]
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right
  return a < b ? -1 : a > b ? 1 : 0
}

/** A number, or a time as `ps` writes it ("1-02:03:04") in seconds; NaN for words. */
function toValue(text: string): number {
  const time = /^(?:(\d+)-)?(\d+):(\d\d)(?::(\d\d))?$/.exec(text)
  if (!time) return text === '' ? Number.NaN : Number(text)
  const [, days = '0', first = '0', second = '0', third] = time
  const seconds =
    third === undefined
      ? Number(first) * 60 + Number(second)
      : Number(first) * 3600 + Number(second) * 60 + Number(third)
  return Number(days) * 86_400 + seconds
}

/** How wide a column of `ps` stands, as classes; the command gets the room that is left, and in a small window more. */
const columns: Readonly<Record<string, string>> = {
  UID: 'w-28',
  USER: 'w-28',
  PID: 'w-16',
  PPID: 'w-16',
  C: 'w-12 max-lg:hidden',
  STIME: 'w-18',
  START: 'w-18',
  TTY: 'w-16 max-lg:hidden',
  TIME: 'w-22',
}

/** The classes of the head and the cells below it. */
export function toColumnClass(titles: readonly string[], index: number): string {
  return index === titles.length - 1 ? '' : (columns[titles[index] ?? ''] ?? 'w-20')
}
