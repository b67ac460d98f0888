/** The part of a keyboard event that says what is meant. */
export interface Stroke {
  key: string
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/** What a key asks of a list. */
export type ListStep =
  | { kind: 'move'; to: Move; extend: boolean }
  | { kind: 'toggle' | 'all' | 'open' | 'remove' | 'menu' | 'clear' | 'expand' | 'collapse' }

export type Move = 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last'

const moves: Record<string, Move> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  k: 'up',
  j: 'down',
  K: 'up',
  J: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'first',
  End: 'last',
}

const others: Record<string, Exclude<ListStep['kind'], 'move' | 'all'>> = {
  ' ': 'toggle',
  Enter: 'open',
  Delete: 'remove',
  ContextMenu: 'menu',
  Escape: 'clear',
  ArrowRight: 'expand',
  ArrowLeft: 'collapse',
}

/** What a stroke means to a list with the focus; undefined when it is not the list's. */
export function toListStep(stroke: Stroke): ListStep | undefined {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = stroke
  if (altKey) return undefined
  if (ctrlKey || metaKey) {
    // A Mac's own key for removal is the one that others call Backspace.
    if (metaKey && key === 'Backspace') return { kind: 'remove' }
    return key === 'a' || key === 'A' ? { kind: 'all' } : undefined
  }
  if (shiftKey && key === 'F10') return { kind: 'menu' }
  const to = moves[key]
  if (to) return { kind: 'move', to, extend: shiftKey }
  const kind = others[key]
  return kind && { kind }
}

/** Where a move leads from row `from` (-1: nowhere yet) among `count` rows, `page` of which are in sight. */
export function moveCursor(move: Move, from: number, count: number, page: number): number {
  const to = { up: from - 1, down: from + 1, pageUp: from - page, pageDown: from + page, first: 0 }
  const wanted = move === 'last' ? count - 1 : to[move]
  return Math.max(0, Math.min(count - 1, wanted))
}

/** The row itself where it still is; else the one that came after it, or before it at the end. */
export function findNeighbour(
  id: string,
  before: readonly string[],
  now: readonly string[],
): string | undefined {
  const at = before.indexOf(id)
  if (at === -1 || now.includes(id)) return id
  const left = new Set(now)
  const isLeft = (other: string) => left.has(other)
  return before.slice(at + 1).find(isLeft) ?? before.slice(0, at).findLast(isLeft)
}
