import type { Container, StatsSample } from '#api'
import { toPortTexts } from '../../container/container-state.ts'
import { type SortKey, columnIds } from './columns.ts'

export interface Sorting {
  by: SortKey
  isDescending: boolean
}

export const usualSorting: Sorting = { by: 'name', isDescending: false }

export function isSorting(value: unknown): value is Sorting {
  if (typeof value !== 'object' || value === null) return false
  const { by, isDescending } = value as Partial<Sorting>
  return (
    (by === 'name' || (columnIds as readonly unknown[]).includes(by)) &&
    typeof isDescending === 'boolean'
  )
}

/** What a click on a column's title asks for: use begins with the most, all else with the first. */
export function toNextSorting(now: Sorting, by: SortKey): Sorting {
  if (now.by === by) return { by, isDescending: !now.isDescending }
  return { by, isDescending: by === 'cpu' || by === 'memory' }
}

type Compare = (a: Container, b: Container) => number

/** What runs comes first; what has failed before what has merely ended. */
const ranks: Record<Container['state'], number> = {
  running: 0,
  restarting: 1,
  paused: 2,
  removing: 3,
  dead: 4,
  exited: 5,
  created: 6,
}

// One collator for all: making one for each comparison costs a hundred times as much.
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
const byText = (toText: (container: Container) => string): Compare => {
  return (a, b) => collator.compare(toText(a), toText(b))
}
const byName = byText(({ name }) => name)

/** Those that the wanted order does not tell apart stand by name, so that no row moves without a cause. */
function toOrder(
  { by, isDescending }: Sorting,
  latest: (id: string) => StatsSample | undefined,
): Compare {
  const compare = toCompare(by, latest)
  const sign = isDescending ? -1 : 1
  return (a, b) => sign * compare(a, b) || byName(a, b)
}

function toCompare(by: SortKey, latest: (id: string) => StatsSample | undefined): Compare {
  switch (by) {
    case 'name':
      return byName
    case 'state':
      return (a, b) => ranks[a.state] - ranks[b.state] || (a.exitCode ?? 0) - (b.exitCode ?? 0)
    case 'image':
      return byText(({ image }) => image)
    case 'ports':
      return (a, b) => firstPort(a) - firstPort(b)
    case 'networks':
      return byText(({ networks }) => networks.join())
    case 'created':
      // By age, as the column is called: the youngest first.
      return (a, b) => b.createdAt - a.createdAt
    case 'cpu':
    case 'memory':
      return (a, b) => (latest(a.id)?.[by] ?? -1) - (latest(b.id)?.[by] ?? -1)
  }
}

/** Those without a published port come after all that have one. */
function firstPort({ ports }: Container): number {
  return toPortTexts(ports).length === 0
    ? Infinity
    : Math.min(...ports.map(({ hostPort = Infinity }) => hostPort))
}

/** What the containers were in order before. */
interface OrderBefore {
  last: readonly Container[]
  /** What it was made of, in the order in which it came. */
  given: readonly Container[]
  /** It was made by the same wish from the same samples, so that only containers may have changed. */
  holds: boolean
}

/**
 * Sorts a copy by what the order was: those that it does not tell from what they were keep their places, and only the
 * others are looked for one. In a storm that takes a few comparisons, and not one for each of all containers.
 */
export function sortContainers(
  containers: readonly Container[],
  sorting: Sorting,
  { last, given, holds, latest }: OrderBefore & { latest: (id: string) => StatsSample | undefined },
): readonly Container[] {
  const compare = toOrder(sorting, latest)
  const changes = holds ? findChanges(given, containers) : undefined
  if (changes) return withChanges(last, changes, compare)
  const rest = new Map<string, Container>()
  for (const container of containers) rest.set(container.id, container)
  const kept: Container[] = []
  for (const before of last) {
    const now = rest.get(before.id)
    if (!now || (holds && now !== before && compare(now, before) !== 0)) continue
    kept.push(now)
    rest.delete(before.id)
  }
  if (rest.size === 0 && holds) return kept
  if (holds) return merge(kept, [...rest.values()].sort(compare), compare)
  // What is nearly in order is put in order in a tenth of the time.
  return [...kept, ...rest.values()].sort(compare)
}

type Change = [before: Container, now: Container]

/** More than these, and a sort is no dearer. */
const mostChanges = 100

/** What is another than before; undefined when some came or went, or for many. */
function findChanges(before: readonly Container[], now: readonly Container[]) {
  if (before.length !== now.length) return undefined
  const changes: Change[] = []
  for (const [index, container] of now.entries()) {
    const was = before[index]
    if (was === container) continue
    if (was?.id !== container.id || changes.length === mostChanges) return undefined
    changes.push([was, container])
  }
  return changes
}

function withChanges(last: readonly Container[], changes: readonly Change[], compare: Compare) {
  const kept = [...last]
  const moved: Container[] = []
  for (const [before, now] of changes) {
    const place = kept.indexOf(before)
    if (compare(now, before) === 0) kept[place] = now
    else {
      kept[place] = now
      moved.push(now)
    }
  }
  if (moved.length === 0) return kept
  const isMoved = new Set(moved)
  const rest = kept.filter((container) => !isMoved.has(container))
  return merge(rest, moved.sort(compare), compare)
}

function merge(kept: readonly Container[], moved: readonly Container[], compare: Compare) {
  const parts: (readonly Container[])[] = []
  let at = 0
  for (const container of moved) {
    const place = placeOf(container, kept, compare)
    parts.push(kept.slice(at, place), [container])
    at = place
  }
  return [...parts, kept.slice(at)].flat()
}

/** How many of a sorted list come before a container. */
function placeOf(container: Container, sorted: readonly Container[], compare: Compare): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const other = sorted[middle]
    if (other && compare(other, container) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
