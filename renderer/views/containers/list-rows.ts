import type { Container } from '#api'

interface ContainerItem {
  kind: 'container'
  id: string
  container: Container
  /** It stands below a heading. */
  isGrouped: boolean
}

export interface GroupItem {
  kind: 'group'
  id: string
  /** Undefined for those of no project. */
  project: string | undefined
  containers: readonly Container[]
  running: number
  isOpen: boolean
}

/** One row of the list, headings among them: all of one height, so that only those in sight need be drawn. */
export type ListItem = ContainerItem | GroupItem

/**
 * The rows of the list: by Compose project in the order of their names, those of no project last; flat when nothing
 * belongs to a project. `closed` holds the ids of groups whose containers are folded away.
 */
export function toListItems(
  containers: readonly Container[],
  isGrouping: boolean,
  closed: ReadonlySet<string>,
): ListItem[] {
  const groups = isGrouping ? groupByProject(containers) : []
  if (groups.length === 0) return containers.map((container) => toItem(container, false))
  return groups.flatMap(([project, members]) => {
    const id = toGroupId(project)
    const isOpen = !closed.has(id)
    const running = members.filter(({ state }) => state === 'running').length
    const head: GroupItem = { kind: 'group', id, project, containers: members, running, isOpen }
    return isOpen ? [head, ...members.map((container) => toItem(container, true))] : [head]
  })
}

/** No container's id has a colon. */
function toGroupId(project: string | undefined): string {
  return project === undefined ? 'none' : `project:${project}`
}

function toItem(container: Container, isGrouped: boolean): ContainerItem {
  return { kind: 'container', id: container.id, container, isGrouped }
}

// Made once: a comparison that makes its own costs a hundred times as much.
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

function groupByProject(containers: readonly Container[]): [string | undefined, Container[]][] {
  const groups = new Map<string | undefined, Container[]>()
  for (const container of containers) {
    const group = groups.get(container.project)
    if (group) group.push(container)
    else groups.set(container.project, [container])
  }
  if (groups.size === 1 && groups.has(undefined)) return []
  return [...groups].sort(([a], [b]) => {
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
    return collator.compare(a, b)
  })
}
