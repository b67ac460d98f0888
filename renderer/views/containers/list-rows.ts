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

type ToListItems = (
  containers: readonly Container[],
  isGrouping: boolean,
  closed: ReadonlySet<string>,
) => ListItem[]

/**
 * Makes the rows of the list again and again: by Compose project in the order of their names, those of no project last; flat when nothing
 * belongs to a project. `closed` holds the ids of groups whose containers are folded away. A row of which nothing has
 * changed is the same as before, so that it is not drawn again.
 */
export function createListItems(): ToListItems {
  const toItem = { grouped: createItems(true), flat: createItems(false) }
  const toHead = createHeads()
  return (containers, isGrouping, closed) => {
    const groups = isGrouping ? groupByProject(containers) : []
    if (groups.length === 0) return containers.map(toItem.flat)
    const items: ListItem[] = []
    for (const [project, members] of groups) {
      const head = toHead(project, members, !closed.has(toGroupId(project)))
      items.push(head)
      if (head.isOpen) for (const container of members) items.push(toItem.grouped(container))
    }
    return items
  }
}

/** No container's id has a colon. */
function toGroupId(project: string | undefined): string {
  return project === undefined ? 'none' : `project:${project}`
}

function createItems(isGrouped: boolean): (container: Container) => ContainerItem {
  const made = new WeakMap<Container, ContainerItem>()
  return (container) => {
    const known = made.get(container)
    if (known) return known
    const item: ContainerItem = { kind: 'container', id: container.id, container, isGrouped }
    made.set(container, item)
    return item
  }
}

/** A heading of which nothing has changed stays the same one. */
function createHeads() {
  const made = new Map<string | undefined, GroupItem>()
  return (project: string | undefined, containers: readonly Container[], isOpen: boolean) => {
    const known = made.get(project)
    if (known?.isOpen === isOpen && isSame(known.containers, containers)) return known
    const running = containers.filter(({ state }) => state === 'running').length
    const id = toGroupId(project)
    const head: GroupItem = { kind: 'group', id, project, containers, running, isOpen }
    made.set(project, head)
    return head
  }
}

function isSame(before: readonly Container[], now: readonly Container[]): boolean {
  return (
    before.length === now.length && before.every((container, index) => container === now[index])
  )
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
