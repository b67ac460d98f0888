import type { ReclaimChoice, ReclaimItem, ReclaimKind } from '#api'

/** What is ticked: all of a kind, or some of its things by their ids. */
export type Ticks = ReadonlyMap<ReclaimKind, 'all' | ReadonlySet<string>>

/** These are taken whole or not at all. */
const whole: readonly ReclaimKind[] = ['build-cache', 'trim', 'caches', 'logs']
/** Less memory than this is not worth anybody's while. */
const worthBytes = 64 * 1024 ** 2

/** Whether its things can be ticked one by one. */
export function isDivisible({ kind, things }: ReclaimItem): boolean {
  return !whole.includes(kind) && things.length > 1
}

/** What there is to show, what is safe before what is not; nothing when it is not worth the while. */
export function toShown(items: readonly ReclaimItem[]): {
  safe: ReclaimItem[]
  careful: ReclaimItem[]
} {
  const disk = items.filter(({ frees }) => frees === 'disk')
  const isWorth =
    disk.some(({ bytes, count }) => bytes > 0 || count > 0) ||
    items.some(({ bytes }) => bytes >= worthBytes)
  // What is removed comes back to the computer by this alone, so it is there with anything else.
  const shown = items.filter(
    ({ kind, bytes, count }) => isWorth && (bytes > 0 || count > 0 || kind === 'trim'),
  )
  return {
    safe: shown.filter(({ ticked }) => ticked),
    careful: shown.filter(({ ticked }) => !ticked),
  }
}

export function startTicks(items: readonly ReclaimItem[]): Ticks {
  return new Map(items.filter(({ ticked }) => ticked).map(({ kind }) => [kind, 'all']))
}

export function markOf({ kind }: ReclaimItem, ticks: Ticks): 'none' | 'some' | 'all' {
  const ticked = ticks.get(kind)
  if (ticked === undefined) return 'none'
  return ticked === 'all' ? 'all' : 'some'
}

export function isTicked({ kind }: ReclaimItem, id: string, ticks: Ticks): boolean {
  const ticked = ticks.get(kind)
  return ticked === 'all' || ticked?.has(id) === true
}

/** All of it, or nothing when all was ticked. */
export function toggleItem({ kind }: ReclaimItem, ticks: Ticks): Ticks {
  const next = new Map(ticks)
  if (next.get(kind) === 'all') next.delete(kind)
  else next.set(kind, 'all')
  return next
}

export function toggleThing(item: ReclaimItem, id: string, ticks: Ticks): Ticks {
  const { kind, things, count } = item
  const shown = things.map((thing) => thing.id)
  const now = new Set(shown.filter((one) => isTicked(item, one, ticks)))
  if (!now.delete(id)) now.add(id)
  const next = new Map(ticks)
  if (now.size === 0) next.delete(kind)
  else next.set(kind, now.size === count ? 'all' : now)
  return next
}

export function tickedBytes({ kind, bytes, things }: ReclaimItem, ticks: Ticks): number {
  const ticked = ticks.get(kind)
  if (ticked === undefined) return 0
  if (ticked === 'all') return bytes
  return things.reduce((total, { id, bytes: one }) => total + (ticked.has(id) ? one : 0), 0)
}

export function tickedCount({ kind, count }: ReclaimItem, ticks: Ticks): number {
  const ticked = ticks.get(kind)
  if (ticked === undefined) return 0
  return ticked === 'all' ? count : ticked.size
}

/** What would come back, on the disk and in memory. */
export function sumTicked(items: readonly ReclaimItem[], ticks: Ticks) {
  const sum = (frees: ReclaimItem['frees']) =>
    items
      .filter((item) => item.frees === frees)
      .reduce((total, item) => total + tickedBytes(item, ticks), 0)
  return { disk: sum('disk'), memory: sum('memory') }
}

export function toChoices(ticks: Ticks): ReclaimChoice[] {
  return [...ticks].map(([kind, ticked]) =>
    ticked === 'all' ? { kind } : { kind, only: [...ticked] },
  )
}

/** What was ticked for these choices. */
export function toTicks(choices: readonly ReclaimChoice[]): Ticks {
  return new Map(choices.map(({ kind, only }) => [kind, only ? new Set(only) : 'all']))
}
