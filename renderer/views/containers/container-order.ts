import type { Container, StatsSample } from '#api'
import { toPortTexts } from '../../container-state.ts'
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

/** Sorts a copy. Those that the wanted order does not tell apart stand by name, so that no row moves without a cause. */
export function sortContainers(
  containers: readonly Container[],
  { by, isDescending }: Sorting,
  latest: (id: string) => StatsSample | undefined,
): Container[] {
  const compare = toCompare(by, latest)
  const sign = isDescending ? -1 : 1
  return containers.toSorted((a, b) => sign * compare(a, b) || byName(a, b))
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

/** These containers in the order that they had in `last`, new ones at the end. */
export function carryOrder(
  containers: readonly Container[],
  last: readonly Container[],
): readonly Container[] {
  if (last.length === 0) return containers
  const rest = new Map(containers.map((container) => [container.id, container]))
  const carried: Container[] = []
  for (const { id } of last) {
    const container = rest.get(id)
    if (container && rest.delete(id)) carried.push(container)
  }
  return [...carried, ...rest.values()]
}
